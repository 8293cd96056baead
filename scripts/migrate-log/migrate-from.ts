import { existsSync } from 'node:fs';
import type { DataFolder } from '../../src/data-folder.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { type LogMark, readLogMark, removeLogMark, writeLogMark } from '../../src/log-mark.js';
import { carryLog, LogsDiffer } from '../../src/log-migration/carry-log.js';
import { openCluster } from './cluster-named.js';
import { type Migrated, type Migration, migratedOf } from './migrated.js';

/** Brings the log of the cluster into the folder, up to where it ends at the start. */
export async function migrateFrom({ folder, cluster, onProgress }: Migration): Promise<Migrated> {
  const start = performance.now();
  const known = await identityIn(folder);
  const source = await openCluster(cluster, {
    purpose: 'COPY',
    ...(known === null ? {} : { logId: known }),
  });
  try {
    const { logId } = source;
    const filling: LogMark = { state: 'FILLING', from: cluster.name, logId };
    // Before the log is made: an empty one must not be taken for the whole.
    if (known === null) writeLogMark(folder.logMarkPath, filling);
    const until = await source.head();
    const target = await SqliteEventStore.open({ path: folder.logPath, newLogId: logId });
    try {
      if (target.logId !== logId)
        throw new Error(`${folder.logPath} is the log ${target.logId}, not ${logId}, as its mark says`);
      const carried = await carryLog({
        source: { what: `the log at ${cluster.name}`, store: source, until },
        target: { what: `the log of ${folder.path}`, store: target },
        beginFilling: async () => writeLogMark(folder.logMarkPath, filling),
        onProgress: (doing, position) => onProgress(doing, position, until),
      });
      if (carried.outcome === 'TARGET_GOES_ON') throw aheadOf(folder.path, cluster.name);
      const meanwhile = await countAfter(source, until);
      if (meanwhile > 0) writeLogMark(folder.logMarkPath, filling);
      else removeLogMark(folder.logMarkPath);
      const next = meanwhile > 0 ? [] : nextSteps(folder);
      const migrated = migratedOf(carried, { logId, meanwhile, start, next });
      return meanwhile > 0 ? { ...migrated, status: 'BEHIND' } : migrated;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Of the log that is in the folder already, or that an earlier run has begun, perhaps without having made the file. */
async function identityIn({ logPath, logMarkPath }: DataFolder): Promise<string | null> {
  const mark = readLogMark(logMarkPath);
  if (mark !== null) return mark.logId;
  if (!existsSync(logPath)) return null;
  const store = SqliteEventStore.openReader({ path: logPath });
  const { logId } = store;
  await store.close();
  return logId;
}

async function countAfter(store: Pick<EventStore, 'readAll'>, position: number): Promise<number> {
  for (let count = 0, at = position; ; ) {
    const page = await store.readAll({ afterPosition: at, maxCount: 1_000 });
    count += page.length;
    const last = page.at(-1);
    if (last === undefined) return count;
    at = last.position;
  }
}

const aheadOf = (path: string, name: string): LogsDiffer =>
  new LogsDiffer(
    `the log of ${path} holds everything that is at ${name}, and more: it is the one to serve, and nothing was carried. ` +
      'To carry it there: npm run migrate-log -- --to …',
  );

const nextSteps = ({ path, vaultPath }: DataFolder): readonly string[] => [
  ...(existsSync(vaultPath)
    ? []
    : [
        `The keys are not here yet: MUSTER_KEY_VAULT_URL=postgres://… npm run vault-copy -- --data ${path} --to file, or put ` +
          'the vault.sqlite of this log into the folder, or go on with MUSTER_KEY_VAULT_URL set.',
      ]),
  `Next: npm run serve -- --data ${path}, without EVENT_STORE_URL; no Muster must write to the cluster any more.`,
];
