import Database from 'better-sqlite3';
import type { ReadFolder } from '../../projections/read-folder.js';

/** How SQLite goes about the queries that `run` makes of the members file, a line for each step. */
export function planOf(folder: ReadFolder, run: (members: Database.Database) => unknown): string {
  return planIn(folder, 'members', run);
}

/** The same of the audit file. */
export function auditPlanOf(folder: ReadFolder, run: (audit: Database.Database) => unknown): string {
  return planIn(folder, 'audit', run);
}

function planIn(
  folder: ReadFolder,
  file: 'members' | 'audit',
  run: (db: Database.Database) => unknown,
): string {
  const queries: string[] = [];
  const generation = folder.current() ?? '';
  const db = new Database(folder.path(generation, file), {
    readonly: true,
    // With the values bound, so that the text can be explained as it was run.
    verbose: (sql) => queries.push(`${sql}`),
  });
  db.prepare('ATTACH ? AS people').run(folder.path(generation, 'people'));
  run(db);
  const selects = queries.filter((sql) => /^\s*SELECT/.test(sql));
  const steps = selects.flatMap((sql) => db.prepare<[], Step>(`EXPLAIN QUERY PLAN ${sql}`).all());
  db.close();
  return steps.map(({ detail }) => detail).join('\n');
}

interface Step {
  readonly detail: string;
}
