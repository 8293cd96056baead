import {
  account,
  accountsById,
  accountsOfUser,
  accountsOperatedBy,
  authority,
  type AccountRow as StoredAccount,
} from '../projections/queries/accounts.js';
import type { AsOf } from '../projections/queries/as-of.js';
import {
  type AuditEntryRow,
  type AuditFilter,
  auditLogCount,
  auditLogPage,
} from '../projections/queries/audit-log.js';
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
import {
  type MembershipRow,
  membershipById,
  membershipOf,
  membershipsCount,
  membershipsPage,
} from '../projections/queries/memberships.js';
import {
  type MembershipAsOfRow,
  membershipAsOf,
  membershipsAsOf,
} from '../projections/queries/memberships-as-of.js';
import type { Page, PageRequest } from '../projections/queries/page.js';
import { type PersonNameRow, personNames } from '../projections/queries/people.js';
import {
  type ApplicationRow,
  applicationById,
  applicationsPage,
  type ResponsibilityRow,
  responsibilitiesOfUser,
  responsibilitiesPage,
} from '../projections/queries/responsibilities.js';
import type { AccountKind } from '../src/domain/account/events.js';
import type { AccountPolicy, PolicyPreset } from '../src/domain/account/policy.js';
import { type Responsibility, responsibilityKey } from '../src/domain/account/responsibility.js';
import type { Holding, RightsSource } from './rights.js';

export type {
  ApplicationRow,
  AsOf,
  AuditEntryRow,
  AuditFilter,
  GroupMemberRow,
  GroupRow,
  MembershipAsOfRow,
  MembershipRow,
  PersonNameRow,
  ResponsibilityRow,
  UserGroupRow,
};

type Db = Parameters<typeof account>[0];

/** Read-only connections to one generation of the read model. */
export interface ReadDatabases {
  readonly members: Db;
  readonly audit: Db;
}

export interface AccountRow extends Omit<StoredAccount, 'policy' | 'preset' | 'kind'> {
  readonly kind: AccountKind;
  readonly preset: PolicyPreset;
  readonly policy: AccountPolicy;
}

/** Memberships asked for; `asOf` goes with status and role only. */
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
  readonly #people = new Map<string, PersonNameRow | null>();
  readonly #peopleToCome = new Set<string>();
  readonly #duties = new Map<string, ReadonlyMap<string, ResponsibilityRow>>();

  constructor(databases: () => ReadDatabases) {
    this.#databases = databases;
  }

  /** Something was written meanwhile: look again. */
  forget(): void {
    this.#people.clear();
    this.#duties.clear();
  }

  authorityOf(accountId: string, userId: string): { own: Holding | null; operators: readonly Holding[] } {
    const { own, operators } = authority(this.#members, { accountId, userId });
    const [mine = null] = active(own === null ? [] : [own]);
    return { own: mine, operators: active(operators) };
  }

  account(accountId: string): AccountRow | null {
    const row = account(this.#members, accountId);
    return row === null ? null : accountFrom(row);
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

  countAccountsVisibleTo(userId: string): number {
    const memberships = active(accountsOfUser(this.#members, userId));
    const ids = new Set(memberships.map(({ accountId }) => accountId));
    const operators = memberships.filter(({ permissions }) => permissions.includes('accounts.operate'));
    for (const { accountId } of operators) for (const id of this.#operatedBy(accountId)) ids.add(id);
    return ids.size;
  }

  /** Ids of all accounts the person is or was in. */
  accountIdsOf(userId: string): readonly string[] {
    return accountsOfUser(this.#members, userId).map(({ accountId }) => accountId);
  }

  /** The present membership of the person in the account, or the last. */
  membership(accountId: string, userId: string): MembershipRow | null {
    return membershipOf(this.#members, { accountId, userId });
  }

  membershipAsOf(accountId: string, userId: string, asOf: AsOf): MembershipAsOfRow | null {
    const now = membershipOf(this.#members, { accountId, userId });
    return now === null ? null : membershipAsOf(this.#members, now.membershipId, asOf);
  }

  membershipById(membershipId: string): MembershipRow | null {
    return membershipById(this.#members, membershipId);
  }

  memberships(question: MembershipQuestion, page: PageRequest): Page<MembershipRow | MembershipAsOfRow> {
    const { asOf, ...filter } = question;
    const found =
      asOf === undefined
        ? membershipsPage(this.#members, filter, page)
        : membershipsAsOf(this.#members, filter, { asOf, page });
    for (const { userId } of found.rows) this.#peopleToCome.add(userId);
    return found;
  }

  countMemberships({ asOf, ...filter }: MembershipQuestion): number | null {
    return asOf === undefined ? membershipsCount(this.#members, filter) : null;
  }

  /** People of the lists already read are looked up together. */
  person(userId: string): PersonNameRow | null {
    const known = this.#people.get(userId);
    if (known !== undefined) return known;
    const asked = [...this.#peopleToCome.add(userId)];
    this.#peopleToCome.clear();
    for (const id of asked) this.#people.set(id, null);
    for (const row of personNames(this.#members, asked)) this.#people.set(row.userId, row);
    return this.#people.get(userId) ?? null;
  }

  groups(accountId: string, asOf: AsOf | null, page: PageRequest): Page<GroupRow> {
    return groupsPage(this.#members, { accountId, ...(asOf === null ? {} : { asOf }) }, page);
  }

  countGroups(accountId: string): number {
    return groupsCount(this.#members, accountId);
  }

  /** Also a deleted one; null when it is of another account. */
  group(accountId: string, groupId: string): GroupRow | null {
    const row = groupById(this.#members, groupId);
    return row?.accountId === accountId ? row : null;
  }

  groupMembers(groupId: string, asOf: AsOf | null, page: PageRequest): Page<GroupMemberRow> {
    const found = groupMembersPage(this.#members, { groupId, ...(asOf === null ? {} : { asOf }) }, page);
    for (const { userId } of found.rows) this.#peopleToCome.add(userId);
    return found;
  }

  countGroupMembers(groupId: string): number {
    return groupMembersCount(this.#members, groupId);
  }

  groupsOfMember(accountId: string, userId: string, asOf: AsOf | null): readonly UserGroupRow[] {
    return groupsOfUser(this.#members, { accountId, userId, ...(asOf === null ? {} : { asOf }) });
  }

  applications(accountId: string, page: PageRequest): Page<ApplicationRow> {
    return applicationsPage(this.#members, accountId, page);
  }

  countApplications(accountId: string): number {
    return countPages((page) => applicationsPage(this.#members, accountId, page));
  }

  /** Also a retired one; null when it is of another account. */
  application(accountId: string, applicationId: string): ApplicationRow | null {
    const row = applicationById(this.#members, applicationId);
    return row?.accountId === accountId ? row : null;
  }

  responsibilities(accountId: string, asOf: AsOf | null, page: PageRequest): Page<ResponsibilityRow> {
    return responsibilitiesPage(this.#members, { accountId, ...(asOf === null ? {} : { asOf }) }, page);
  }

  countResponsibilities(accountId: string): number {
    return countPages((page) => responsibilitiesPage(this.#members, { accountId }, page));
  }

  responsibilitiesOf(accountId: string, userId: string, asOf: AsOf | null): readonly ResponsibilityRow[] {
    return responsibilitiesOfUser(this.#members, { accountId, userId, ...(asOf === null ? {} : { asOf }) });
  }

  /** One duty of the account as it is now. */
  responsibility(accountId: string, duty: Responsibility): ResponsibilityRow | null {
    let duties = this.#duties.get(accountId);
    if (duties === undefined) {
      const all = pagesOf((page) => responsibilitiesPage(this.#members, { accountId }, page));
      duties = new Map(
        [...all].map((row) => [responsibilityKey(row as ResponsibilityRow & Responsibility), row]),
      );
      this.#duties.set(accountId, duties);
    }
    return duties.get(responsibilityKey(duty)) ?? null;
  }

  auditLog(filter: AuditFilter, page: PageRequest): Page<AuditEntryRow> {
    return auditLogPage(this.#databases().audit, filter, { ...page, newestFirst: true });
  }

  countAuditLog(filter: AuditFilter): number {
    return auditLogCount(this.#databases().audit, filter);
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

const accountFrom = (row: StoredAccount): AccountRow => ({
  ...row,
  kind: row.kind as AccountKind,
  preset: row.preset as PolicyPreset,
  get policy() {
    return JSON.parse(row.policy) as AccountPolicy;
  },
});

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

/** All rows of a list that is short by nature. */
function* pagesOf<Row extends { readonly number: number }>(
  read: (page: PageRequest) => Page<Row>,
): Generator<Row> {
  for (let after = 0; ; ) {
    const { rows, hasMore } = read({ after, limit: CHUNK });
    yield* rows;
    if (!hasMore) return;
    after = rows.at(-1)?.number ?? Number.MAX_SAFE_INTEGER;
  }
}

function countPages<Row extends { readonly number: number }>(read: (page: PageRequest) => Page<Row>): number {
  let count = 0;
  for (const _ of pagesOf(read)) count += 1;
  return count;
}
