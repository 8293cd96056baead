import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import type { Pacing } from '../../src/event-store/eventstoredb/patience.js';
import { WireNode, type WireNodeOptions } from '../support/wire-server/wire-node.js';

/** A log on a wire server of its own; `remove` closes every store opened through it. */
export interface TemporaryWireLog {
  readonly node: WireNode;
  open(options?: Partial<EventStoreDbOptions>): Promise<EventStoreDbEventStore>;
  remove(): Promise<void>;
}

export async function temporaryWireLog(options: WireNodeOptions = {}): Promise<TemporaryWireLog> {
  const node = await WireNode.start(options);
  const opened: EventStoreDbEventStore[] = [];
  return {
    node,
    async open(options = {}) {
      const store = await EventStoreDbEventStore.open({ url: node.connectionString(), ...options });
      opened.push(store);
      return store;
    },
    async remove() {
      await Promise.all(opened.map((store) => store.close()));
      await node.stop();
    },
  };
}

/** Pauses pass at once, and count as if they had been waited for. */
export function hurriedPacing(): Pacing {
  let nowMs = 0;
  return {
    now: () => nowMs,
    random: () => 0.5,
    sleep: (ms) => {
      nowMs += ms;
      return new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}
