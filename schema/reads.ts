import {
  accountRulesAsOf,
  operatorsAsOf,
  operatorsAsOfCount,
} from '../projections/queries/account-rules-as-of.js';
import {
  account,
  accountsById,
  accountsOfUser,
  accountsOperatedBy,
  authority,
  type OperatorRow,
  operatorsCount,
  operatorsOf,
  rootAccountId,
} from '../projections/queries/accounts.js';
import type { AsOf } from '../projections/queries/as-of.js';
import { occurredAtPosition, timesAtPosition } from '../projections/queries/audit-position.js';
import {
  type GroupMemberRow,
  type GroupRow,
  groupById,
  groupMembersCount,
  groupMembersPage,
  groupsCount,
  groupsOfUser,
  groupsPage,
  type UserGroupRow,
} from '../projections/queries/groups.js';
import { type MembershipCountRow, membershipCounts } from '../projections/queries/membership-counts.js';
import {
  type MembershipRow,
  membershipById,
  membershipOf,
  membershipsCount,
  membershipsOfUser,
  membershipsOfUserCount,
  membershipsPage,
  notEndedStatuses,
} from '../projections/queries/memberships.js';
import {
  type MembershipsAcross,
  membershipsAcross,
  membershipsAcrossCount,
} from '../projections/queries/memberships-across.js';
import {
  type MembershipsAcrossAsOf,
  membershipsAcrossAsOf,
  membershipsAcrossAsOfCount,
} from '../projections/queries/memberships-across-as-of.js';
import {
  type MarksAsOfRow,
  type MembershipAsOfRow,
  marksAsOf,
  membershipAsOf,
  membershipCountsAsOf,
  membershipsAsOf,
  membershipsAsOfCount,
  membershipsOfUserAsOf,
  membershipsOfUserAsOfCount,
} from '../projections/queries/memberships-as-of.js';
import type { Page, PageRequest } from '../projections/queries/page.js';
import type { PersonNameRow } from '../projections/queries/people.js';
import {
  type ApplicationRow,
  applicationById,
  applicationsPage,
  type ResponsibilityRow,
  responsibilitiesOfUser,
  responsibilitiesPage,
  responsibilityAsOf,
} from '../projections/queries/responsibilities.js';
import { type Responsibility, responsibilityKey } from '../src/domain/account/responsibility.js';
import { type AccountRow, accountFrom } from './account-row.js';
import { inOneTurn, resultInTurns } from './in-turns.js';
import { PersonNames } from './person-names.js';
import type { Holding, RightsSource } from './rights.js';
import { countAllPages, rowsOfAllPages } from './short-lists.js';

export type {
  AccountRow,
  ApplicationRow,
  AsOf,
  GroupMemberRow,
  GroupRow,
  MarksAsOfRow,
  MembershipAsOfRow,
  MembershipCountRow,
  MembershipRow,
  OperatorRow,
  PersonNameRow,
  ResponsibilityRow,
  UserGroupRow,
};

export { notEndedStatuses };

type Db = Parameters<typeof account>[0];

/** Read-only connections to one generation of the read model. */
export interface ReadDatabases {
  readonly members: Db;
  readonly audit: Db;
  readonly proof: Db;
}

/** Memberships asked for; `asOf` goes with every filter but `search`. */
export interface MembershipQuestion {
  readonly accountId: string;
  readonly status: readonly string[];
  readonly role?: readonly string[];
  readonly groupId?: string;
  readonly search?: string;
  readonly asOf?: AsOf;
}

const CHUNK = 200;

/**
 * The questions of one request to the read model: each is one SQL statement on this machine, so they are synchronous.
 * The databases are asked for each time, because a rebuild may swap them while a request waits.
 */
export class Reads implements RightsSource {
  readonly #databases: () => ReadDatabases;
  readonly #now: () => number;
  readonly #names: PersonNames;
  readonly #duties = new Map<string, ReadonlyMap<string, ResponsibilityRow>>();

  /** @param now ms since the epoch: an invitation expires without anything being written */
  constructor(databases: () => ReadDatabases, now: () => number) {
    this.#databases = databases;
    this.#now = now;
    this.#names = new PersonNames(databases);
  }

  /** Something was written meanwhile: look again. */
  forget(): void {
    this.#names.forget();
    this.#duties.clear();
  }

  authorityOf(accountId: string, userId: string): { own: Holding | null; operators: readonly Holding[] } {
    const { own, operators } = authority(this.#members, { accountId, userId });
    const [mine = null] = active(own === null ? [] : [own]);
    return { own: mine, operators: active(operators) };
  }

  /** Null before `muster init`. */
  rootAccountId(): string | null {
    return rootAccountId(this.#members);
  }

  /** Null: unknown, or not yet there as of then. */
  account(accountId: string, asOf: AsOf | null = null): AccountRow | null {
    const row =
      asOf === null ? account(this.#members, accountId) : accountRulesAsOf(this.#members, accountId, asOf);
    return row === null ? null : accountFrom(row);
  }

  /** When the account's last own event at or before a position happened and was recorded. */
  timesAtPosition(accountId: string, position: number) {
    return timesAtPosition(this.#databases().audit, accountId, position);
  }

  /** When the last event of all at or before a position happened. */
  occurredAtPosition(position: number): number | null {
    return occurredAtPosition(this.#databases().audit, position);
  }

  /** Accounts the person is active in or may operate, in the order of their ids; `limit` and one more. */
  accountsVisibleTo(userId: string, after: string, limit: number): readonly AccountRow[] {
    const memberships = active(accountsOfUser(this.#members, userId));
    const ids = new Set(memberships.map(({ accountId }) => accountId));
    for (const { accountId, permissions } of memberships) {
      if (!permissions.includes('accounts.operate')) continue;
      for (const id of accountsOperatedBy(this.#members, accountId, { after, limit: limit + 1 })) ids.add(id);
    }
    const wanted = [...ids].filter((id) => id > after).sort();
    const rows = accountsById(this.#members, wanted.slice(0, limit + 1)).map(accountFrom);
    return rows.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  }

  /** Accounts that operate this one, in the order of their ids. */
  operators(
    accountId: string,
    asOf: AsOf | null,
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Page<OperatorRow> {
    const bounds = { after: after ?? '', limit: limit + 1 };
    const rows =
      asOf === null
        ? operatorsOf(this.#members, accountId, bounds)
        : operatorsAsOf(this.#members, accountId, { asOf, ...bounds });
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
  }

  countOperators(accountId: string, asOf: AsOf | null): number | Promise<number> {
    return asOf === null
      ? operatorsCount(this.#members, accountId)
      : inOneTurn(() => operatorsAsOfCount(this.#members, accountId, asOf));
  }

  countAccountsVisibleTo(userId: string): number {
    const memberships = active(accountsOfUser(this.#members, userId));
    const ids = new Set(memberships.map(({ accountId }) => accountId));
    const operators = memberships.filter(({ permissions }) => permissions.includes('accounts.operate'));
    for (const { accountId } of operators) for (const id of this.#operatedBy(accountId)) ids.add(id);
    return ids.size;
  }

  /** It signs in as a machine wherever it is. */
  isMachine(userId: string): boolean {
    return accountsOfUser(this.#members, userId).some(({ kind }) => kind === 'SERVICE');
  }

  /** Ids of all accounts the person is or was in. */
  accountIdsOf(userId: string): readonly string[] {
    return accountsOfUser(this.#members, userId).map(({ accountId }) => accountId);
  }

  /** The present membership of the person in the account, or the last. */
  membership(accountId: string, userId: string): MembershipRow | null {
    return membershipOf(this.#members, { accountId, userId, now: this.#now() });
  }

  membershipAsOf(accountId: string, userId: string, asOf: AsOf): MembershipAsOfRow | null {
    return membershipAsOf(this.#members, { accountId, userId }, asOf);
  }

  /** What decided access beside status and role then. */
  marksAsOf(number: number, asOf: AsOf): MarksAsOfRow | null {
    return marksAsOf(this.#members, number, asOf);
  }

  /** Every membership of the person in these accounts, also what was before a delete. */
  membershipsOf(
    of: { readonly userId: string; readonly accountIds: readonly string[] },
    asOf: AsOf | null,
    page: PageRequest,
  ): Page<MembershipRow | MembershipAsOfRow> {
    return asOf === null
      ? membershipsOfUser(this.#members, { ...of, now: this.#now() }, page)
      : membershipsOfUserAsOf(this.#members, of, { asOf, page });
  }

  countMembershipsOf(
    of: { readonly userId: string; readonly accountIds: readonly string[] },
    asOf: AsOf | null,
  ): number {
    return asOf === null
      ? membershipsOfUserCount(this.#members, of)
      : membershipsOfUserAsOfCount(this.#members, of, asOf);
  }

  membershipById(membershipId: string): MembershipRow | null {
    return membershipById(this.#members, membershipId, this.#now());
  }

  memberships(question: MembershipQuestion, page: PageRequest): Page<MembershipRow | MembershipAsOfRow> {
    const { asOf, ...filter } = question;
    const found =
      asOf === undefined
        ? membershipsPage(this.#members, { ...filter, now: this.#now() }, page)
        : membershipsAsOf(this.#members, filter, { asOf, page });
    this.#names.expect(found.rows);
    return found;
  }

  countMemberships({ asOf, ...filter }: MembershipQuestion): number | Promise<number> {
    return asOf === undefined
      ? membershipsCount(this.#members, { ...filter, now: this.#now() })
      : inOneTurn(() => membershipsAsOfCount(this.#members, filter, asOf));
  }

  async membershipCounts(accountId: string, asOf: AsOf | null): Promise<readonly MembershipCountRow[]> {
    if (asOf !== null) return inOneTurn(() => membershipCountsAsOf(this.#members, accountId, asOf));
    return membershipCounts(this.#members, { accountId, now: this.#now() });
  }

  /** Over all accounts where the viewer may see people. */
  membershipsAcross(question: MembershipsAcross, page: PageRequest): Page<MembershipRow> {
    const found = membershipsAcross(this.#members, { ...question, now: this.#now() }, page);
    this.#names.expect(found.rows);
    return found;
  }

  countMembershipsAcross(question: MembershipsAcross): number {
    return membershipsAcrossCount(this.#members, { ...question, now: this.#now() });
  }

  /** As they were, of the accounts where the viewer may see people today; read in several turns of the event loop. */
  async membershipsAcrossAsOf(
    question: MembershipsAcrossAsOf,
    of: { readonly asOf: AsOf; readonly page: PageRequest },
  ): Promise<Page<MembershipAsOfRow>> {
    const found = await resultInTurns(membershipsAcrossAsOf(() => this.#members, question, of));
    this.#names.expect(found.rows);
    return found;
  }

  countMembershipsAcrossAsOf(question: MembershipsAcrossAsOf, asOf: AsOf): Promise<number> {
    return resultInTurns(membershipsAcrossAsOfCount(() => this.#members, question, asOf));
  }

  /** People of the lists already read are looked up together. */
  person(userId: string): PersonNameRow | null {
    return this.#names.person(userId);
  }

  /** Accounts in which the person was deleted together with the name (D3-10), and is not again. */
  namelessIn(userId: string): ReadonlySet<string> {
    return this.#names.namelessIn(userId);
  }

  /** Accounts into which the person was invited without ever coming in. */
  onlyAskedInto(userId: string): ReadonlySet<string> {
    return this.#names.onlyAskedInto(userId);
  }

  groups(accountId: string, asOf: AsOf | null, page: PageRequest): Page<GroupRow> {
    return groupsPage(this.#members, { accountId, ...(asOf === null ? {} : { asOf }) }, page);
  }

  countGroups(accountId: string, asOf: AsOf | null): number | Promise<number> {
    if (asOf !== null) return inOneTurn(() => groupsCount(this.#members, accountId, asOf));
    return groupsCount(this.#members, accountId);
  }

  /** Also a deleted one, but under `asOf` one that existed then; null when it is of another account. */
  group(accountId: string, groupId: string, asOf: AsOf | null = null): GroupRow | null {
    const row = groupById(this.#members, groupId, asOf ?? undefined);
    return row?.accountId === accountId ? row : null;
  }

  groupMembers(groupId: string, asOf: AsOf | null, page: PageRequest): Page<GroupMemberRow> {
    const found = groupMembersPage(this.#members, { groupId, ...(asOf === null ? {} : { asOf }) }, page);
    this.#names.expect(found.rows);
    return found;
  }

  countGroupMembers(groupId: string, asOf: AsOf | null): number | Promise<number> {
    if (asOf !== null) return inOneTurn(() => groupMembersCount(this.#members, groupId, asOf));
    return groupMembersCount(this.#members, groupId);
  }

  groupsOfMember(accountId: string, userId: string, asOf: AsOf | null): readonly UserGroupRow[] {
    return groupsOfUser(this.#members, { accountId, userId, ...(asOf === null ? {} : { asOf }) });
  }

  applications(accountId: string, asOf: AsOf | null, page: PageRequest): Page<ApplicationRow> {
    return applicationsPage(this.#members, { accountId, ...(asOf === null ? {} : { asOf }) }, page);
  }

  countApplications(accountId: string, asOf: AsOf | null): number {
    return countAllPages((page) => this.applications(accountId, asOf, page));
  }

  /** Also a retired one; null when it is of another account. */
  application(accountId: string, applicationId: string): ApplicationRow | null {
    const row = this.applicationOfAnyAccount(applicationId);
    return row?.accountId === accountId ? row : null;
  }

  applicationOfAnyAccount(applicationId: string): ApplicationRow | null {
    return applicationById(this.#members, applicationId);
  }

  responsibilities(accountId: string, asOf: AsOf | null, page: PageRequest): Page<ResponsibilityRow> {
    return responsibilitiesPage(this.#members, { accountId, ...(asOf === null ? {} : { asOf }) }, page);
  }

  countResponsibilities(accountId: string, asOf: AsOf | null): number {
    return countAllPages((page) => this.responsibilities(accountId, asOf, page));
  }

  responsibilitiesOf(accountId: string, userId: string, asOf: AsOf | null): readonly ResponsibilityRow[] {
    return responsibilitiesOfUser(this.#members, { accountId, userId, ...(asOf === null ? {} : { asOf }) });
  }

  /** One duty of the account. */
  responsibility(accountId: string, duty: Responsibility, asOf: AsOf | null): ResponsibilityRow | null {
    if (asOf !== null) return responsibilityAsOf(this.#members, { accountId, ...duty }, asOf) ?? null;
    let duties = this.#duties.get(accountId);
    if (duties === undefined) {
      const all = rowsOfAllPages((page) => responsibilitiesPage(this.#members, { accountId }, page));
      duties = new Map(
        [...all].map((row) => [responsibilityKey(row as ResponsibilityRow & Responsibility), row]),
      );
      this.#duties.set(accountId, duties);
    }
    return duties.get(responsibilityKey(duty)) ?? null;
  }

  get #members(): Db {
    return this.#databases().members;
  }

  *#operatedBy(accountId: string): Generator<string> {
    for (let after = ''; ; ) {
      const ids = accountsOperatedBy(this.#members, accountId, { after, limit: CHUNK });
      yield* ids;
      if (ids.length < CHUNK) return;
      after = ids.at(-1) ?? '';
    }
  }
}

function active<Row extends { readonly status: string; readonly role: string; readonly permissions: string }>(
  rows: readonly Row[],
) {
  return rows
    .filter(({ status }) => status === 'ACTIVE')
    .map((row) => ({
      ...row,
      role: row.role as Holding['role'],
      permissions: JSON.parse(row.permissions) as readonly string[],
    }));
}
