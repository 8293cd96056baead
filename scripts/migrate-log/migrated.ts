import type { DataFolder } from '../../src/data-folder.js';
import type { CarriedLog } from '../../src/log-migration/carry-log.js';
import type { NamedCluster } from './cluster-named.js';

export interface Migration {
  readonly folder: DataFolder;
  readonly cluster: NamedCluster;
  readonly onProgress: (doing: string, done: number, total: number) => void;
}

/** What `--json` prints, but for `next`. */
export interface Migrated {
  readonly status: 'CARRIED' | 'NOTHING_TO_DO' /** More came while it was carried. */ | 'BEHIND';
  readonly logId: string;
  /** Carried now. */
  readonly carried: number;
  /** There now, and compared. */
  readonly events: number;
  readonly streams: number;
  /** Base64. */
  readonly root: string;
  readonly headsRoot: string;
  /** Events that the source has beyond what was compared: they came while it was. */
  readonly meanwhile: number;
  readonly seconds: number;
  /** For people. */
  readonly next: readonly string[];
}

export const migratedOf = (
  { carried, events, streams, root, headsRoot }: CarriedLog,
  rest: Pick<Migrated, 'logId' | 'meanwhile' | 'next'> & { readonly start: number },
): Migrated => {
  const { start, ...more } = rest;
  return {
    status: carried > 0 ? 'CARRIED' : 'NOTHING_TO_DO',
    ...more,
    carried,
    events,
    streams,
    root: root.toString('base64'),
    headsRoot: headsRoot.toString('base64'),
    seconds: (performance.now() - start) / 1000,
  };
};
