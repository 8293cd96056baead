import type { Appended, AppendRequest, EventStore } from '../event-store/event-store.js';
import type { Metrics } from './metrics.js';
import { inSpan, nameOf } from './tracing.js';

/** The same log, with every append counted, timed and traced. */
export function observedEventStore(store: EventStore, metrics: Metrics): EventStore {
  return {
    get logId() {
      return store.logId;
    },
    get isExclusive() {
      return store.isExclusive;
    },
    append: (request) =>
      inSpan({ name: 'muster.append', attributes: { 'muster.events': request.events.length } }, () =>
        counted(store, request, metrics),
      ),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: (options) => store.readAll(options),
    readAt: (position) => store.readAt(position),
    head: () => store.head(),
    subscribe: (options) => store.subscribe(options),
    close: () => store.close(),
  };
}

async function counted(store: EventStore, request: AppendRequest, metrics: Metrics): Promise<Appended> {
  const startedMs = performance.now();
  try {
    const appended = await store.append(request);
    metrics.appended(
      request.events.map(({ type }) => type),
      (performance.now() - startedMs) / 1_000,
    );
    return appended;
  } catch (error) {
    metrics.notAppended(nameOf(error));
    throw error;
  }
}
