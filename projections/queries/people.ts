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
  const sql = `SELECT p.user_id AS userId, p.name, p.email
    FROM json_each(?) asked CROSS JOIN people.people p ON p.user_id = asked.value`;
  return rowsAtOnce(db, sql, { columns: 'userId, name, email', rowOf: personName }, JSON.stringify(userIds));
}

const personName = ([userId, name, email]: [string, string | null, string | null]): PersonNameRow => ({
  userId,
  name,
  email,
});

/** The text as one phrase of the full-text index: none of its characters is an operator. */
export function searchTerm(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The text anywhere, for LIKE … ESCAPE '\'. */
export function likeTerm(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
