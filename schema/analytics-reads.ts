import {
  accountNumbers,
  DAY_MS,
  type DayCount,
  type DayRange,
  departures,
  endedStays,
  firstDay,
  headCountChanges,
  joinersByDay,
  leaversByDay,
  offboardingLengths,
  type SeatPlan,
  seatChanges,
  seatPlans,
} from '../projections/queries/analytics.js';
import {
  type ConcentratedDutiesRow,
  concentratedDuties,
  type DutyAtRiskRow,
  type DutyHolderRow,
  dutiesWithoutAccess,
  dutyHolders,
  type SingleOwnerRow,
  singleOwners,
} from '../projections/queries/duties-at-risk.js';
import type { Page } from '../projections/queries/page.js';
import { inTurns } from './in-turns.js';
import { type LengthFigures, lengthFigures } from './lengths.js';
import type { ReadDatabases } from './reads.js';

export type { DayRange, LengthFigures };
export { DAY_MS };

export interface HeadCountFilter {
  readonly role: readonly string[] | null;
  readonly kind: readonly string[] | null;
}

/** People at the end of a day, by status; and members (ACTIVE, FROZEN, INACTIVE) by role. */
export interface HeadCountDay {
  readonly day: number;
  readonly members: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly membersByRole: Readonly<Record<string, number>>;
}

export interface TurnoverDay {
  readonly day: number;
  readonly joiners: number;
  readonly leavers: number;
}

export interface Churn {
  /** Members at the end of the day before the range. */
  readonly opening: number;
  /** Members at the end of its last day. */
  readonly closing: number;
  readonly joiners: number;
  readonly leavers: number;
  readonly averageMembers: number;
  /** Null: nobody was a member. */
  readonly rate: number | null;
}

export interface Offboarding extends LengthFigures {
  /** Of them, ended without a step before. */
  readonly immediate: number;
}

export interface Rejoins {
  readonly leavers: number;
  readonly rejoined: number;
  /** Null: nobody left. */
  readonly rate: number | null;
}

export interface SeatUseDay {
  readonly day: number;
  readonly inUse: number;
  readonly reserved: number;
  /** Null: no limit, in one of the accounts at least. */
  readonly limit: number | null;
}

/** Read at once where a day can hold hundreds of rows, and where it holds a few. */
const MONTH_DAYS = 31;
const YEAR_DAYS = 366;

const memberStatuses: ReadonlySet<string> = new Set(['ACTIVE', 'FROZEN', 'INACTIVE']);

/**
 * Figures over a set of accounts. They are read account by account and month by month, in several turns of the event
 * loop, so each account's month is of one moment, and a change that comes in between may show in the later ones only.
 */
export class AnalyticsReads {
  readonly #databases: () => ReadDatabases;

  constructor(databases: () => ReadDatabases) {
    this.#databases = databases;
  }

  async headCount(
    accountIds: readonly string[],
    range: DayRange,
    { role, kind }: HeadCountFilter,
  ): Promise<readonly HeadCountDay[]> {
    const isAsked = (asked: readonly string[] | null, one: string) => asked === null || asked.includes(one);
    const days = daysOf(range, () => ({
      byStatus: new Map<string, number>(),
      membersByRole: new Map<string, number>(),
    }));
    await inTurns(this.#yearsUntil(accountIds, range), ([account, year]) => {
      for (const change of headCountChanges(this.#databases().members, account, year)) {
        if (!isAsked(role, change.role) || !isAsked(kind, change.kind)) continue;
        // What came before the range counts on its first day.
        const day = days[Math.max(0, change.day - range.from)];
        if (day === undefined) continue;
        add(day.byStatus, change.status, change.change);
        if (memberStatuses.has(change.status)) add(day.membersByRole, change.role, change.change);
      }
    });
    const byStatus = new Map<string, number>();
    const membersByRole = new Map<string, number>();
    return days.map((changes, i) => {
      for (const [status, change] of changes.byStatus) add(byStatus, status, change);
      for (const [of, change] of changes.membersByRole) add(membersByRole, of, change);
      let members = 0;
      for (const people of membersByRole.values()) members += people;
      return {
        day: range.from + i,
        members,
        byStatus: Object.fromEntries(byStatus),
        membersByRole: Object.fromEntries(membersByRole),
      };
    });
  }

  async turnover(accountIds: readonly string[], range: DayRange): Promise<readonly TurnoverDay[]> {
    const days = daysOf(range, (day) => ({ day, joiners: 0, leavers: 0 }));
    const count = (found: readonly DayCount[], side: 'joiners' | 'leavers') => {
      for (const { day, people } of found) {
        const of = days[day - range.from];
        if (of !== undefined) of[side] += people;
      }
    };
    await this.#eachSlice(accountIds, range, (db, account, slice) => {
      count(joinersByDay(db, account, slice), 'joiners');
      count(leaversByDay(db, account, slice), 'leavers');
    });
    return days;
  }

  async churn(accountIds: readonly string[], range: DayRange): Promise<Churn> {
    const everyone = { role: null, kind: null };
    const withDayBefore = { from: range.from - 1, to: range.to };
    const [before, ...days] = await this.headCount(accountIds, withDayBefore, everyone);
    const turnover = await this.turnover(accountIds, range);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
    const averageMembers = sum(days.map(({ members }) => members)) / days.length;
    const leavers = sum(turnover.map((day) => day.leavers));
    return {
      opening: before?.members ?? 0,
      closing: days.at(-1)?.members ?? 0,
      joiners: sum(turnover.map((day) => day.joiners)),
      leavers,
      averageMembers,
      rate: averageMembers === 0 ? null : leavers / averageMembers,
    };
  }

  /** By status, those with none left out. */
  async timeInStatus(
    accountIds: readonly string[],
    range: DayRange,
  ): Promise<readonly (LengthFigures & { readonly status: string })[]> {
    const lengths = new Map<string, number[]>();
    await this.#eachSlice(accountIds, range, (db, account, slice) => {
      for (const { status, lengthMs } of endedStays(db, account, slice)) {
        const known = lengths.get(status);
        if (known === undefined) lengths.set(status, [lengthMs]);
        else known.push(lengthMs);
      }
    });
    return [...lengths].map(([status, all]) => ({ status, ...lengthFigures(all) }));
  }

  async timeToOffboard(accountIds: readonly string[], range: DayRange): Promise<Offboarding> {
    const lengths: number[] = [];
    await this.#eachSlice(accountIds, range, (db, account, slice) => {
      for (const length of offboardingLengths(db, account, slice)) lengths.push(length);
    });
    return { ...lengthFigures(lengths), immediate: lengths.filter((length) => length === 0).length };
  }

  async rejoins(accountIds: readonly string[], range: DayRange, withinDays: number): Promise<Rejoins> {
    let [leavers, rejoined] = [0, 0];
    await this.#eachSlice(accountIds, range, (db, account, slice) => {
      for (const { leftAt, cameBackAt } of departures(db, account, slice)) {
        leavers += 1;
        if (cameBackAt !== null && cameBackAt - leftAt < withinDays * DAY_MS) rejoined += 1;
      }
    });
    return { leavers, rejoined, rate: leavers === 0 ? null : rejoined / leavers };
  }

  async seatUse(accountIds: readonly string[], range: DayRange): Promise<readonly SeatUseDay[]> {
    const days = daysOf(range, (day) => ({ day, inUse: 0, reserved: 0, limit: 0 as number | null }));
    await this.#eachAccount(accountIds, (db, account) => {
      for (const { day, hold, change } of seatChanges(db, account, range)) {
        const of = days[day - range.from];
        if (of === undefined) continue;
        if (hold === 'IN_USE') of.inUse += change;
        else of.reserved += change;
      }
      addLimits(days, seatPlans(db, account));
    });
    let [inUse, reserved] = [0, 0];
    return days.map(({ day, limit, ...changes }) => {
      inUse += changes.inUse;
      reserved += changes.reserved;
      return { day, inUse, reserved, limit };
    });
  }

  dutiesWithoutAccess(asked: Parameters<typeof dutiesWithoutAccess>[1]): Page<DutyAtRiskRow> {
    return dutiesWithoutAccess(this.#databases().members, asked);
  }

  concentratedDuties(asked: Parameters<typeof concentratedDuties>[1]): Page<ConcentratedDutiesRow> {
    return concentratedDuties(this.#databases().members, asked);
  }

  dutyHolders(accountId: string): readonly DutyHolderRow[] {
    return dutyHolders(this.#databases().members, accountId);
  }

  singleOwners(asked: Parameters<typeof singleOwners>[1]): Page<SingleOwnerRow> {
    return singleOwners(this.#databases().members, asked);
  }

  /** From the account's first day on, because a head count is a sum. */
  *#yearsUntil(
    accountIds: readonly string[],
    { to }: DayRange,
  ): Generator<readonly [account: number, year: DayRange]> {
    for (const account of accountNumbers(this.#databases().members, accountIds)) {
      const from = firstDay(this.#databases().members, account);
      if (from !== null) yield* slicesOf([account], { from, to }, YEAR_DAYS);
    }
  }

  async #eachAccount(
    accountIds: readonly string[],
    read: (db: ReadDatabases['members'], account: number) => void,
  ): Promise<void> {
    await inTurns(accountNumbers(this.#databases().members, accountIds), (account) =>
      read(this.#databases().members, account),
    );
  }

  async #eachSlice(
    accountIds: readonly string[],
    range: DayRange,
    read: (db: ReadDatabases['members'], account: number, slice: DayRange) => void,
  ): Promise<void> {
    const accounts = accountNumbers(this.#databases().members, accountIds);
    await inTurns(slicesOf(accounts, range, MONTH_DAYS), ([account, slice]) =>
      read(this.#databases().members, account, slice),
    );
  }
}

function* slicesOf(
  accounts: readonly number[],
  range: DayRange,
  days: number,
): Generator<readonly [number, DayRange]> {
  for (const account of accounts)
    for (let { from } = range; from < range.to; from += days)
      yield [account, { from, to: Math.min(from + days, range.to) }];
}

function addLimits(days: readonly { day: number; limit: number | null }[], plans: readonly SeatPlan[]): void {
  let next = 0;
  let limit: number | null = null;
  for (const of of days) {
    for (; next < plans.length; next += 1) {
      const plan = plans[next];
      if (plan === undefined || plan.fromAt >= (of.day + 1) * DAY_MS) break;
      limit = plan.planSeats === null ? null : plan.planSeats + plan.addOnSeats;
    }
    of.limit = of.limit === null || limit === null ? null : of.limit + limit;
  }
}

const daysOf = <T>({ from, to }: DayRange, make: (day: number) => T): T[] =>
  Array.from({ length: to - from }, (_, i) => make(from + i));

function add(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
