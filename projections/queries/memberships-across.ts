import type Database from 'better-sqlite3';
import { holds } from '../../src/domain/account/holds.js';
import type { Role } from '../../src/domain/account/roles.js';
import { type AuthorityRow, accountsOfUser } from './accounts.js';
import {
  conditionsOf,
  isDefault,
  isIndexed,
  type MembershipChoice,
  matchesSearch,
  parametersOf,
  stretchesOf,
} from './membership-filter.js';
import { type MembershipRow, membershipColumns, membershipRows } from './membership-row.js';
import { boundsOf, orderOf, type Page, type PageBounds, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';
import { firstOfStretches } from './stretches.js';

export interface MembershipsAcross extends MembershipChoice {
  /** Shown are the accounts where this person may read who is in: by an own membership, or as an operator. */
  readonly viewerUserId: string;
  /** Of these accounts only. */
  readonly accountIds?: readonly string[];
}

/** From so many accounts on, a walk through everybody meets enough of their people. */
const MANY_ACCOUNTS = 200;

/** With more choices of status and role most people match, so that an account is better read from its beginning. */
const MAX_STRETCHES = 12;

/** Memberships looked at on that walk before each account is asked for its next one instead. */
const WALK = 5_000;

/**
 * Memberships of every account the viewer may read, in the order of joining. Reads neither all people of the accounts
 * nor, where people of many accounts lie close together, all accounts. A search shorter than three characters has no
 * index and reads on until the page is full.
 */
export function membershipsAcross(
  db: Database.Database,
  filter: MembershipsAcross,
  page: PageRequest,
): Page<MembershipRow> {
  const visible = accountsSeen(db, filter);
  const bounds = boundsOf(page);
  const read = (source: string, within: PageBounds) => {
    const sql = `SELECT ${membershipColumns} ${source} ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
    return membershipRows(db, sql, { ...visible.parameters, ...parametersOf(filter, within) });
  };
  if (filter.search !== undefined && isIndexed(filter.search))
    return pageOf(read(fromSearch(filter, visible), bounds), page);
  if (!visible.areMany) return pageOf(read(fromEachAccount(filter, visible, page), bounds), page);

  const walk = walkWithin(db, bounds, page);
  const found = read(fromEverybody(filter, visible), walk);
  if (found.length === bounds.rows || walk.isAll) return pageOf(found, page);
  const rest = read(fromEachAccount(filter, visible, page), {
    after: orderOf(page) === 'ASC' ? walk.before - 1 : bounds.after,
    before: orderOf(page) === 'ASC' ? bounds.before : walk.after + 1,
    rows: bounds.rows - found.length,
  });
  return pageOf([...found, ...rest], page);
}

/** How many there are; reads them all. */
export function membershipsAcrossCount(db: Database.Database, filter: MembershipsAcross): number {
  const visible = accountsSeen(db, filter);
  const source =
    filter.search !== undefined && isIndexed(filter.search)
      ? fromSearch(filter, visible)
      : `FROM (${visible.accounts}) v CROSS JOIN memberships m INDEXED BY ${indexFor(filter)}
         ON m.account_id = v.account_id WHERE ${WITHIN} ${conditionsOf(filter)} ${matchesSearch(filter)}`;
  const everything = { after: 0, before: Number.MAX_SAFE_INTEGER, rows: 0 };
  const parameters = { ...visible.parameters, ...parametersOf(filter, everything) };
  return prepared<{ n: number }>(db, `SELECT count(*) AS n ${source}`).get(parameters)?.n ?? 0;
}

/** The accounts whose people somebody may read, today. */
export interface AccountsSeen {
  /** SELECT of the ids of the accounts. */
  readonly accounts: string;
  /** Condition on `memberships m`. */
  readonly condition: string;
  readonly areMany: boolean;
  readonly parameters: { readonly own: string; readonly operators: string; readonly accountIds: string };
}

const WITHIN = 'm.join_number > :after AND m.join_number < :before';
const isOwn = (account: string) => `${account} IN (SELECT value FROM json_each(:own))`;
const isOperated = (account: string) => `EXISTS (SELECT 1 FROM account_operators o
  WHERE o.account_id = ${account} AND o.operator_account_id IN (SELECT value FROM json_each(:operators)))`;

export function accountsSeen(
  db: Database.Database,
  { viewerUserId, accountIds }: Pick<MembershipsAcross, 'viewerUserId' | 'accountIds'>,
): AccountsSeen {
  const readable = accountsOfUser(db, viewerUserId).filter((row) => holds(holding(row), 'users.read'));
  const own = readable.map((row) => row.accountId);
  const operators = readable
    .filter((row) => holds(holding(row), 'accounts.operate'))
    .map((row) => row.accountId);
  const parameters = {
    own: JSON.stringify(own),
    operators: JSON.stringify(operators),
    accountIds: JSON.stringify(accountIds ?? []),
  };
  const chosen = 'm.account_id IN (SELECT value FROM json_each(:accountIds))';
  const condition = `(${isOwn('m.account_id')} OR ${isOperated('m.account_id')})`;
  if (accountIds !== undefined)
    return {
      accounts: `SELECT DISTINCT c.value AS account_id FROM json_each(:accountIds) c
        WHERE ${isOwn('c.value')} OR ${isOperated('c.value')}`,
      condition: `${condition} AND ${chosen}`,
      areMany: accountIds.length > MANY_ACCOUNTS,
      parameters,
    };
  return {
    accounts: `SELECT value AS account_id FROM json_each(:own)
      UNION SELECT account_id FROM account_operators INDEXED BY account_operators_by_operator
        WHERE operator_account_id IN (SELECT value FROM json_each(:operators))`,
    condition,
    areMany: own.length > MANY_ACCOUNTS || operatesMany(db, operators),
    parameters,
  };
}

function holding({ status, role, permissions }: AuthorityRow) {
  return { status, role: role as Role, permissions: JSON.parse(permissions) as string[] };
}

function operatesMany(db: Database.Database, operators: readonly string[]): boolean {
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM account_operators INDEXED BY account_operators_by_operator
    WHERE operator_account_id IN (SELECT value FROM json_each(?)) LIMIT ${MANY_ACCOUNTS})`;
  return prepared<{ n: number }>(db, sql).get(JSON.stringify(operators))?.n === MANY_ACCOUNTS;
}

function fromSearch(filter: MembershipsAcross, { condition }: AccountsSeen): string {
  return `FROM people.people_search s CROSS JOIN people.people p ON p.person_number = s.rowid
    CROSS JOIN memberships m INDEXED BY memberships_by_user ON m.user_id = p.user_id
    WHERE s.people_search MATCH :search AND ${WITHIN} AND ${condition} ${conditionsOf(filter)}`;
}

function fromEverybody(filter: MembershipsAcross, { condition }: AccountsSeen): string {
  return `FROM memberships m NOT INDEXED WHERE ${WITHIN} AND ${condition} ${conditionsOf(filter)}
    ${matchesSearch(filter)}`;
}

/**
 * The accounts whose next ones come first, as many as the page has rows, can fill the page; of each of them no more
 * than the page has.
 */
function fromEachAccount(filter: MembershipsAcross, { accounts }: AccountsSeen, page: PageRequest): string {
  const order = orderOf(page);
  const stretches = stretchesOf(filter, 'v.account_id') ?? [];
  const next = (limit: string) =>
    stretches.length > 0 && stretches.length <= MAX_STRETCHES
      ? firstOfStretches(stretches, { order, limit })
      : `SELECT m.join_number FROM memberships m INDEXED BY ${indexFor(filter)}
         WHERE m.account_id = v.account_id AND ${WITHIN} ${conditionsOf(filter)} ${matchesSearch(filter)}
         ORDER BY m.join_number ${order} LIMIT ${limit}`;
  return `FROM (SELECT v.account_id, (${next('1')}) AS next FROM (${accounts}) v
      ORDER BY next ${order} NULLS LAST LIMIT :rows) v
    CROSS JOIN memberships m ON m.join_number IN (${next(':rows')}) WHERE TRUE`;
}

function indexFor(filter: MembershipsAcross): string {
  return isDefault(filter) ? 'memberships_live' : 'memberships_by_account';
}

/** A stretch of join numbers at the beginning of the page's bounds, or at its end when read from there. */
function walkWithin(
  db: Database.Database,
  { after, before, rows }: PageBounds,
  page: PageRequest,
): PageBounds & { readonly isAll: boolean } {
  const last =
    prepared<{ n: number | null }>(db, 'SELECT max(join_number) AS n FROM memberships').get()?.n ?? 0;
  const end = Math.min(before, last + 1);
  if (orderOf(page) === 'ASC') {
    const until = Math.min(end, after + WALK + 1);
    return { after, before: until, rows, isAll: until >= end };
  }
  const from = Math.max(after, end - WALK - 1);
  return { after: from, before: end, rows, isAll: from <= after };
}
