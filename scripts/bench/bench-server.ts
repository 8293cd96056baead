import { randomUUID } from 'node:crypto';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { start } from '../../src/app.js';
import type { MusterApplication } from '../../src/application/muster-application.js';
import { readConfig } from '../../src/config.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { receiveArgument } from './child.js';
import { NoOpMutation } from './no-op.js';

/** What the measured server holds; sent to the started script, answered with the ids it made. */
export interface BenchWorld {
  readonly dataDir: string;
  /** Members of each account. */
  readonly accounts: readonly number[];
  /** Whether members have names and addresses. */
  readonly named: boolean;
  readonly owner: { readonly issuer: string; readonly subject: string };
}

export interface BenchServerReady {
  readonly url: string;
  readonly accounts: readonly { readonly accountId: string; readonly userIds: readonly string[] }[];
}

const system = { kind: 'SYSTEM', id: 'bench' } as const;
const MEMBERS_AT_ONCE = 1_000;

const world = await receiveArgument<BenchWorld>();
const muster = await start({
  config: readConfig({ ...process.env, MUSTER_HOST: '127.0.0.1', MUSTER_PORT: '0' }),
  dataDir: world.dataDir,
  schema: buildMusterSchema([NoOpMutation]),
});
const { application } = muster.core;
const { userId } = await application.initialise({ owner: { ...world.owner, name: 'Bench' } });
const accounts: { accountId: string; userIds: readonly string[] }[] = [];
for (const members of world.accounts) accounts.push(await seed(application, members));
if (!(await muster.readModel.waitFor(await muster.core.store.head(), 120_000)))
  throw new Error('the read model did not catch up with the seed');
process.send?.({ url: muster.url, accounts } satisfies BenchServerReady);
process.once('SIGTERM', () => void muster.close().then(() => process.exit(0)));

async function seed(to: MusterApplication, members: number) {
  const opened = await to.openAccount({
    actor: system,
    name: `Account of ${members}`,
    kind: 'STANDARD',
    preset: 'PARTNER_PORTAL',
    owner: { userId: userId ?? '' },
  });
  const { accountId } = opened;
  const userIds = world.named ? await people(to, members) : Array.from({ length: members }, randomUUID);
  for (let from = 0; from < members; from += MEMBERS_AT_ONCE) {
    const commands = userIds.slice(from, from + MEMBERS_AT_ONCE).map(
      (id): AccountCommand => ({
        type: 'addUser',
        userId: id,
        membershipId: randomUUID(),
        kind: 'STANDARD',
        role: 'CONTRIBUTOR',
        permissions: [],
        groupIds: [],
      }),
    );
    const added = await to.accounts.execute({ accountId, actor: system, commands });
    if (added.outcome !== 'APPLIED') throw new Error(`the seed was not taken: ${JSON.stringify(added)}`);
  }
  return { accountId, userIds };
}

async function people(to: MusterApplication, members: number): Promise<readonly string[]> {
  const references = Array.from({ length: members }, (_, n) => ({
    email: `person-${n}-${randomUUID()}@bench.invalid`,
    name: `Person ${n}`,
  }));
  const ids = await to.people.ensureAll(references, { ...system, onBehalfOf: null, authority: null });
  return ids.map((id) => id ?? '');
}
