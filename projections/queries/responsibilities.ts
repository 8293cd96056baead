import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

export interface ApplicationRow {
  readonly number: number;
  readonly applicationId: string;
  readonly accountId: string;
  readonly name: string;
  readonly registeredAt: number;
  /** Null while it is in use. */
  readonly retiredAt: number | null;
}

export interface ResponsibilityRow {
  readonly number: number;
  readonly accountId: string;
  readonly kind: string;
  readonly applicationId: string | null;
  /** Name of that application. */
  readonly applicationName: string | null;
  /** Null: vacant. */
  readonly userId: string | null;
  readonly since: number;
}

const APPLICATION = `SELECT application_number AS number, application_id AS applicationId, account_id AS accountId,
  name, registered_at AS registeredAt, retired_at AS retiredAt FROM applications`;

const DUTY = `d.responsibility_number AS number, d.account_id AS accountId, d.kind,
  d.application_id AS applicationId, a.name AS applicationName`;
const NAMED = 'LEFT JOIN applications a ON a.application_id = d.application_id';
const PERIOD = `CROSS JOIN responsibility_periods p
  ON p.period_id = ${periodIdAt('responsibility_periods', 'responsibility_number', 'd.responsibility_number')}`;

export function applicationById(db: Database.Database, applicationId: string): ApplicationRow | null {
  return prepared<ApplicationRow>(db, `${APPLICATION} WHERE application_id = ?`).get(applicationId) ?? null;
}

/** The account's applications in use, in the order of registration; with `asOf` those in use then. */
export function applicationsPage(
  db: Database.Database,
  { accountId, asOf }: { accountId: string; asOf?: AsOf },
  page: PageRequest,
): Page<ApplicationRow> {
  const sql = `${APPLICATION} INDEXED BY applications_by_account
    WHERE account_id = :accountId AND ${asOf === undefined ? 'retired_at IS NULL' : WAS_IN_USE}
      AND application_number > :after AND application_number < :before
    ORDER BY application_number ${orderOf(page)} LIMIT :rows`;
  const parameters = { accountId, ...momentIn(asOf), ...boundsOf(page) };
  return pageOf(prepared<ApplicationRow>(db, sql).all(parameters), page);
}

/** An application is in use exactly as long as there is the duty of its technical contact. */
const WAS_IN_USE = `EXISTS (SELECT 1 FROM responsibilities d INDEXED BY responsibilities_by_account ${PERIOD}
  WHERE d.account_id = :accountId AND d.kind = 'APPLICATION_TECHNICAL_CONTACT'
    AND d.application_id = applications.application_id)`;

/** The account's contact duties and who holds them. */
export function responsibilitiesPage(
  db: Database.Database,
  { accountId, asOf }: { accountId: string; asOf?: AsOf },
  page: PageRequest,
): Page<ResponsibilityRow> {
  const tail = `d.account_id = :accountId AND d.responsibility_number > :after AND d.responsibility_number < :before
    ORDER BY d.responsibility_number ${orderOf(page)} LIMIT :rows`;
  const sql =
    asOf === undefined
      ? `SELECT ${DUTY}, d.user_id AS userId, d.since FROM responsibilities d ${NAMED}
         WHERE d.ended_at IS NULL AND ${tail}`
      : `SELECT ${DUTY}, p.user_id AS userId, p.valid_from AS since FROM responsibilities d ${PERIOD} ${NAMED}
         WHERE ${tail}`;
  return pageOf(
    prepared<ResponsibilityRow>(db, sql).all({ accountId, ...momentIn(asOf), ...boundsOf(page) }),
    page,
  );
}

/** Who held a duty then; undefined: there was no such duty. */
export function responsibilityAsOf(
  db: Database.Database,
  duty: { readonly accountId: string; readonly kind: string; readonly applicationId: string | null },
  asOf: AsOf,
): ResponsibilityRow | undefined {
  const sql = `SELECT ${DUTY}, p.user_id AS userId, p.valid_from AS since
    FROM responsibilities d INDEXED BY responsibilities_by_account ${PERIOD} ${NAMED}
    WHERE d.account_id = :accountId AND d.kind = :kind AND d.application_id IS :applicationId`;
  return prepared<ResponsibilityRow>(db, sql).get({ ...duty, ...momentOf(asOf) });
}

const momentIn = (asOf: AsOf | undefined) => (asOf === undefined ? {} : momentOf(asOf));

/** The duties one person holds in one account. */
export function responsibilitiesOfUser(
  db: Database.Database,
  { accountId, userId, asOf }: { accountId: string; userId: string; asOf?: AsOf },
): ResponsibilityRow[] {
  const sql =
    asOf === undefined
      ? `SELECT ${DUTY}, d.user_id AS userId, d.since
         FROM responsibilities d INDEXED BY responsibilities_by_user ${NAMED}
         WHERE d.user_id = :userId AND d.account_id = :accountId ORDER BY d.responsibility_number`
      : `SELECT ${DUTY}, p.user_id AS userId, p.valid_from AS since
         FROM responsibilities d INDEXED BY responsibilities_by_account ${PERIOD} ${NAMED}
         WHERE d.account_id = :accountId AND p.user_id = :userId ORDER BY d.responsibility_number`;
  return prepared<ResponsibilityRow>(db, sql).all({ accountId, userId, ...momentIn(asOf) });
}
