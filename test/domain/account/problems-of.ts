import { hourOf } from '../../../src/domain/account/evolve.js';
import { endingOperations } from '../../../src/domain/account/policy.js';
import { responsibilityKey } from '../../../src/domain/account/responsibility.js';
import { seatUse } from '../../../src/domain/account/seats.js';
import { ACCOUNT, type AccountState, type Membership } from '../../../src/domain/account/state.js';
import type { Table } from '../../../src/domain/table.js';
import { technicalOf } from './given.js';

/** What is wrong with an account, by rules that hold at every moment and under every policy; in plain words. */
export const problemsOf = (state: AccountState): readonly string[] => [
  ...wrongCounts(state),
  ...wrongIndexes(state),
  ...wrongSeats(state),
  ...wrongDuties(state),
  ...wrongGroups(state),
];

const rowsOf = (state: AccountState): readonly Membership[] => [...state.memberships.values()];
const count = (state: AccountState, what: (row: Membership) => boolean): number =>
  rowsOf(state).filter(what).length;

export const activeOwners = (state: AccountState): number =>
  count(state, ({ status, role }) => status === 'ACTIVE' && role === 'OWNER');

const wrongCounts = (state: AccountState): readonly string[] => {
  const recount = {
    activeOwners: activeOwners(state),
    seatsInUse: count(state, ({ status }) => status === 'ACTIVE' || status === 'FROZEN'),
    pendingInvitations: count(state, ({ status }) => status === 'INVITED'),
  };
  const account = state.account.get(ACCOUNT);
  return Object.entries(recount).flatMap(([name, counted]) => {
    const kept = account?.[name as keyof typeof recount];
    return kept === counted ? [] : [`${name} is kept as ${kept} and counts ${counted}`];
  });
};

const wrongIndexes = (state: AccountState): readonly string[] => {
  const deadlines = new Set<string>();
  const sent = new Set<string>();
  const problems: string[] = [];
  for (const { userId, status, invitation, untilSessionEnd } of rowsOf(state)) {
    if (status === 'INVITED' && invitation !== null) {
      deadlines.add(`${hourOf(invitation.expiresAt)} ${userId} ${invitation.expiresAt}`);
      if (invitation.inviterId !== null)
        sent.add(`${invitation.inviterId} ${userId} ${invitation.invitationId}`);
    }
    if (untilSessionEnd === null) continue;
    if (status !== 'INACTIVE') problems.push(`the access of ${userId}, ${status}, lingers`);
    const { latest } = untilSessionEnd;
    if (latest !== null) deadlines.add(`${hourOf(latest)} ${userId} ${latest}`);
  }
  return [
    ...problems,
    ...differences('deadlines', entriesOf(state.deadlines), deadlines),
    ...differences('invitationsSent', entriesOf(state.invitationsSent), sent),
  ];
};

const entriesOf = (tables: Table<Table<unknown>>): ReadonlySet<string> =>
  new Set(
    [...tables.entries()].flatMap(([key, rows]) =>
      rows.size === 0
        ? [`${key} is empty`]
        : [...rows.entries()].map(([userId, value]) => `${key} ${userId} ${value}`),
    ),
  );

const differences = (
  name: string,
  kept: ReadonlySet<string>,
  right: ReadonlySet<string>,
): readonly string[] => [
  ...[...kept].filter((entry) => !right.has(entry)).map((entry) => `${name} has ${entry}`),
  ...[...right].filter((entry) => !kept.has(entry)).map((entry) => `${name} lacks ${entry}`),
];

const wrongSeats = (state: AccountState): readonly string[] => {
  const account = state.account.get(ACCOUNT);
  if (account === undefined || account.policy.seatEnforcement === 'OFF') return [];
  const { limit, inUse, reserved } = seatUse(account, account.policy);
  return limit === null || inUse + reserved <= limit ? [] : [`${inUse} + ${reserved} seats of ${limit}`];
};

const wrongDuties = (state: AccountState): readonly string[] => {
  const policy = state.account.get(ACCOUNT)?.policy;
  const isMandatory = endingOperations.every(
    (operation) => policy?.responsibilities[operation] === 'REQUIRE_REASSIGN',
  );
  const holders: readonly string[] = isMandatory ? ['ACTIVE', 'FROZEN'] : ['ACTIVE', 'FROZEN', 'INACTIVE'];
  const problems: string[] = [];
  for (const [key, holder] of state.contacts.entries()) {
    const row = holder === null ? undefined : state.memberships.get(holder);
    if (row === undefined && isMandatory) problems.push(`${key} is vacant`);
    if (row !== undefined && !holders.includes(row.status))
      problems.push(`${key} is held by somebody ${row.status}`);
    if (row !== undefined && !row.duties.includes(key)) problems.push(`${holder} does not know of ${key}`);
  }
  for (const { userId, duties } of rowsOf(state))
    for (const key of duties)
      if (state.contacts.get(key) !== userId) problems.push(`${userId} thinks to hold ${key}`);
  for (const { applicationId } of state.applications.values()) {
    const key = responsibilityKey(technicalOf(applicationId));
    if (!state.contacts.has(key)) problems.push(`there is no ${key}`);
  }
  return problems;
};

const wrongGroups = (state: AccountState): readonly string[] => {
  const problems: string[] = [];
  for (const { userId, groupIds } of rowsOf(state)) {
    if (new Set(groupIds).size !== groupIds.length) problems.push(`${userId} is in a group twice`);
    for (const id of groupIds)
      if (!state.groupMembers.get(id)?.has(userId)) problems.push(`${id} does not know of ${userId}`);
  }
  for (const [id, { childCount }] of state.groups.entries()) {
    const children = [...state.groups.values()].filter(({ parentId }) => parentId === id).length;
    if (childCount !== children) problems.push(`${id} counts ${childCount} children of ${children}`);
    for (const userId of state.groupMembers.get(id)?.keys() ?? [])
      if (!state.memberships.get(userId)?.groupIds.includes(id))
        problems.push(`${userId} does not know of ${id}`);
  }
  return problems;
};
