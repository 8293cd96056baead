import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Projection, projectionNames } from '../../projections/projection.js';
import { tuneForBuilding } from '../../projections/projection-file.js';
import { ReadFolder } from '../../projections/read-folder.js';
import { readModelProjections } from '../../projections/read-model-projections.js';
import { PersonalData } from '../../src/key-vault/personal-data.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { personalDataPort } from '../../src/profiles.js';
import { rebuildReadModel } from '../../src/rebuild-read-model.js';
import { generateLog, userIdOf } from './generate-log.js';

const EVENTS = 1_000_000;
const ACCOUNTS = 2_000;
const MEMBERS_EACH = 60;
/** People with a name; the others are known by their id only, as imported ones are. */
const NAMED_PEOPLE = 50_000;

export interface RebuildBench {
  readonly name: 'rebuild';
  readonly ratio: number;
  readonly target: 0.4;
  readonly value: number;
  readonly floor: number;
  readonly unit: 'events/s';
  readonly note: string;
}

/** The whole read model from 1,000,000 events, against SQLite copying the very same rows. */
export async function benchRebuild(): Promise<RebuildBench> {
  const dir = mkdtempSync(join(tmpdir(), 'muster-bench-rebuild-'));
  try {
    const paths = {
      log: { kind: 'FILE', path: join(dir, 'log.sqlite') } as const,
      vaultPath: join(dir, 'vault.sqlite'),
      keyVaultUrl: null,
      readPath: join(dir, 'read'),
    };
    const sealed = await sealedProfiles(paths.vaultPath);
    const { events } = generateLog({
      path: paths.log.path,
      events: EVENTS,
      accounts: ACCOUNTS,
      members: MEMBERS_EACH,
      sealedProfileOf: (n) => sealed[n] ?? null,
    });
    mkdirSync(paths.readPath);
    const { seconds, generation } = await rebuildReadModel(paths);
    const floorSeconds = copyRows(new ReadFolder(paths.readPath), generation, join(dir, 'floor'));
    const [value, floor] = [events / seconds, events / floorSeconds];
    return {
      name: 'rebuild',
      ratio: value / floor,
      target: 0.4,
      value,
      floor,
      unit: 'events/s',
      note:
        `${events} events of ${ACCOUNTS} accounts into 3 files by 2 threads, with start of the threads and fsync; ` +
        'floor: INSERT … SELECT of the same rows and the same indexes, one thread, neither journal nor fsync. ' +
        'Limits: sorting the indexes of the audit log, reading and parsing each event once per thread, binding rows.',
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The floor: the same tables filled from a prefilled source, and the same indexes, in seconds. */
function copyRows(folder: ReadFolder, generation: string, dir: string): number {
  mkdirSync(dir);
  const projections = readModelProjections(async () => null);
  let milliseconds = 0;
  for (const name of projectionNames) {
    const projection = projections.find((candidate) => candidate.name === name);
    if (projection === undefined) throw new Error(`there is no projection ${name}`);
    const db = new Database(join(dir, `${name}.sqlite`));
    tuneForBuilding(db);
    db.prepare('ATTACH ? AS source').run(folder.path(generation, name));
    const start = performance.now();
    copyFile(db, projection);
    milliseconds += performance.now() - start;
    db.close();
  }
  return milliseconds / 1000;
}

function copyFile(db: Database.Database, { tables, indexes, fillIndexes }: Projection): void {
  db.exec('BEGIN');
  for (const { name, create } of tables) {
    db.exec(create);
    db.exec(`INSERT INTO main.${name} SELECT * FROM source.${name}`);
  }
  for (const statement of [...indexes, ...fillIndexes]) db.exec(statement);
  db.exec('COMMIT');
}

async function sealedProfiles(vaultPath: string): Promise<string[]> {
  const vault = new SqliteKeyVault({ path: vaultPath, randomBytes });
  try {
    const port = personalDataPort(new PersonalData({ vault, randomBytes }), vault);
    const ids = Array.from({ length: NAMED_PEOPLE }, (_, n) => userIdOf(n));
    await port.ensureKeys(ids);
    const sealed: string[] = [];
    for (const [n, id] of ids.entries())
      sealed.push(
        await port.sealProfile(id, { name: `Person Number ${n}`, email: `person${n}@example.org` }),
      );
    return sealed;
  } finally {
    await vault.close();
  }
}
