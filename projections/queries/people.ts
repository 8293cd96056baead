import type Database from 'better-sqlite3';
import { rowsAtOnce } from './prepared.js';

export interface PersonNameRow {
  readonly userId: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** Shorter search terms have no trigram. */
export const MIN_INDEXED_LENGTH = 3;

/** Names of those who are known by one; the others are left out. */
export function personNames(db: Database.Database, userIds: readonly string[]): PersonNameRow[] {
  const sql = `SELECT user_id AS userId, name, email FROM people.people
    WHERE user_id IN (SELECT value FROM json_each(?))`;
  return rowsAtOnce<PersonNameRow>(
    db,
    { columns: ['userId', 'name', 'email'], sql },
    JSON.stringify(userIds),
  );
}

/** The text as one phrase of the full-text index: none of its characters is an operator. */
export function searchTerm(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The text anywhere, for LIKE … ESCAPE '\'. */
export function likeTerm(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
