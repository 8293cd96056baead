import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLog } from '../../scripts/bench/generate-log.js';
import { migrateTo } from '../../scripts/migrate-log/migrate-to.js';
import type { Migrated } from '../../scripts/migrate-log/migrated.js';
import { openDataFolder } from '../../src/data-folder.js';
import type { EventStore, NewEvent, RecordedEvent } from '../../src/event-store/event-store.js';
import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import type { Ended } from '../cli/run-muster.js';
import { chained, readEverything } from '../event-store/sample-events.js';
import { appendSystemEvent } from '../support/wire-server/new-wire-log.js';
import { WireNode } from '../support/wire-server/wire-node.js';
import { MigrationChild } from './migration-child.js';

/** A data folder with a log, beside a cluster that is empty but for what servers write themselves. */
export class MigrationWorld {
  readonly parent = mkdtempSync(join(tmpdir(), 'muster-migrate-'));
  readonly data = join(this.parent, 'data');
  readonly #closing: (() => Promise<void>)[] = [];

  private constructor(readonly node: WireNode) {
    mkdirSync(this.data, { mode: 0o700 });
  }

  static async start(): Promise<MigrationWorld> {
    return new MigrationWorld(await WireNode.start());
  }

  get url(): string {
    return this.node.connectionString();
  }

  /** Lives of accounts; the streams alternate as in a real log. */
  generate(events: number, data = this.data): void {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    generateLog({ path: join(data, 'log.sqlite'), events, accounts: 10, members: 12 });
  }

  /** Streams one after the other, so that few appends carry them. */
  async fill(streams: number, eventsEach: number): Promise<void> {
    const store = await SqliteEventStore.open({ path: join(this.data, 'log.sqlite') });
    for (let stream = 0; stream < streams; stream++)
      await store.append({
        stream: `sample-${stream}`,
        expectedRevision: 'NO_STREAM',
        events: chained(eventsEach),
      });
    await store.close();
  }

  async makeEmptyLog(): Promise<void> {
    await (await SqliteEventStore.open({ path: join(this.data, 'log.sqlite') })).close();
  }

  /** What the command does, without a process of its own: for tests of what comes after it. */
  async carryHere(): Promise<Migrated> {
    const folder = openDataFolder({ path: this.data, mode: 'write' });
    try {
      const cluster = { url: this.url, name: `esdb://127.0.0.1:${this.node.port}` };
      return await migrateTo({ folder, cluster, onProgress: () => undefined });
    } finally {
      folder.close();
    }
  }

  /** Each event in an append of its own, as large ones must be. */
  async append(stream: string, events: readonly NewEvent[], data = this.data): Promise<void> {
    const store = await SqliteEventStore.open({ path: join(data, 'log.sqlite') });
    let [last] = await store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
    for (const event of events) {
      await store.append({ stream, expectedRevision: last?.revision ?? 'NO_STREAM', events: [event] });
      [last] = await store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
    }
    await store.close();
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  start(...args: readonly string[]): MigrationChild {
    return new MigrationChild(['migrate-log', '--json', '--data', this.data, ...args]);
  }

  /** Any other command, with the cluster configured or not; the keys stay in the folder. */
  muster(args: readonly string[], isOnCluster: boolean, url = this.url): Promise<Ended> {
    const vault = `file://${join(this.data, 'vault.sqlite')}`;
    const onCluster = { EVENT_STORE_URL: url, MUSTER_KEY_VAULT_URL: vault };
    return new MigrationChild(args, isOnCluster ? onCluster : {}).ended;
  }

  async openCluster(options: Partial<EventStoreDbOptions> = {}): Promise<EventStoreDbEventStore> {
    const store = await EventStoreDbEventStore.open({ url: this.url, ...options });
    this.#closing.push(() => store.close());
    return store;
  }

  openFolder(data = this.data): SqliteEventStore {
    const store = SqliteEventStore.openReader({ path: join(data, 'log.sqlite') });
    this.#closing.push(() => store.close());
    return store;
  }

  /** Events of Muster on the server, also while nobody may open the log. */
  recordsOfMuster(): number {
    return this.node.log.records.filter(({ stream }) => stream.startsWith('muster.')).length;
  }

  /** What the server writes by itself makes gaps, between the events of Muster too. */
  appendSystemEvent(): void {
    appendSystemEvent(this.node.log);
  }

  logDigest(data = this.data): string {
    return createHash('sha256')
      .update(readFileSync(join(data, 'log.sqlite')))
      .digest('hex');
  }

  async remove(): Promise<void> {
    await Promise.all(this.#closing.map((close) => close()));
    await this.node.stop();
    rmSync(this.parent, { recursive: true, force: true });
  }
}

/** Everything but the position, which each store counts in its own way. */
export async function sequenceOf(store: EventStore): Promise<readonly Omit<RecordedEvent, 'position'>[]> {
  return (await readEverything(store)).map(({ position: _, ...event }) => event);
}
