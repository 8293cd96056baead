import { expect } from 'chai';
import {
  concentratedDuties,
  dutiesWithoutAccess,
  dutyHolders,
  singleOwners,
} from '../../projections/queries/duties-at-risk.js';
import { AnalyticsReads } from '../../schema/analytics-reads.js';
import type { ReadDatabases } from '../../schema/reads.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import * as bruteForce from './brute-force-figures.js';

interface Compared {
  readonly databases: ReadDatabases;
  /** By account id. */
  readonly told: ReadonlyMap<string, bruteForce.ToldAccount>;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Every account of a log as its exported events tell it. */
export function tellAccounts(events: readonly RecordedEvent[]): Map<string, bruteForce.ToldAccount> {
  const byStream = new Map<string, StoredEvent<AccountEvent>[]>();
  for (const { stream, body } of events) {
    if (!stream.startsWith('account-')) continue;
    const known = byStream.get(stream) ?? [];
    byStream.set(stream, known);
    known.push(JSON.parse(body) as StoredEvent<AccountEvent>);
  }
  return new Map(
    [...byStream].map(([stream, account]) => [stream.slice('account-'.length), bruteForce.tell(account)]),
  );
}

/** Each figure of a set of accounts over a range of days is the one of the brute force. */
export async function expectSameFigures(
  { databases, told }: Compared,
  accountIds: readonly string[],
  range: Range,
): Promise<void> {
  const reads = new AnalyticsReads(() => databases);
  const accounts = accountIds.map((id) => told.get(id)).filter((account) => account !== undefined);
  const everyone = { role: null, kind: null };
  expect((await reads.headCount(accountIds, range, everyone)).map(withoutZeros), 'head count').to.deep.equal(
    bruteForce.headCount(accounts, range).map(withoutZeros),
  );
  const owners = { role: ['OWNER', 'ADMIN'], kind: ['SSO'] };
  expect((await reads.headCount(accountIds, range, owners)).map(withoutZeros), 'of some').to.deep.equal(
    bruteForce
      .headCount(accounts, range, ({ role, kind }) => owners.role.includes(role) && kind === 'SSO')
      .map(withoutZeros),
  );
  expect(await reads.turnover(accountIds, range), 'turnover').to.deep.equal(
    bruteForce.turnover(accounts, range),
  );
  const churn = await reads.churn(accountIds, range);
  expect(churn, 'churn').to.deep.equal(bruteForce.churn(accounts, range));
  expect(churn.closing - churn.opening, 'what came and went').to.equal(churn.joiners - churn.leavers);
  const byStatus = [...(await reads.timeInStatus(accountIds, range))];
  expectClose(
    byStatus.sort((a, b) => (a.status < b.status ? -1 : 1)),
    bruteForce.timeInStatus(accounts, range),
    'time in status',
  );
  expectClose(
    [await reads.timeToOffboard(accountIds, range)],
    [bruteForce.timeToOffboard(accounts, range)],
    'time to offboard',
  );
  for (const withinDays of [1, 30])
    expect(await reads.rejoins(accountIds, range, withinDays), 'rejoins').to.deep.equal(
      bruteForce.rejoins(accounts, range, withinDays),
    );
  expect(await reads.seatUse(accountIds, range), 'seat use').to.deep.equal(
    bruteForce.seatUse(accounts, range),
  );
}

/** The lists of what is at risk now are those that the brute force finds. */
export function expectSameRisks({ databases, told }: Compared): void {
  const accountIds = [...told.keys()].sort();
  const all = { accountIds, after: null, limit: 200 };
  const { members } = databases;
  const atRisk = dutiesWithoutAccess(members, { ...all, after: null });
  expect(
    atRisk.rows.map((row) => `${row.accountId} ${row.kind} ${row.applicationId ?? ''} ${row.userId}`).sort(),
    'duties without access',
  ).to.deep.equal(
    heldDuties(told)
      .filter(({ accountId, userId }) =>
        ['INACTIVE', 'FROZEN'].includes(told.get(accountId)?.statusOfUser.get(userId) ?? ''),
      )
      .map(({ accountId, duty, userId }) => `${accountId} ${duty} ${userId}`)
      .sort(),
  );
  for (const [mostHolders, leastDuties] of [
    [1, 1],
    [1, 2],
    [2, 2],
  ] as const) {
    const found = concentratedDuties(members, { ...all, mostHolders, leastDuties }).rows;
    const expected = accountIds.flatMap((accountId) => {
      const held = heldDuties(told).filter((duty) => duty.accountId === accountId);
      const holders = new Set(held.map(({ userId }) => userId)).size;
      return holders <= mostHolders && held.length >= leastDuties
        ? [{ accountId, duties: held.length, holders }]
        : [];
    });
    expect(found, `at most ${mostHolders} for at least ${leastDuties}`).to.deep.equal(expected);
    for (const { accountId, duties, holders } of found) {
      const people = dutyHolders(members, accountId);
      expect([people.length, people.reduce((sum, of) => sum + of.duties, 0)]).to.deep.equal([
        holders,
        duties,
      ]);
    }
  }
  expect(
    singleOwners(members, all).rows.map(({ accountId, userId }) => [accountId, userId]),
    'one owner',
  ).to.deep.equal(
    accountIds.flatMap((accountId) => {
      const owners = told.get(accountId)?.activeOwners ?? [];
      return owners.length === 1 ? [[accountId, owners[0]]] : [];
    }),
  );
}

function heldDuties(told: Compared['told']) {
  return [...told].flatMap(([accountId, { dutyHolders: holders }]) =>
    [...holders].flatMap(([duty, userId]) => (userId === null ? [] : [{ accountId, duty, userId }])),
  );
}

function expectClose(found: readonly object[], expected: readonly object[], what: string): void {
  expect(found.map(rounded), what).to.deep.equal(expected.map(rounded));
}

/** To the millisecond: the last digits of a mean depend on the order of adding. */
const rounded = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value) : value,
    ]),
  );

type Counts = Readonly<Record<string, number>>;

const withoutZeros = <D extends { byStatus: Counts; membersByRole: Counts }>(day: D): D => ({
  ...day,
  byStatus: nonZero(day.byStatus),
  membersByRole: nonZero(day.membersByRole),
});

const nonZero = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
