import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SqliteEventStore,
  type SqliteEventStoreOptions,
} from '../../src/event-store/sqlite/sqlite-event-store.js';

/** A log in a folder of its own; `remove` closes every store opened through it. */
export interface TemporaryLog {
  readonly folder: string;
  readonly path: string;
  open(options?: Omit<SqliteEventStoreOptions, 'path'>): Promise<SqliteEventStore>;
  remove(): Promise<void>;
}

export function temporaryLog(): TemporaryLog {
  const folder = mkdtempSync(join(tmpdir(), 'muster-log-'));
  const path = join(folder, 'log.sqlite');
  const opened: SqliteEventStore[] = [];
  return {
    folder,
    path,
    async open(options = {}) {
      const store = await SqliteEventStore.open({ path, ...options });
      opened.push(store);
      return store;
    },
    async remove() {
      await Promise.all(opened.map((store) => store.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
