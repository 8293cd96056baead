import { openCore } from '../../src/core.js';
import { realEnvironment } from '../../src/real-environment.js';
import { receiveArgument } from './child.js';

/** A process that has just started, and the time its first command on an account takes, in milliseconds. */
const { dataDir, accountId } = await receiveArgument<{ dataDir: string; accountId: string }>();
const core = await openCore({
  dataDir,
  environment: realEnvironment,
  report: (error) => console.error(error),
});
const start = performance.now();
const outcome = await core.application.accounts.execute({
  accountId,
  actor: { kind: 'SYSTEM', id: 'bench' },
  commands: [
    { type: 'createGroup', groupId: realEnvironment.newId(), name: realEnvironment.newId(), parentId: null },
  ],
});
const elapsedMs = performance.now() - start;
if (outcome.outcome !== 'APPLIED') throw new Error(JSON.stringify(outcome));
await core.close();
process.send?.(elapsedMs);
process.disconnect?.();
