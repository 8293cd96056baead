import type Database from 'better-sqlite3';
import { accountRulesAsOf, operatorsAsOf, seatsAsOf } from './account-rules-as-of.js';
import { type AsOf, isKnown, momentsOf, periodIdAt } from './as-of.js';
import { statusThen } from './memberships-as-of.js';
import { type Page, pageOf } from './page.js';
import { prepared } from './prepared.js';

export const differenceKinds = [
  'POLICY',
  'SEATS',
  'OPERATOR',
  'PERSON',
  'GROUP',
  'GROUP_MEMBER',
  'RESPONSIBILITY',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** One thing of an account that is not the same at two moments. */
export interface DifferenceRow {
  /** Place in the list: the kind, then one or two numbers within it. */
  readonly key: DifferenceKey;
  readonly kind: DifferenceKind;
  readonly membershipId: string | null;
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly applicationId: string | null;
  readonly responsibility: string | null;
  readonly operatorAccountId: string | null;
  /** JSON; null: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the events about it that lie between the moments, on either axis. */
  readonly positions: readonly number[];
}

export type DifferenceKey = readonly [kind: number, first: number, second: number];

export interface DifferenceQuestion {
  readonly accountId: string;
  readonly from: AsOf;
  readonly to: AsOf;
  /** Default: all. */
  readonly kinds?: readonly DifferenceKind[];
}

export const MAX_POSITIONS = 100;

interface Source {
  readonly table: string;
  readonly owner: string;
  /** The things of the account there have ever been. */
  readonly things: string;
  readonly ownerOf: string;
  /** The number within the kind that stands before the owner's own, where there is one. */
  readonly first?: string;
  readonly named: readonly (keyof DifferenceRow)[];
  readonly columns: string;
  /** JSON of a period. */
  readonly jsonOf: (period: string, moment: string) => string;
}

const sources: Readonly<Partial<Record<DifferenceKind, Source>>> = {
  PERSON: {
    table: 'membership_periods',
    owner: 'join_number',
    things: 'memberships m INDEXED BY memberships_by_account',
    ownerOf: 'm.join_number',
    named: ['membershipId', 'userId'],
    columns: 'm.membership_id AS membershipId, m.user_id AS userId',
    jsonOf: (p, moment) => `json_object('status', ${statusThen(p, moment)}, 'endedBy', ${p}.ended_by,
      'kind', ${p}.kind, 'role', ${p}.role, 'permissions', json(${p}.permissions))`,
  },
  GROUP: {
    table: 'group_periods',
    owner: 'group_number',
    things: 'groups m INDEXED BY groups_by_account',
    ownerOf: 'm.group_number',
    named: ['groupId'],
    columns: 'm.group_id AS groupId',
    jsonOf: (p) => `json_object('name', ${p}.name, 'parentId', ${p}.parent_id)`,
  },
  GROUP_MEMBER: {
    table: 'group_member_periods',
    owner: 'group_member_number',
    things: `groups m INDEXED BY groups_by_account
      CROSS JOIN group_members g INDEXED BY group_members_ever ON g.group_id = m.group_id`,
    ownerOf: 'g.group_member_number',
    first: 'm.group_number',
    named: ['groupId', 'userId'],
    columns: 'g.group_id AS groupId, g.user_id AS userId',
    jsonOf: (p) => `json_object('role', ${p}.role)`,
  },
  RESPONSIBILITY: {
    table: 'responsibility_periods',
    owner: 'responsibility_number',
    things: 'responsibilities m INDEXED BY responsibilities_by_account',
    ownerOf: 'm.responsibility_number',
    named: ['responsibility', 'applicationId'],
    columns: 'm.kind AS responsibility, m.application_id AS applicationId',
    jsonOf: (p) => `json_object('userId', ${p}.user_id)`,
  },
};

/** What differs between two moments, in the order of the kinds; looks at everything the account has ever had. */
export function differencePage(
  db: Database.Database,
  question: DifferenceQuestion,
  { after, limit }: { readonly after: DifferenceKey | null; readonly limit: number },
): Page<DifferenceRow> {
  const found: DifferenceRow[] = [];
  for (const [index, kind] of differenceKinds.entries()) {
    if (question.kinds?.includes(kind) === false || index < (after?.[0] ?? 0)) continue;
    const bounds = {
      after: after?.[0] === index ? after : ([index, 0, 0] as const),
      rows: limit + 1 - found.length,
    };
    const source = sources[kind];
    const rows =
      source === undefined
        ? ofTheAccount(db, question, kind).filter((row) => row.key[1] > bounds.after[1])
        : ofPeriods(db, question, { kind, source, ...bounds });
    found.push(...rows.slice(0, bounds.rows));
    if (found.length > limit) break;
  }
  return pageOf(found, { limit });
}

const NAMELESS = {
  membershipId: null,
  userId: null,
  groupId: null,
  applicationId: null,
  responsibility: null,
  operatorAccountId: null,
};

interface Stretch {
  readonly kind: DifferenceKind;
  readonly source: Source;
  readonly after: DifferenceKey;
  readonly rows: number;
}

function ofPeriods(
  db: Database.Database,
  { accountId, from, to }: DifferenceQuestion,
  { kind, source, after, rows }: Stretch,
): readonly DifferenceRow[] {
  const { table, owner, things, ownerOf, first = '0', columns, jsonOf } = source;
  const value = (p: string, moment: string) =>
    `CASE WHEN ${p}.period_id IS NOT NULL THEN ${jsonOf(p, moment)} END`;
  const sql = `SELECT ${first} AS first, ${ownerOf} AS second, ${columns},
      ${value('f', 'from_')} AS before, ${value('t', 'to_')} AS after
    FROM ${things}
    LEFT JOIN ${table} f ON f.period_id = ${periodIdAt(table, owner, ownerOf, 'from_')}
    LEFT JOIN ${table} t ON t.period_id = ${periodIdAt(table, owner, ownerOf, 'to_')}
    WHERE m.account_id = :accountId AND (${first}, ${ownerOf}) > (:first, :second)
      AND ${value('f', 'from_')} IS NOT ${value('t', 'to_')}
    ORDER BY first, second LIMIT :rows`;
  const [, firstAfter, secondAfter] = after;
  const moments = momentsOf({ from, to });
  const parameters = { accountId, first: firstAfter, second: secondAfter, rows, ...moments };
  const index = differenceKinds.indexOf(kind);
  return prepared<Found>(db, sql)
    .all(parameters)
    .map(({ first: one, second: two, ...row }) => ({
      ...NAMELESS,
      ...row,
      kind,
      key: [index, one, two],
      positions: positionsBetween(db, { table, owner, number: two, moments }),
    }));
}

type Found = Omit<DifferenceRow, 'key' | 'kind' | 'positions'> & {
  readonly first: number;
  readonly second: number;
};

interface Owned {
  readonly table: string;
  readonly owner: string;
  readonly number: number;
  readonly moments: Readonly<Record<string, number>>;
  /** Of an account's operators, one. */
  readonly operatorAccountId?: string;
}

/**
 * Events about one thing that lie between: what became known between, and what by the knowledge of `to` began or
 * ended between. A row begun by an event was first written by it; one that ends without a successor, by what ended it.
 */
function positionsBetween(
  db: Database.Database,
  { table, owner, number, moments, operatorAccountId }: Owned,
): readonly number[] {
  const isIts = (alias: string) =>
    operatorAccountId === undefined
      ? `${alias}.${owner} = :number`
      : `${alias}.${owner} = :number AND ${alias}.operator_account_id = :operatorAccountId`;
  const isWithin = (time: string) => `${time} > min(:from_at, :to_at) AND ${time} <= max(:from_at, :to_at)`;
  const wasKnown = (moment: string) =>
    `(q.known_from <= :${moment}knownAt AND q.known_from_position <= :${moment}knownFromPosition)`;
  const sql = `SELECT position FROM (
      SELECT q.known_from_position AS position FROM ${table} q
        WHERE ${isIts('q')} AND ${wasKnown('from_')} <> ${wasKnown('to_')}
      UNION SELECT (SELECT min(b.known_from_position) FROM ${table} b
          WHERE ${isIts('b')} AND b.revision = q.revision)
        FROM ${table} q WHERE ${isIts('q')} AND ${isKnown('q', 'to_')} AND ${isWithin('q.valid_from')}
      UNION SELECT q.known_from_position FROM ${table} q
        WHERE ${isIts('q')} AND ${isKnown('q', 'to_')} AND ${isWithin('q.valid_to')}
          AND NOT EXISTS (SELECT 1 FROM ${table} n
            WHERE ${isIts('n')} AND ${isKnown('n', 'to_')} AND n.valid_from = q.valid_to)
    ) ORDER BY position LIMIT ${MAX_POSITIONS}`;
  return prepared<{ position: number }>(db, sql)
    .all({ number, operatorAccountId: operatorAccountId ?? null, ...moments })
    .map(({ position }) => position);
}

/** Rules, seats and operators: one or a few of an account. */
function ofTheAccount(
  db: Database.Database,
  { accountId, from, to }: DifferenceQuestion,
  kind: DifferenceKind,
): readonly DifferenceRow[] {
  const [was, is] = [accountRulesAsOf(db, accountId, from), accountRulesAsOf(db, accountId, to)];
  const index = differenceKinds.indexOf(kind);
  const number = was?.number ?? is?.number;
  if (number === undefined) return [];
  const moments = momentsOf({ from, to });
  const row = (n: number, before: unknown, after: unknown) => ({
    ...NAMELESS,
    kind,
    key: [index, n, 0] as const,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
    positions: [] as readonly number[],
  });
  switch (kind) {
    case 'POLICY': {
      const one = row(1, rulesOf(was), rulesOf(is));
      return one.before === one.after ? [] : [{ ...one, positions: policyPositions(db, number, moments) }];
    }
    case 'SEATS': {
      const one = row(1, was && seatsAt(db, accountId, from, was), is && seatsAt(db, accountId, to, is));
      return one.before === one.after ? [] : [one];
    }
    case 'OPERATOR': {
      const links = { table: 'account_operator_periods', owner: 'account_number', number, moments };
      const all = { after: '', limit: Number.MAX_SAFE_INTEGER };
      const before = operatorsAsOf(db, accountId, { asOf: from, ...all }).map((o) => o.operatorAccountId);
      const after = operatorsAsOf(db, accountId, { asOf: to, ...all }).map((o) => o.operatorAccountId);
      const changed = [...before, ...after].filter((id) => before.includes(id) !== after.includes(id)).sort();
      return changed.map((operatorAccountId, n) => {
        const operates = { operates: true };
        return {
          ...(before.includes(operatorAccountId) ? row(n + 1, operates, null) : row(n + 1, null, operates)),
          operatorAccountId,
          positions: positionsBetween(db, { ...links, operatorAccountId }),
        };
      });
    }
    case 'PERSON':
    case 'GROUP':
    case 'GROUP_MEMBER':
    case 'RESPONSIBILITY':
      throw new Error(`${kind} is found by its periods`);
  }
}

/** Of the events that made the versions of the policy that began, or became known, between; they are never corrected. */
function policyPositions(
  db: Database.Database,
  number: number,
  moments: Readonly<Record<string, number>>,
): readonly number[] {
  const sql = `SELECT position FROM (
      SELECT min(known_from_position) AS position, min(known_from) AS known, min(valid_from) AS began
      FROM account_periods WHERE account_number = :number GROUP BY policy_version)
    WHERE (began > min(:from_at, :to_at) AND began <= max(:from_at, :to_at))
      OR (known <= :from_knownAt AND position <= :from_knownFromPosition)
        <> (known <= :to_knownAt AND position <= :to_knownFromPosition)
    ORDER BY position LIMIT ${MAX_POSITIONS}`;
  return prepared<{ position: number }>(db, sql)
    .all({ number, ...moments })
    .map(({ position }) => position);
}

type Rules = ReturnType<typeof accountRulesAsOf>;

function rulesOf(rules: Rules) {
  if (rules === null) return null;
  const { preset, policyVersion, policy } = rules;
  return { preset, policyVersion, policy: JSON.parse(policy) as unknown };
}

function seatsAt(db: Database.Database, accountId: string, asOf: AsOf, rules: NonNullable<Rules>) {
  const { planSeats, addOnSeats, inUse, pendingInvitations } = seatsAsOf(db, accountId, asOf);
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
