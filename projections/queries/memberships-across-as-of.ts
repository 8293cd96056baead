import type Database from 'better-sqlite3';
import { memberKinds, roles } from '../../src/domain/account/roles.js';
import { membershipStatuses } from '../../src/domain/account/state.js';
import { type AsOf, momentOf } from './as-of.js';
import { type AccountsSeen, accountsSeen, type MembershipsAcross } from './memberships-across.js';
import { type MembershipAsOfRow, PERIOD_THEN, ROW_THEN, STATUS_THEN } from './memberships-as-of.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';
import { knownOf } from './stretches.js';

/** Names and addresses are no part of the history. */
export type MembershipsAcrossAsOf = Omit<MembershipsAcross, 'search' | 'now'>;

type Reading = () => Database.Database;

/** Join numbers looked at in the first piece, and in the largest: some 30 ms. */
const FIRST_PIECE = 500;
const LARGEST_PIECE = 8_000;

/**
 * Memberships, as they were, of every account the viewer may read today, in the order of joining. Walks through the
 * join numbers piece by piece until the page is full: after each one whoever asks may let others go first.
 */
export function* membershipsAcrossAsOf(
  reading: Reading,
  filter: MembershipsAcrossAsOf,
  { asOf, page }: { readonly asOf: AsOf; readonly page: PageRequest },
): Generator<void, Page<MembershipAsOfRow>> {
  const seen = accountsSeen(reading(), filter);
  const { rows, ...bounds } = boundsOf(page);
  const sql = `${ROW_THEN} ${sourceOf(filter, seen)} ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  const found: MembershipAsOfRow[] = [];
  for (const piece of piecesOf(reading(), bounds, page)) {
    const parameters = { ...parametersOf(filter, seen, asOf), ...piece, rows: rows - found.length };
    found.push(...prepared<MembershipAsOfRow>(reading(), sql).all(parameters));
    if (found.length === rows) break;
    yield;
  }
  return pageOf(found, page);
}

/** How many there were; looks at them all. */
export function* membershipsAcrossAsOfCount(
  reading: Reading,
  filter: MembershipsAcrossAsOf,
  asOf: AsOf,
): Generator<void, number> {
  const seen = accountsSeen(reading(), filter);
  const sql = `SELECT count(*) AS n ${sourceOf(filter, seen)}`;
  const parameters = parametersOf(filter, seen, asOf);
  let count = 0;
  for (const piece of piecesOf(reading(), { after: 0, before: Number.MAX_SAFE_INTEGER }, { limit: 0 })) {
    count += prepared<{ n: number }>(reading(), sql).get({ ...parameters, ...piece })?.n ?? 0;
    yield;
  }
  return count;
}

interface Piece {
  /** Join numbers, both exclusive. */
  readonly after: number;
  readonly before: number;
}

/** Growing, so that a page that fills at once costs little, from the end that is read first. */
function* piecesOf(db: Database.Database, { after, before }: Piece, page: PageRequest): Generator<Piece> {
  const last =
    prepared<{ n: number | null }>(db, 'SELECT max(join_number) AS n FROM memberships').get()?.n ?? 0;
  let [low, high] = [after, Math.min(before, last + 1)];
  for (let size = FIRST_PIECE; high - low > 1; size = Math.min(2 * size, LARGEST_PIECE))
    if (orderOf(page) === 'ASC') {
      const end = Math.min(high, low + size + 1);
      yield { after: low, before: end };
      low = end - 1;
    } else {
      const begin = Math.max(low, high - size - 1);
      yield { after: begin, before: high };
      high = begin + 1;
    }
}

/** FROM and WHERE: of a few accounts each is asked, of many the people are met on the way. */
function sourceOf(filter: MembershipsAcrossAsOf, { accounts, condition, areMany }: AccountsSeen): string {
  const from = areMany
    ? 'FROM memberships m NOT INDEXED'
    : `FROM (${accounts}) v CROSS JOIN memberships m INDEXED BY memberships_by_account ON m.account_id = v.account_id`;
  const within = `m.join_number > :after AND m.join_number < :before ${areMany ? `AND ${condition}` : ''}`;
  const isOneOf = (value: string, list: string) => `AND ${value} IN (SELECT value FROM json_each(:${list}))`;
  return `${from} ${PERIOD_THEN} WHERE ${within}
    ${filter.status === undefined ? "AND p.status NOT IN ('REMOVED', 'DELETED')" : isOneOf(STATUS_THEN, 'status')}
    ${filter.role === undefined ? '' : isOneOf('p.role', 'role')}
    ${filter.kind === undefined ? '' : isOneOf('p.kind', 'kind')}`;
}

function parametersOf(filter: MembershipsAcrossAsOf, { parameters }: AccountsSeen, asOf: AsOf) {
  return {
    ...parameters,
    status: JSON.stringify(knownOf(filter.status, membershipStatuses)),
    role: JSON.stringify(knownOf(filter.role, roles)),
    kind: JSON.stringify(knownOf(filter.kind, memberKinds)),
    ...momentOf(asOf),
  };
}
