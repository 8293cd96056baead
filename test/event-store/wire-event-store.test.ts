import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { WireNode } from '../support/wire-server/wire-node.js';
import { describeEventStoreContract } from './event-store-contract.js';

describeEventStoreContract('the EventStoreDB event store on the wire server', async () => {
  const node = await WireNode.start();
  const opened: EventStoreDbEventStore[] = [];
  const open = async (options: Partial<EventStoreDbOptions> = {}) => {
    const store = await EventStoreDbEventStore.open({ url: node.connectionString(), ...options });
    opened.push(store);
    return store;
  };
  return {
    store: await open(),
    reopen: open,
    dispose: async () => {
      await Promise.all(opened.map((store) => store.close()));
      await node.stop();
    },
  };
});
