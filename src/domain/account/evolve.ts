import type { StoredEvent } from '../event.js';
import { Table } from '../table.js';
import type { AccountEvent, AccountEventOf, MembershipSnapshot } from './events.js';
import { nameKey } from './names.js';
import { responsibilityFromKey, responsibilityKey } from './responsibility.js';
import {
  ACCOUNT,
  type AccountRow,
  type AccountState,
  type Membership,
  type MembershipStatus,
} from './state.js';

/** Commands sent with an idempotency key are remembered at least this long. */
export const COMMAND_MEMORY_MS = 7 * 24 * 3600 * 1000;

/** Folds one stored event into the state, in place. A fact is never refused. */
export const evolve = (state: AccountState, event: StoredEvent<AccountEvent>): void => {
  apply(state, event);
  if (event.fingerprint !== null) rememberCommand(state, event, event.fingerprint);
};

const apply = (state: AccountState, event: StoredEvent<AccountEvent>): void => {
  switch (event.type) {
    case 'AccountOpened': {
      const { name, kind, operators, preset, policy, policyVersion } = event.data;
      const accountId = event.accountId ?? '';
      state.account.set(ACCOUNT, {
        accountId,
        name,
        kind,
        operators,
        preset,
        policy,
        policyVersion,
        activeOwners: 0,
      });
      return;
    }
    case 'OperatorLinked':
      return changeAccount(state, (row) => ({ operators: [...row.operators, event.data.operatorAccountId] }));
    case 'OperatorUnlinked':
      return changeAccount(state, (row) => ({
        operators: row.operators.filter((id) => id !== event.data.operatorAccountId),
      }));
    case 'PolicyChanged': {
      const { preset, policy, policyVersion } = event.data;
      return changeAccount(state, () => ({ preset, policy, policyVersion }));
    }
    case 'UserAdded':
    case 'UserRejoined':
      return join(state, event);
    case 'UserRemoved':
    case 'UserLeft':
      return end(state, event, 'REMOVED');
    case 'UserDeleted':
      return end(state, event, 'DELETED');
    case 'UserDeactivated': {
      const { groups, responsibilities } = event.data.snapshot;
      const heldWhenDeactivated = {
        groupIds: groups.map((group) => group.groupId),
        duties: responsibilities.map(responsibilityKey),
      };
      return changeStatus(state, event, 'INACTIVE', { heldWhenDeactivated });
    }
    case 'UserReactivated':
      return changeStatus(state, event, 'ACTIVE', { heldWhenDeactivated: null });
    case 'RoleChanged':
      return change(state, event.data.userId, () => ({ role: event.data.to }));
    case 'PermissionsGranted':
      return change(state, event.data.userId, (row) => ({
        permissions: [...new Set([...row.permissions, ...event.data.permissions])].sort(),
      }));
    case 'PermissionsRevoked':
      return change(state, event.data.userId, (row) => ({
        permissions: row.permissions.filter((permission) => !event.data.permissions.includes(permission)),
      }));
    case 'GroupCreated': {
      const { groupId, name, parentId } = event.data;
      state.groups.set(groupId, { groupId, name, parentId, childCount: 0 });
      state.groupIdByName.set(nameKey(name), groupId);
      state.groupMembers.set(groupId, new Table(state.journal));
      return countChild(state, parentId, +1);
    }
    case 'GroupRenamed': {
      const group = state.groups.get(event.data.groupId);
      if (group === undefined) return;
      state.groups.set(group.groupId, { ...group, name: event.data.to });
      state.groupIdByName.delete(nameKey(event.data.from));
      state.groupIdByName.set(nameKey(event.data.to), group.groupId);
      return;
    }
    case 'GroupMoved': {
      const group = state.groups.get(event.data.groupId);
      if (group === undefined) return;
      state.groups.set(group.groupId, { ...group, parentId: event.data.to });
      countChild(state, event.data.from, -1);
      return countChild(state, event.data.to, +1);
    }
    case 'GroupDeleted': {
      const { groupId, name } = event.data;
      for (const userId of state.groupMembers.get(groupId)?.keys() ?? []) leaveGroup(state, userId, groupId);
      countChild(state, state.groups.get(groupId)?.parentId ?? null, -1);
      state.groupMembers.delete(groupId);
      state.groups.delete(groupId);
      state.groupIdByName.delete(nameKey(name));
      return;
    }
    case 'GroupMemberAdded': {
      const { groupId, userId, role } = event.data;
      state.groupMembers.get(groupId)?.set(userId, role);
      return change(state, userId, (row) => ({ groupIds: [...row.groupIds, groupId] }));
    }
    case 'GroupRoleChanged':
      state.groupMembers.get(event.data.groupId)?.set(event.data.userId, event.data.to);
      return;
    case 'GroupMemberRemoved':
      state.groupMembers.get(event.data.groupId)?.delete(event.data.userId);
      return leaveGroup(state, event.data.userId, event.data.groupId);
    case 'ApplicationRegistered': {
      const { applicationId, name } = event.data;
      state.applications.set(applicationId, { applicationId, name });
      state.applicationIdByName.set(nameKey(name), applicationId);
      state.contacts.set(responsibilityKey({ kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId }), null);
      return;
    }
    case 'ApplicationRetired': {
      const { applicationId, name } = event.data;
      const duty = responsibilityKey({ kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId });
      hold(state, duty, null);
      state.contacts.delete(duty);
      state.applications.delete(applicationId);
      state.applicationIdByName.delete(nameKey(name));
      return;
    }
    case 'ContactAssigned':
      return hold(state, responsibilityKey(event.data.responsibility), event.data.userId);
    case 'ContactReassigned':
      return hold(state, responsibilityKey(event.data.responsibility), event.data.toUserId);
    case 'ContactVacated':
      return hold(state, responsibilityKey(event.data.responsibility), null);
    case 'MembershipPeriodCorrected': {
      const { userId, correctedRevision, to } = event.data;
      return change(state, userId, (row) => ({
        transitions: row.transitions.map((value, index) =>
          index % 2 === 1 && row.transitions[index - 1] === correctedRevision ? Date.parse(to) : value,
        ),
      }));
    }
    case 'ChangeSetImported': {
      const { source, ...cursor } = event.data;
      state.imports.set(source, cursor);
      return;
    }
  }
};

const changeAccount = (state: AccountState, what: (row: AccountRow) => Partial<AccountRow>): void => {
  const row = state.account.get(ACCOUNT);
  if (row !== undefined) state.account.set(ACCOUNT, { ...row, ...what(row) });
};

/** The one place where a membership row changes, so that the count of active owners cannot drift from it. */
const put = (state: AccountState, before: Membership | undefined, after: Membership): void => {
  const owners = Number(isActiveOwner(after)) - Number(before !== undefined && isActiveOwner(before));
  if (owners !== 0) changeAccount(state, (row) => ({ activeOwners: row.activeOwners + owners }));
  state.memberships.set(after.userId, after);
};

const isActiveOwner = (row: Membership): boolean => row.status === 'ACTIVE' && row.role === 'OWNER';

const change = (
  state: AccountState,
  userId: string,
  what: (row: Membership) => Partial<Membership>,
): void => {
  const row = state.memberships.get(userId);
  if (row !== undefined) put(state, row, { ...row, ...what(row) });
};

const changeStatus = (
  state: AccountState,
  event: StoredEvent<AccountEventOf<'UserDeactivated' | 'UserReactivated'>>,
  status: MembershipStatus,
  also: Partial<Membership>,
): void =>
  change(state, event.data.userId, (row) => ({
    ...also,
    status,
    transitions: [...row.transitions, event.revision, Date.parse(event.occurredAt)],
  }));

const join = (
  state: AccountState,
  event: StoredEvent<AccountEventOf<'UserAdded' | 'UserRejoined'>>,
): void => {
  const { userId, membershipId, kind, role, permissions } = event.data;
  const before = state.memberships.get(userId);
  const goesOn = event.type === 'UserRejoined';
  put(state, before, {
    userId,
    membershipId,
    status: 'ACTIVE',
    kind,
    role,
    permissions,
    groupIds: [],
    duties: [],
    heldWhenDeactivated: null,
    transitions: [
      ...(goesOn ? (before?.transitions ?? []) : []),
      event.revision,
      Date.parse(event.occurredAt),
    ],
    notBefore: (goesOn ? before?.notBefore : before?.transitions.at(-1)) ?? 0,
  });
};

const end = (
  state: AccountState,
  event: StoredEvent<AccountEventOf<'UserRemoved' | 'UserLeft' | 'UserDeleted'>>,
  status: MembershipStatus,
): void => {
  const row = state.memberships.get(event.data.userId);
  if (row === undefined) return;
  for (const groupId of row.groupIds) state.groupMembers.get(groupId)?.delete(row.userId);
  put(state, row, {
    ...row,
    status,
    groupIds: [],
    heldWhenDeactivated: null,
    transitions: [...row.transitions, event.revision, Date.parse(event.occurredAt)],
  });
};

const leaveGroup = (state: AccountState, userId: string, groupId: string): void =>
  change(state, userId, (row) => ({ groupIds: row.groupIds.filter((id) => id !== groupId) }));

const countChild = (state: AccountState, parentId: string | null, by: number): void => {
  const parent = parentId === null ? undefined : state.groups.get(parentId);
  if (parent !== undefined)
    state.groups.set(parent.groupId, { ...parent, childCount: parent.childCount + by });
};

const hold = (state: AccountState, duty: string, userId: string | null): void => {
  const before = state.contacts.get(duty) ?? null;
  if (before !== null) change(state, before, (row) => ({ duties: row.duties.filter((key) => key !== duty) }));
  state.contacts.set(duty, userId);
  if (userId !== null) change(state, userId, (row) => ({ duties: [...row.duties, duty] }));
};

/** All events of one command carry its id; the first and last revision are remembered. Older commands are dropped. */
const rememberCommand = (
  state: AccountState,
  event: StoredEvent<AccountEvent>,
  fingerprint: string,
): void => {
  const recordedAt = Date.parse(event.recordedAt);
  const firstRevision = state.commands.get(event.commandId)?.firstRevision ?? event.revision;
  state.commands.set(event.commandId, {
    fingerprint,
    firstRevision,
    lastRevision: event.revision,
    recordedAt,
  });
  for (const [id, command] of state.commands.entries()) {
    if (command.recordedAt >= recordedAt - COMMAND_MEMORY_MS) break;
    state.commands.delete(id);
  }
};

/** What a membership holds at this moment, for the event that ends its access. */
export const snapshotOf = (state: AccountState, membership: Membership): MembershipSnapshot => ({
  kind: membership.kind,
  role: membership.role,
  permissions: membership.permissions,
  groups: membership.groupIds.map((groupId) => ({
    groupId,
    role: state.groupMembers.get(groupId)?.get(membership.userId) ?? 'MEMBER',
  })),
  responsibilities: membership.duties.map(responsibilityFromKey),
});
