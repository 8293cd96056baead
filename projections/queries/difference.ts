import type Database from 'better-sqlite3';
import { accountRulesAsOf, operatorsAsOf, seatCountsOf } from './account-rules-as-of.js';
import { type AsOf, momentsOf, periodIdAt } from './as-of.js';
import {
  type DifferenceKey,
  type DifferenceKind,
  type DifferenceRow,
  type DifferenceSource,
  differenceKinds,
  differenceSources,
  isOfPeriods,
  joinAlso,
  NAMELESS,
} from './difference-sources.js';
import { type CountsOfStatus, membershipCountsAsOf } from './memberships-as-of.js';
import { type Page, pageOf } from './page.js';
import { applicationPositions, policyPositions, positionsBetween } from './positions-between.js';
import { prepared } from './prepared.js';

export interface DifferenceQuestion {
  readonly accountId: string;
  readonly from: AsOf;
  readonly to: AsOf;
  /** Default: all. */
  readonly kinds?: readonly DifferenceKind[];
}

/** The connection to read from; asked for in each piece, because between two of them a rebuild may swap the files. */
type Reading = () => Database.Database;

/** Things looked at in one piece, each at both moments: some 20 ms. */
const PIECE = 2_000;

/**
 * What differs between two moments, in the order of the kinds. Looks at everything the account has ever had, piece by
 * piece: after each of them whoever asks may let others go first.
 */
export function* differencePage(
  reading: Reading,
  question: DifferenceQuestion,
  { after, limit }: { readonly after: DifferenceKey | null; readonly limit: number },
): Generator<void, Page<DifferenceRow>> {
  const found: DifferenceRow[] = [];
  for (const [index, kind] of differenceKinds.entries()) {
    if (question.kinds?.includes(kind) === false || index < (after?.[0] ?? 0)) continue;
    const begin = after?.[0] === index ? after : ([index, 0, 0] as const);
    const rows = yield* ofKind(reading, question, { kind, after: begin, rows: limit + 1 - found.length });
    for (const row of rows) found.push({ ...row, positions: positionsOf(reading(), question, row) });
    if (found.length > limit) break;
    yield;
  }
  return pageOf(found, { limit });
}

/** How many there are. */
export function* differenceCount(reading: Reading, question: DifferenceQuestion): Generator<void, number> {
  let count = 0;
  for (const [index, kind] of differenceKinds.entries()) {
    if (question.kinds?.includes(kind) === false) continue;
    for (let after: DifferenceKey | undefined = [index, 0, 0]; after !== undefined; ) {
      const rows: readonly Differing[] = yield* ofKind(reading, question, { kind, after, rows: PIECE });
      count += rows.length;
      after = rows.length < PIECE ? undefined : rows.at(-1)?.key;
      yield;
    }
  }
  return count;
}

type Differing = Omit<DifferenceRow, 'positions'>;

interface Stretch {
  readonly kind: DifferenceKind;
  readonly after: DifferenceKey;
  readonly rows: number;
}

function* ofKind(
  reading: Reading,
  question: DifferenceQuestion,
  { kind, after, rows }: Stretch,
): Generator<void, readonly Differing[]> {
  if (isOfPeriods(kind))
    return yield* ofPeriods(reading, question, { kind, source: differenceSources[kind], after, rows });
  const all = yield* ofTheAccount(reading, question, kind);
  return all.filter((row) => row.key[1] > after[1]).slice(0, rows);
}

function* ofPeriods(
  reading: Reading,
  { accountId, from, to }: DifferenceQuestion,
  { kind, source, after, rows }: Stretch & { readonly source: DifferenceSource },
): Generator<void, readonly Differing[]> {
  const index = differenceKinds.indexOf(kind);
  const moments = momentsOf({ from, to });
  const sql = statementOf(source);
  const found: Differing[] = [];
  for (let [, first, second] = after; ; ) {
    const end = endOfPiece(reading(), source, { accountId, first, second });
    const bounds = { first, second, untilFirst: end?.first ?? LAST, untilSecond: end?.second ?? LAST };
    const parameters = { accountId, ...moments, ...bounds, rows: rows - found.length };
    for (const { first: one, second: two, ...row } of prepared<Found>(reading(), sql).all(parameters))
      found.push({ ...NAMELESS, ...row, kind, key: [index, one, two] });
    if (end === null || found.length >= rows) return found;
    ({ first, second } = end);
    yield;
  }
}

type Found = Omit<Differing, 'key' | 'kind'> & Place;

interface Place {
  readonly first: number;
  readonly second: number;
}

const LAST = Number.MAX_SAFE_INTEGER;

/** The last thing of a piece; null: there are not as many any more. */
function endOfPiece(
  db: Database.Database,
  { things, ownerOf, first = NO_NUMBER }: DifferenceSource,
  begin: Place & { readonly accountId: string },
): Place | null {
  const sql = `SELECT ${first} AS first, ${ownerOf} AS second FROM ${things}
    WHERE m.account_id = :accountId AND ${isAfter(first, ownerOf)} ORDER BY ${orderOf(first, ownerOf)}
    LIMIT 1 OFFSET ${PIECE - 1}`;
  return prepared<Place>(db, sql).get(begin) ?? null;
}

/** Of a source whose things have one number. */
const NO_NUMBER = '0';

/** Written so that one number alone is found by an index. */
const isAfter = (first: string, second: string): string =>
  first === NO_NUMBER
    ? `${second} > :second`
    : `${first} >= :first AND (${first} > :first OR ${second} > :second)`;

const isUpTo = (first: string, second: string): string =>
  first === NO_NUMBER
    ? `${second} <= :untilSecond`
    : `${first} <= :untilFirst AND (${first} < :untilFirst OR ${second} <= :untilSecond)`;

const orderOf = (first: string, second: string): string =>
  first === NO_NUMBER ? second : `${first}, ${second}`;

function statementOf(source: DifferenceSource): string {
  const { table, owner, things, ownerOf, first = NO_NUMBER, columns, jsonOf } = source;
  const value = (p: string, moment: string) =>
    `CASE WHEN ${p}.period_id IS NOT NULL THEN ${jsonOf(p, `also_${p}`, moment)} END`;
  const [before, after] = [value('f', 'from_'), value('t', 'to_')];
  return `SELECT ${first} AS first, ${ownerOf} AS second, ${columns}, ${before} AS before, ${after} AS after
    FROM ${things}
    LEFT JOIN ${table} f ON f.period_id = ${periodIdAt(table, owner, ownerOf, 'from_')}
    LEFT JOIN ${table} t ON t.period_id = ${periodIdAt(table, owner, ownerOf, 'to_')}
    ${joinAlso(source, 'also_f', 'from_')} ${joinAlso(source, 'also_t', 'to_')}
    WHERE m.account_id = :accountId AND ${isAfter(first, ownerOf)} AND ${isUpTo(first, ownerOf)}
      AND ${before} IS NOT ${after}
    ORDER BY ${orderOf(first, ownerOf)} LIMIT :rows`;
}

function positionsOf(
  db: Database.Database,
  { from, to }: DifferenceQuestion,
  { kind, key, operatorAccountId }: Differing,
): readonly number[] {
  const moments = momentsOf({ from, to });
  const [, , number] = key;
  if (kind === 'SEATS') return [];
  if (kind === 'APPLICATION') return applicationPositions(db, number, moments);
  if (isOfPeriods(kind)) {
    const { table, alsoTable, owner } = differenceSources[kind];
    const tables = alsoTable === undefined ? [table] : [table, alsoTable];
    return positionsBetween(db, { tables, owner, number, moments });
  }
  if (kind === 'POLICY') return policyPositions(db, number, moments);
  const links = { tables: ['account_operator_periods'], owner: 'account_number', number };
  return positionsBetween(db, { ...links, moments, operatorAccountId });
}

/** Rules, seats and operators: one or a few of an account, whose number stands last in the key. */
function* ofTheAccount(
  reading: Reading,
  { accountId, from, to }: DifferenceQuestion,
  kind: Exclude<DifferenceKind, keyof typeof differenceSources>,
): Generator<void, readonly Differing[]> {
  const [was, is] = [
    accountRulesAsOf(reading(), accountId, from),
    accountRulesAsOf(reading(), accountId, to),
  ];
  const index = differenceKinds.indexOf(kind);
  const number = was?.number ?? is?.number;
  if (number === undefined) return [];
  const row = (n: number, before: unknown, after: unknown) => ({
    ...NAMELESS,
    kind,
    key: [index, n, number] as const,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  });
  switch (kind) {
    case 'POLICY': {
      const one = row(1, rulesOf(was), rulesOf(is));
      return one.before === one.after ? [] : [one];
    }
    case 'SEATS': {
      const before = was && seatsOf(was, yield* statusesOf(reading, accountId, from));
      const after = is && seatsOf(is, yield* statusesOf(reading, accountId, to));
      const one = row(1, before, after);
      return one.before === one.after ? [] : [one];
    }
    case 'OPERATOR': {
      const idsAt = (asOf: AsOf) =>
        new Set(
          operatorsAsOf(reading(), accountId, { asOf, after: '', limit: LAST }).map(
            (one) => one.operatorAccountId,
          ),
        );
      const [before, after] = [idsAt(from), idsAt(to)];
      const changed = [...before, ...after].filter((id) => before.has(id) !== after.has(id)).sort();
      return changed.map((operatorAccountId, n) => {
        const operates = { operates: true };
        const one = before.has(operatorAccountId) ? row(n + 1, operates, null) : row(n + 1, null, operates);
        return { ...one, operatorAccountId };
      });
    }
  }
}

type Rules = ReturnType<typeof accountRulesAsOf>;

function rulesOf(rules: Rules) {
  if (rules === null) return null;
  const { preset, policyVersion, policy } = rules;
  return { preset, policyVersion, policy: JSON.parse(policy) as unknown };
}

/** How many of the account's people were in which status, counted piece by piece. */
function* statusesOf(reading: Reading, accountId: string, asOf: AsOf): Generator<void, CountsOfStatus[]> {
  const counts: CountsOfStatus[] = [];
  for (let after = 0; ; ) {
    const end = endOfPiece(reading(), differenceSources.PERSON, { accountId, first: 0, second: after });
    const until = end?.second ?? LAST;
    counts.push(...membershipCountsAsOf(reading(), accountId, asOf, { after, until }));
    if (end === null) return counts;
    after = until;
    yield;
  }
}

function seatsOf(rules: NonNullable<Rules>, counts: readonly CountsOfStatus[]) {
  const { planSeats, addOnSeats, inUse, pendingInvitations } = seatCountsOf(rules, counts);
  const { invitationReservesSeat } = JSON.parse(rules.policy) as {
    readonly invitationReservesSeat?: boolean;
  };
  const limit = planSeats === null ? null : planSeats + addOnSeats;
  return {
    limit,
    planSeats,
    addOnSeats,
    inUse,
    reserved: invitationReservesSeat === true ? pendingInvitations : 0,
  };
}
