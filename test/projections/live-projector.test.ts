import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { LiveProjector } from '../../projections/live-projector.js';
import { buildHere } from '../../projections/open-generation.js';
import type { ReadModelFailure } from '../../projections/read-model.js';
import { rebuild } from '../../projections/rebuild.js';
import {
  type ReadAllOptions,
  type RecordedEvent,
  StoreUnavailable,
  type SubscribeOptions,
  type Subscription,
} from '../../src/event-store/event-store.js';
import { MemoryLog } from './memory-log.js';
import { play } from './random-history.js';
import { ReadModelFixture } from './read-model-fixture.js';

/** A log that can be out of reach for reads; a subscription waits until it is back. */
class RemoteLog extends MemoryLog {
  isAway = false;
  readsRefused = 0;

  constructor(readonly there: MemoryLog) {
    super(there.logId);
  }

  override async readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenAway();
    return this.there.readAll(options);
  }

  override async readAt(position: number): Promise<RecordedEvent | null> {
    this.#refuseWhenAway();
    return this.there.readAt(position);
  }

  override head(): Promise<number> {
    return this.there.head();
  }

  override subscribe(options: SubscribeOptions): Subscription {
    return this.there.subscribe(options);
  }

  #refuseWhenAway(): void {
    if (!this.isAway) return;
    this.readsRefused += 1;
    throw new StoreUnavailable('nobody there');
  }
}

describe('the live projector', () => {
  it('moves over to a new generation when the log is back, if it was away at that moment', async () => {
    const fixture = new ReadModelFixture();
    const log = new MemoryLog();
    const remote = new RemoteLog(log);
    await play(log, [{ what: 1, a: 1, b: 1, minutes: 1, together: false }]);
    const failures: ReadModelFailure[] = [];
    const switched: string[] = [];
    const projector = await LiveProjector.start({
      ...fixture.options(remote),
      onApplied: () => {},
      onSwitched: (generation) => switched.push(generation),
      onFailed: (failure) => failures.push(failure),
    });
    const isDecided = () => failures.length > 0 || switched.length > 0;
    remote.isAway = true;
    const { generation } = await rebuild({
      folder: fixture.folder,
      runTask: buildHere(fixture.options(log)),
    });
    while (remote.readsRefused < 3 && !isDecided()) await pause(5);
    expect(failures).to.deep.equal([]);
    remote.isAway = false;
    while (!isDecided()) await pause(5);
    expect(failures).to.deep.equal([]);
    expect(switched).to.deep.equal([generation]);
    await projector.close();
    fixture.close();
  }).timeout(20_000);
});
