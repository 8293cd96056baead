import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Projection, Table } from './projection.js';

/** SHA-256 over all rows of a read-model file in the order of their keys, hex. Equal rows, equal fingerprint. */
export function fingerprintOf(db: Database.Database, projection: Projection): string {
  const digest = createHash('sha256');
  for (const table of projection.tables) {
    digest.update(`table ${table.name}\n`);
    // In large pieces: a call per row would cost more than the hashing.
    let piece: string[] = [];
    for (const row of db.prepare<[], string>(rowsOf(db, table)).pluck().iterate()) {
      piece.push(row);
      if (piece.length < 256) continue;
      digest.update(piece.join('\n'));
      piece = ['']; // The line break between the pieces.
    }
    digest.update(piece.join('\n'));
  }
  return digest.digest('hex');
}

/** One text per row; the separators are control characters, which JSON escapes and ids do not hold. */
function rowsOf(db: Database.Database, { name, primaryKey, compared }: Table): string {
  const columns =
    compared ?? db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(name);
  const text = columns.map((column) => `ifnull(${column}, char(1))`).join(` || char(31) || `);
  return `SELECT ${text} FROM ${name} ORDER BY ${primaryKey}`;
}
