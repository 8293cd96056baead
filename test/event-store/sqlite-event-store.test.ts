import { describeEventStoreContract } from './event-store-contract.js';
import { temporaryLog } from './temporary-log.js';

describeEventStoreContract('the SQLite event store', async () => {
  const log = temporaryLog();
  return { store: await log.open(), reopen: log.open, dispose: log.remove };
});
