import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { EventStore, RecordedEvent } from '../src/event-store/event-store.js';
import { fingerprintOf } from './fingerprint.js';
import type { Projection, ProjectionName } from './projection.js';
import { ProjectionFile, readCheckpoint, rebuildReason } from './projection-file.js';
import { BatchReader, catchUp, Projector } from './projector.js';
import { type ReadFolder, syncPath } from './read-folder.js';

const PAGE = 2_000;
/** Events between two writes of what is pending. */
const FLUSH_EVERY = 50_000;
/** Beyond, about 1 GB, a build goes on with what is in the file, slower. */
const MAX_HELD_ROWS = 2_500_000;
/** Catching up row by row from further behind would cost more than the comparison is worth. */
const MAX_LIVE_LAG = 200_000;

export interface BuildOptions {
  readonly store: EventStore;
  readonly folder: ReadFolder;
  readonly projections: readonly Projection[];
  /** Folder to build in. */
  readonly building: string;
  /** Generation to compare with. */
  readonly live: string | null;
  readonly onProgress?: (position: number) => void;
}

export interface BuiltFile {
  readonly name: ProjectionName;
  readonly position: number;
  /** In the bulk part, which stops where the live files are. */
  readonly events: number;
  /** Of its rows at the position where it was compared; null where there was nothing to compare with. */
  readonly fingerprint: string | null;
  /** Whether the live file held the same rows at the same position; null: there was none to compare with. */
  readonly equalToLive: boolean | null;
}

/** Builds the files of some projections from the first event to the end of the log, and closes them. */
export async function buildFiles(options: BuildOptions): Promise<BuiltFile[]> {
  const { store, folder, building, projections, onProgress } = options;
  const livePosition = await comparableWithLive(options);
  const comparable = livePosition !== null;
  const events = await buildUntil(livePosition ?? (await store.head()), options);
  const files: BuiltFile[] = [];
  for (const projection of projections) {
    const file = ProjectionFile.open(folder.path(building, projection.name), projection);
    try {
      const compared = comparable ? await compareWithLive(file, options) : null;
      const projector = new Projector([file]);
      await catchUp({ store, projector, onProgress: (progress) => onProgress?.(progress.position) });
      file.db.pragma('wal_checkpoint(TRUNCATE)');
      files.push({
        name: projection.name,
        position: file.position,
        events,
        fingerprint: compared?.fingerprint ?? null,
        equalToLive: compared?.equal ?? null,
      });
    } finally {
      file.close();
    }
    // Here and not only before the swap: the other thread goes on meanwhile.
    syncPath(folder.path(building, projection.name));
  }
  return files;
}

/** All rows in one transaction without a journal, indexes last. */
async function buildUntil(
  until: number,
  { store, folder, building, projections, onProgress }: BuildOptions,
): Promise<number> {
  const files = projections.map((projection) =>
    ProjectionFile.create(folder.path(building, projection.name), projection, {
      logId: store.logId,
      mode: 'BULK',
    }),
  );
  try {
    for (const file of files) file.begin();
    const reader = new BatchReader();
    let last: RecordedEvent | null = null;
    let events = 0;
    let flushed = 0;
    for (;;) {
      const read = await store.readAll({ afterPosition: last?.position ?? 0, maxCount: PAGE });
      const page = (read.at(-1)?.position ?? 0) > until ? read.filter((e) => e.position <= until) : read;
      if (page.length === 0) break;
      reader.open(page);
      for (const file of files) reader.applyTo(file);
      last = page.at(-1) ?? null;
      events += page.length;
      if (events - flushed >= FLUSH_EVERY) {
        for (const file of files) await file.flush();
        flushed = events;
        onProgress?.(last?.position ?? 0);
        await nextTurn();
        if (files.some((file) => file.heldRows > MAX_HELD_ROWS)) break;
      }
    }
    for (const file of files) await file.finishBuilding(last);
    return events;
  } finally {
    for (const file of files) file.close();
  }
}

/** Position of the live files when their rows can be compared with: same log, same version, not far behind. */
async function comparableWithLive({
  store,
  folder,
  projections,
  live,
}: BuildOptions): Promise<number | null> {
  if (live === null) return null;
  let position = Number.MAX_SAFE_INTEGER;
  for (const projection of projections) {
    const path = folder.path(live, projection.name);
    if ((await rebuildReason(path, projection, store)) !== null) return null;
    position = Math.min(
      position,
      readOnly(path, (db) => readCheckpoint(db).position),
    );
  }
  return (await store.head()) - position > MAX_LIVE_LAG ? null : position;
}

/** The live file may go on meanwhile: one read transaction holds it still. */
async function compareWithLive(
  file: ProjectionFile,
  { store, folder, live }: BuildOptions,
): Promise<{ fingerprint: string; equal: boolean } | null> {
  if (live === null) return null;
  const db = new Database(folder.path(live, file.projection.name), { readonly: true, timeout: 5_000 });
  try {
    db.exec('BEGIN');
    const { position } = readCheckpoint(db);
    await catchUp({ store, projector: new Projector([file]), until: position });
    if (file.position !== position) return null;
    const fingerprint = fingerprintOf(file.db, file.projection);
    return { fingerprint, equal: fingerprint === fingerprintOf(db, file.projection) };
  } finally {
    db.close();
  }
}

function readOnly<T>(path: string, read: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
