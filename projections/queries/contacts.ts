import type Database from 'better-sqlite3';
import type { Page } from './page.js';
import { prepared } from './prepared.js';

/** Somebody who holds at least one contact duty of an account. */
export interface ContactRow {
  readonly userId: string;
  /** Applications the person is the technical contact of. */
  readonly applicationCount: number;
  /** 0 or 1, like the next. */
  readonly isTechnicalContact: number;
  readonly isAdministrativeContact: number;
}

const CONTACTS = `SELECT user_id AS userId,
    sum(kind = 'APPLICATION_TECHNICAL_CONTACT') AS applicationCount,
    max(kind = 'ACCOUNT_TECHNICAL_CONTACT') AS isTechnicalContact,
    max(kind = 'ACCOUNT_ADMINISTRATIVE_CONTACT') AS isAdministrativeContact
  FROM responsibilities INDEXED BY responsibilities_by_account
  WHERE account_id = :accountId AND user_id > :after GROUP BY user_id ORDER BY user_id LIMIT :rows`;

/** The account's contacts in the order of their ids. @param page `after` is a user id, exclusive */
export function contactsPage(
  db: Database.Database,
  accountId: string,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Page<ContactRow> {
  const found = prepared<ContactRow>(db, CONTACTS).all({ accountId, after: after ?? '', rows: limit + 1 });
  return { rows: found.slice(0, limit), hasMore: found.length > limit };
}

export function contactsCount(db: Database.Database, accountId: string): number {
  const sql = `SELECT count(DISTINCT user_id) AS count FROM responsibilities INDEXED BY responsibilities_by_account
    WHERE account_id = ?`;
  return prepared<{ count: number }>(db, sql).get(accountId)?.count ?? 0;
}
