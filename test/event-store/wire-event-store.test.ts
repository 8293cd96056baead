import { expect } from 'chai';
import { describeEventStoreContract } from './event-store-contract.js';
import { temporaryWireLog } from './temporary-wire-log.js';

describeEventStoreContract('the EventStoreDB event store on the wire server', async () => {
  const log = await temporaryWireLog();
  return {
    store: await log.open(),
    reopen: log.open,
    dispose: async () => {
      await log.remove();
      // The batch call has no time limit and shares its table of waiting callers with every client of the process.
      expect(log.node.calls()).to.include.keys('Append').and.not.include.keys('BatchAppend');
    },
  };
});
