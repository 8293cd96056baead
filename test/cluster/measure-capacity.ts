import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ReadFolder } from '../../projections/read-folder.js';
import { generateLog } from '../../scripts/bench/generate-log.js';
import type { MusterApplication } from '../../src/application/muster-application.js';
import { type Core, openCore } from '../../src/core.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { realEnvironment } from '../../src/real-environment.js';
import { rebuildReadModel } from '../../src/rebuild-read-model.js';
import { WireChild } from '../support/wire-server/wire-child.js';

/** What one machine shows at small scale; everything beyond is arithmetic on these. */
export interface Measured {
  /** Of the log that was generated. */
  readonly events: number;
  readonly memberships: number;
  readonly logBytes: number;
  /** By file of the read model. */
  readonly readModelBytes: Readonly<Record<string, number>>;
  readonly rebuildEventsPerSecond: number;
  /** Of one account with `members` members. */
  readonly bigAccount: { readonly members: number; readonly snapshotBytes: number; readonly coldMs: number };
  /** Durable commands a second with CALLERS at once, by how long the log takes to acknowledge an append. */
  readonly commands: readonly {
    readonly appendMs: number;
    readonly oneAccount: number;
    readonly manyAccounts: number;
    /** Appends a second that this took: commands that wait for one account go out together. */
    readonly appendsOneAccount: number;
    readonly appendsManyAccounts: number;
  }[];
}

export interface CapacityOptions {
  readonly dir: string;
  readonly events: number;
  readonly members: number;
  readonly seconds: number;
  readonly onStep: (what: string) => void;
}

const CALLERS = 64;
const MANY_ACCOUNTS = 64;
const MEMBERS_AT_ONCE = 1_000;
/** A cluster flushes on its leader and waits for a second node: a few milliseconds in one place, more between sites. */
const APPEND_MS = [0, 3, 10];
const OWNER = { issuer: 'https://capacity.invalid/', subject: 'owner', name: 'Owner' };
const system = { kind: 'SYSTEM', id: 'capacity' } as const;

export async function measureCapacity(options: CapacityOptions): Promise<Measured> {
  const { onStep } = options;
  onStep('read model of a generated log');
  const sizes = await measureReadModel(options);
  onStep('one big account');
  const bigAccount = await measureBigAccount(options);
  const commands: Measured['commands'][number][] = [];
  for (const appendMs of APPEND_MS) {
    onStep(`commands on a log that acknowledges after ${appendMs} ms`);
    commands.push(await measureCommands(options, appendMs));
  }
  return { ...sizes, bigAccount, commands };
}

async function measureReadModel({ dir, events: atLeast }: CapacityOptions) {
  const folder = join(dir, 'generated');
  mkdirSync(join(folder, 'read'), { recursive: true });
  const paths = {
    log: { kind: 'FILE', path: join(folder, 'log.sqlite') } as const,
    vaultPath: join(folder, 'vault.sqlite'),
    keyVaultUrl: null,
    readPath: join(folder, 'read'),
  };
  const accounts = Math.max(1, Math.round(atLeast / 500));
  const { events } = generateLog({ path: paths.log.path, events: atLeast, accounts, members: 60 });
  const { seconds, generation } = await rebuildReadModel(paths);
  const read = new ReadFolder(paths.readPath);
  const db = new Database(read.path(generation, 'members'), { readonly: true });
  const memberships = db.prepare<[], number>('SELECT count(*) FROM memberships').pluck().get() ?? 0;
  db.close();
  const files = readdirSync(join(paths.readPath, generation)).filter((name) => name.endsWith('.sqlite'));
  return {
    events,
    memberships,
    logBytes: statSync(paths.log.path).size,
    readModelBytes: Object.fromEntries(
      files.map((name) => [
        name.slice(0, -'.sqlite'.length),
        statSync(join(paths.readPath, generation, name)).size,
      ]),
    ),
    rebuildEventsPerSecond: events / seconds,
  };
}

async function measureBigAccount({ dir, members }: CapacityOptions): Promise<Measured['bigAccount']> {
  const dataDir = join(dir, 'big');
  const filled = await open(dataDir, null);
  const { accountId, userIds } = await account(filled.application, members);
  await filled.close();
  const snapshots = new Database(join(dataDir, 'snapshots.sqlite'), { readonly: true });
  const snapshotBytes =
    snapshots
      .prepare<[string], number>('SELECT length(body) FROM snapshots WHERE stream = ?')
      .pluck()
      .get(`account-${accountId}`) ?? 0;
  snapshots.close();
  const again = await open(dataDir, null);
  const began = performance.now();
  await toggle(again.application, { accountId, userId: userIds[0] ?? '', isActive: true });
  const coldMs = performance.now() - began;
  await again.close();
  return { members, snapshotBytes, coldMs };
}

async function measureCommands(
  { dir, seconds }: CapacityOptions,
  appendMs: number,
): Promise<Measured['commands'][number]> {
  const node = await WireChild.start();
  try {
    const core = await open(join(dir, `commands-${appendMs}`), {
      eventStoreUrl: node.connectionString(),
      keyVaultUrl: `file://${join(dir, `vault-${appendMs}.sqlite`)}`,
    });
    try {
      const accounts: Seeded[] = [];
      for (let n = 0; n <= MANY_ACCOUNTS; n += 1) accounts.push(await account(core.application, CALLERS));
      if (appendMs > 0)
        await node.setFaults({
          rules: [{ method: 'Append', faults: [{ at: 'after', does: { delayMs: appendMs } }] }],
        });
      const one = await rate(core, { node, seconds, accountOf: () => accounts[0] as Seeded });
      const many = await rate(core, { node, seconds, accountOf: (caller) => accounts[caller + 1] as Seeded });
      return {
        appendMs,
        oneAccount: one.commands,
        manyAccounts: many.commands,
        appendsOneAccount: one.appends,
        appendsManyAccounts: many.appends,
      };
    } finally {
      await core.close();
    }
  } finally {
    await node.kill();
  }
}

interface Load {
  readonly node: WireChild;
  readonly seconds: number;
  readonly accountOf: (caller: number) => Seeded;
}

/** Each caller deactivates and reactivates a member of his own, one command after the other. */
async function rate({ application }: Core, { node, seconds, accountOf }: Load) {
  const appendsBefore = (await node.calls()).Append ?? 0;
  const until = performance.now() + seconds * 1_000;
  let commands = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      const { accountId, userIds } = accountOf(caller);
      const userId = userIds[caller] ?? '';
      for (let isActive = true; performance.now() < until; isActive = !isActive) {
        await toggle(application, { accountId, userId, isActive });
        commands += 1;
      }
    }),
  );
  const took = (performance.now() - began) / 1_000;
  const appends = ((await node.calls()).Append ?? 0) - appendsBefore;
  return { commands: commands / took, appends: appends / took };
}

async function toggle(
  { accounts }: MusterApplication,
  { accountId, userId, isActive }: { accountId: string; userId: string; isActive: boolean },
): Promise<void> {
  const confirmation = { confirmed: true, previewToken: null, phrase: null };
  const command: AccountCommand = isActive
    ? { type: 'deactivateUser', userId, confirmation, successors: { forAll: null, each: [] } }
    : { type: 'reactivateUser', userId, confirmation };
  const done = await accounts.execute({ accountId, actor: system, commands: [command] });
  if (done.outcome !== 'APPLIED') throw new Error(`${command.type} was not applied: ${JSON.stringify(done)}`);
}

interface Seeded {
  readonly accountId: string;
  readonly userIds: readonly string[];
}

async function account(to: MusterApplication, members: number): Promise<Seeded> {
  const { userId } = await to.initialise({ owner: OWNER });
  const { accountId } = await to.openAccount({
    actor: system,
    name: `Account of ${members}`,
    kind: 'STANDARD',
    preset: 'PARTNER_PORTAL',
    owner: { userId: userId ?? '' },
  });
  const userIds = Array.from({ length: members }, () => randomUUID());
  for (let from = 0; from < members; from += MEMBERS_AT_ONCE) {
    const commands = userIds.slice(from, from + MEMBERS_AT_ONCE).map(
      (userId): AccountCommand => ({
        type: 'addUser',
        userId,
        membershipId: randomUUID(),
        kind: 'STANDARD',
        role: 'CONTRIBUTOR',
        permissions: [],
        groupIds: [],
      }),
    );
    const added = await to.accounts.execute({ accountId, actor: system, commands });
    if (added.outcome !== 'APPLIED') throw new Error(`the members were not taken: ${JSON.stringify(added)}`);
  }
  return { accountId, userIds };
}

function open(
  dataDir: string,
  cluster: { readonly eventStoreUrl: string; readonly keyVaultUrl: string } | null,
): Promise<Core> {
  return openCore({
    dataDir,
    environment: realEnvironment,
    report: (error, doing) => {
      throw new Error(doing, { cause: error });
    },
    ...cluster,
  });
}
