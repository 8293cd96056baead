import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
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

const HELD = `SELECT user_id, kind FROM responsibilities INDEXED BY responsibilities_by_account
  WHERE account_id = :accountId`;
const HELD_THEN = `SELECT p.user_id, d.kind FROM responsibilities d INDEXED BY responsibilities_by_account
  CROSS JOIN responsibility_periods p
    ON p.period_id = ${periodIdAt('responsibility_periods', 'responsibility_number', 'd.responsibility_number')}
  WHERE d.account_id = :accountId`;
const heldOf = (asOf: AsOf | null) => (asOf === null ? HELD : HELD_THEN);

const contactsOf = (held: string) => `SELECT user_id AS userId,
    sum(kind = 'APPLICATION_TECHNICAL_CONTACT') AS applicationCount,
    max(kind = 'ACCOUNT_TECHNICAL_CONTACT') AS isTechnicalContact,
    max(kind = 'ACCOUNT_ADMINISTRATIVE_CONTACT') AS isAdministrativeContact
  FROM (${held}) WHERE user_id > :after GROUP BY user_id ORDER BY user_id LIMIT :rows`;

/** The account's contacts in the order of their ids. @param page `after` is a user id, exclusive */
export function contactsPage(
  db: Database.Database,
  { accountId, asOf }: ContactsQuestion,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Page<ContactRow> {
  const sql = contactsOf(heldOf(asOf));
  const parameters = { accountId, ...momentIn(asOf), after: after ?? '', rows: limit + 1 };
  const found = prepared<ContactRow>(db, sql).all(parameters);
  return { rows: found.slice(0, limit), hasMore: found.length > limit };
}

export function contactsCount(db: Database.Database, { accountId, asOf }: ContactsQuestion): number {
  const sql = `SELECT count(DISTINCT user_id) AS count FROM (${heldOf(asOf)})`;
  return prepared<{ count: number }>(db, sql).get({ accountId, ...momentIn(asOf) })?.count ?? 0;
}

const momentIn = (asOf: AsOf | null) => (asOf === null ? {} : momentOf(asOf));

/** @param asOf null: now */
interface ContactsQuestion {
  readonly accountId: string;
  readonly asOf: AsOf | null;
}
