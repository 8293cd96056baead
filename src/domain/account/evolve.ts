import type { StoredEvent } from '../event.js';
import { Table } from '../table.js';
import type { AccountEvent, AccountEventOf, MembershipSnapshot } from './events.js';
import { MAX_NOTICES } from './mail-pace.js';
import { nameKey } from './names.js';
import { responsibilityFromKey, responsibilityKey } from './responsibility.js';
import {
  ACCOUNT,
  type AccountRow,
  type AccountState,
  holdsSeat,
  type Invitation,
  isInvited,
  type Membership,
  type MembershipStatus,
} from './state.js';
import { evolveWebhooks } from './webhooks.js';

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
        planSeats: null,
        addOnSeats: 0,
        seatsInUse: 0,
        pendingInvitations: 0,
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
    case 'SeatPlanChanged': {
      const { planSeats, addOnSeats } = event.data;
      return changeAccount(state, () => ({ planSeats, addOnSeats }));
    }
    case 'UserAdded':
    case 'UserRejoined':
    case 'UserReinstated':
      return join(state, event, 'ACTIVE', null);
    case 'UserInvited':
      return join(state, event, 'INVITED', {
        invitationId: event.data.invitationId,
        generation: event.data.generation,
        tokenHash: event.data.tokenHash,
        expiresAt: Date.parse(event.data.expiresAt),
        lastSentAt: Date.parse(event.occurredAt),
        inviterId: event.actor.kind === 'USER' ? event.actor.id : null,
        groupIds: event.data.groupIds,
      });
    case 'InvitationResent': {
      const { generation, tokenHash, expiresAt } = event.data;
      const lastSentAt = Date.parse(event.occurredAt);
      const renewed = { generation, tokenHash, expiresAt: Date.parse(expiresAt), lastSentAt };
      const row = state.memberships.get(event.data.userId);
      const invitation = row?.invitation == null ? null : { ...row.invitation, ...renewed };
      return row?.status === 'INVITED'
        ? change(state, event.data.userId, () => ({ invitation }))
        : changeStatus(state, event, 'INVITED', { invitation });
    }
    case 'InvitationLinkCopied':
      return;
    case 'InvitationAccepted': {
      const invitation = state.memberships.get(event.data.userId)?.invitation ?? null;
      return join(state, event, 'ACTIVE', invitation);
    }
    case 'InvitationDeclined':
    case 'InvitationRevoked':
      return changeStatus(state, event, 'REMOVED', {
        heldAtEnd: null,
        endedByOthers: !isByHimself(event),
      });
    case 'InvitationExpired':
      return changeStatus(state, event, 'INVITATION_EXPIRED', {});
    case 'UserRemoved':
    case 'UserLeft':
      return end(state, event, 'REMOVED');
    case 'UserDeleted':
      return end(state, event, 'DELETED');
    case 'UserDeactivated': {
      const { snapshot, untilSessionEnd } = event.data;
      const heldWhenDeactivated = {
        groupIds: snapshot.groups.map((group) => group.groupId),
        duties: snapshot.responsibilities.map(responsibilityKey),
      };
      return changeStatus(state, event, 'INACTIVE', {
        heldWhenDeactivated,
        untilSessionEnd:
          untilSessionEnd == null
            ? null
            : { latest: untilSessionEnd.latest === null ? null : Date.parse(untilSessionEnd.latest) },
      });
    }
    case 'UserReactivated':
      return changeStatus(state, event, 'ACTIVE', { heldWhenDeactivated: null, untilSessionEnd: null });
    case 'UserFrozen':
      return changeStatus(state, event, 'FROZEN', {});
    case 'UserUnfrozen':
      return changeStatus(state, event, 'ACTIVE', {});
    case 'SessionAccessEnded':
      return change(state, event.data.userId, () => ({ untilSessionEnd: null }));
    case 'EndScheduled': {
      const { scheduleId, operation, at, successorId, orderedAs } = event.data;
      const { id: orderedBy, kind } = event.actor;
      const order = { orderedAs, orderedBy, orderedByService: kind === 'SERVICE' };
      return change(state, event.data.userId, () => ({
        scheduledEnd: { scheduleId, operation, at: Date.parse(at), successorId, ...order },
      }));
    }
    case 'EndRescheduled':
      return change(state, event.data.userId, ({ scheduledEnd }) => ({
        scheduledEnd: scheduledEnd === null ? null : { ...scheduledEnd, at: Date.parse(event.data.to) },
      }));
    case 'ScheduledEndCancelled':
    case 'ScheduledEndRun':
      return change(state, event.data.userId, () => ({ scheduledEnd: null }));
    case 'DirectoryManagementStarted':
      return change(state, event.data.userId, () => ({ directory: event.data.directory }));
    case 'DirectoryManagementEnded':
      return change(state, event.data.userId, () => ({ directory: null }));
    case 'UserNotified': {
      const before = state.notices.get(event.data.userId) ?? [];
      const latest = [...before, Date.parse(event.occurredAt)].slice(-MAX_NOTICES);
      state.notices.set(event.data.userId, latest);
      return;
    }
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
    case 'WebhookRegistered':
    case 'WebhookChanged':
    case 'WebhookSecretRotated':
    case 'WebhookPinged':
    case 'WebhookRedeliveryRequested':
    case 'WebhookDisabled':
    case 'WebhookRemoved':
      return evolveWebhooks(state, event);
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

/** The one place where a membership row changes, so that no count and no index can drift from it. */
const put = (state: AccountState, before: Membership | undefined, after: Membership): void => {
  const by = (has: (row: Membership) => boolean) =>
    Number(has(after)) - Number(before !== undefined && has(before));
  const owners = by(isActiveOwner);
  const seats = by(holdsSeat);
  const invitations = by(isPending);
  if (owners !== 0 || seats !== 0 || invitations !== 0)
    changeAccount(state, (row) => ({
      activeOwners: row.activeOwners + owners,
      seatsInUse: row.seatsInUse + seats,
      pendingInvitations: row.pendingInvitations + invitations,
    }));
  const isChange = before !== undefined && before.status !== after.status;
  state.memberships.set(after.userId, isChange ? { ...after, statusBefore: before.status } : after);
  moveDeadline(state, after.userId, before === undefined ? null : deadlineOf(before), deadlineOf(after));
  moveSentInvitation(state, before, after);
};

const isActiveOwner = (row: Membership): boolean => row.status === 'ACTIVE' && row.role === 'OWNER';
const isPending = (row: Membership): boolean => row.status === 'INVITED';

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
  event: StoredEvent<AccountEventOf<StatusEventType>>,
  status: MembershipStatus,
  also: Partial<Membership>,
): void =>
  change(state, event.data.userId, (row) => ({
    ...also,
    status,
    transitions: [...row.transitions, event.revision, Date.parse(event.occurredAt)],
  }));

type StatusEventType =
  | 'UserDeactivated'
  | 'UserReactivated'
  | 'UserFrozen'
  | 'UserUnfrozen'
  | 'InvitationResent'
  | 'InvitationDeclined'
  | 'InvitationRevoked'
  | 'InvitationExpired';

type JoinEventType = 'UserAdded' | 'UserRejoined' | 'UserReinstated' | 'UserInvited' | 'InvitationAccepted';

/** A membership begins, or the same one goes on under its own id. */
const join = (
  state: AccountState,
  event: StoredEvent<AccountEventOf<JoinEventType>>,
  status: 'ACTIVE' | 'INVITED',
  invitation: Invitation | null,
): void => {
  const { userId, membershipId, kind, role, permissions } = event.data;
  const before = state.memberships.get(userId);
  const goesOn = before?.membershipId === membershipId && event.type !== 'UserAdded';
  put(state, before, {
    userId,
    membershipId,
    status,
    statusBefore: null,
    kind,
    role,
    permissions,
    groupIds: [],
    duties: [],
    heldWhenDeactivated: null,
    invitation,
    untilSessionEnd: null,
    scheduledEnd: null,
    directory: goesOn ? (before?.directory ?? null) : null,
    endedByOthers: false,
    heldAtEnd: null,
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
    untilSessionEnd: null,
    scheduledEnd: null,
    endedByOthers: row.status !== 'ACTIVE' || !isByHimself(event),
    heldAtEnd: status === 'REMOVED' && !isInvited(row) ? event.data.snapshot : null,
    transitions: [...row.transitions, event.revision, Date.parse(event.occurredAt)],
  });
};

/** By the person it is about, or as that person ordered it before. */
const isByHimself = ({ actor, data }: StoredEvent<AccountEventOf<EndEventType>>): boolean =>
  (actor.kind === 'USER' ? actor.id : actor.onBehalfOf) === data.userId;

type EndEventType = 'UserRemoved' | 'UserLeft' | 'UserDeleted' | 'InvitationDeclined' | 'InvitationRevoked';

const HOUR_MS = 3_600_000;

/** The hour a moment lies in; deadlines are looked up hour by hour. */
export const hourOf = (ms: number): string => String(Math.floor(ms / HOUR_MS));

/** When time alone will change this membership, ms. */
const deadlineOf = ({ status, invitation, untilSessionEnd }: Membership): number | null => {
  if (status === 'INVITED') return invitation?.expiresAt ?? null;
  return status === 'INACTIVE' ? (untilSessionEnd?.latest ?? null) : null;
};

const moveDeadline = (
  state: AccountState,
  userId: string,
  before: number | null,
  after: number | null,
): void => {
  if (before === after) return;
  if (before !== null) {
    const hour = hourOf(before);
    const waiting = state.deadlines.get(hour);
    waiting?.delete(userId);
    if (waiting?.size === 0) state.deadlines.delete(hour);
  }
  if (after !== null) within(state, state.deadlines, hourOf(after)).set(userId, after);
};

const moveSentInvitation = (state: AccountState, before: Membership | undefined, after: Membership): void => {
  const open = (row: Membership | undefined) => (row?.status === 'INVITED' ? row.invitation : null);
  const was = open(before);
  const is = open(after);
  if (was?.invitationId === is?.invitationId) return;
  if (was != null && was.inviterId !== null) {
    const sent = state.invitationsSent.get(was.inviterId);
    sent?.delete(after.userId);
    if (sent?.size === 0) state.invitationsSent.delete(was.inviterId);
  }
  if (is != null && is.inviterId !== null)
    within(state, state.invitationsSent, is.inviterId).set(after.userId, is.invitationId);
};

const within = <V>(state: AccountState, tables: Table<Table<V>>, key: string): Table<V> => {
  const known = tables.get(key);
  if (known !== undefined) return known;
  const made = new Table<V>(state.journal);
  tables.set(key, made);
  return made;
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

/** What a membership holds at this moment, or was promised, for the event that ends it. */
export const snapshotOf = (state: AccountState, membership: Membership): MembershipSnapshot => {
  const groupIds = isInvited(membership) ? (membership.invitation?.groupIds ?? []) : membership.groupIds;
  return {
    kind: membership.kind,
    role: membership.role,
    permissions: membership.permissions,
    groups: groupIds.map((groupId) => ({
      groupId,
      role: state.groupMembers.get(groupId)?.get(membership.userId) ?? 'MEMBER',
    })),
    responsibilities: membership.duties.map(responsibilityFromKey),
  };
};
