import { join } from 'node:path';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { start } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { receiveArgument } from './child.js';
import { accountIdOf, generateLog } from './generate-log.js';
import { sealAnew } from './seal-anew.js';

/** A server over a generated log of one account; sent to the started script. */
export interface HistoryWorld {
  readonly dataDir: string;
  readonly events: number;
  readonly members: number;
  /** First and last moment of the history, ms. */
  readonly from: number;
  readonly to: number;
  readonly owner: { readonly issuer: string; readonly subject: string };
}

export interface HistoryServerReady {
  readonly url: string;
  readonly accountId: string;
}

const system = { kind: 'SYSTEM', id: 'bench' } as const;

const { dataDir, owner, ...history } = await receiveArgument<HistoryWorld>();
generateLog({ path: join(dataDir, 'log.sqlite'), accounts: 1, ...history });
await sealAnew(dataDir);
const muster = await start({
  config: readConfig({ ...process.env, MUSTER_HOST: '127.0.0.1', MUSTER_PORT: '0' }),
  dataDir,
  schema: buildMusterSchema(),
});
const { application } = muster.core;
const { rootAccountId } = await application.initialise({ owner: { ...owner, name: 'Bench' } });
const accountId = accountIdOf(0);
const linked = await application.accounts.execute({
  accountId,
  actor: system,
  commands: [{ type: 'linkOperator', operatorAccountId: rootAccountId, operatorKind: 'OPERATOR' }],
});
if (linked.outcome !== 'APPLIED') throw new Error(`the link was not taken: ${JSON.stringify(linked)}`);
if (!(await muster.readModel.waitFor(await muster.core.store.head(), 300_000)))
  throw new Error('the read model did not catch up with the log');
process.send?.({ url: muster.url, accountId } satisfies HistoryServerReady);
process.once('SIGTERM', () => void muster.close().then(() => process.exit(0)));
