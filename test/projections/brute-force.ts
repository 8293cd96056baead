import type { StoredEvent } from '../../src/domain/event.js';
import { type FoldedRules, foldMarks, foldRules } from './brute-force-access.js';

/** What a fold of the events says of one account at a moment: written without a look at the projection. */
export interface Folded extends FoldedRules {
  memberships: Record<string, string>;
  groups: Record<string, string>;
  groupMembers: Record<string, string>;
  duties: Record<string, string>;
  /** `duties` by holder: how many applications, and the account's own. */
  contacts: Record<string, string>;
  /** In use and invited. */
  seats: string;
  /** Memberships that are INACTIVE with access until the session ends. */
  lingering: readonly string[];
  /** Memberships that had not ended, by group. */
  inGroup: Record<string, readonly string[]>;
}

/** Knows what was recorded up to `knownAt` (and, of that, up to a position), puts corrected events where they belong, and folds up to `at`. */
export function foldAsOf(
  events: readonly StoredEvent[],
  { at, knownAt }: { at: number; knownAt: number },
): Folded {
  const known = events.filter((event) => Date.parse(event.recordedAt) <= knownAt);
  const corrected = new Map<number, number>();
  for (const event of known)
    if (event.type === 'MembershipPeriodCorrected')
      corrected.set(event.data.correctedRevision, Date.parse(event.data.to));
  const timeOf = (event: StoredEvent) => corrected.get(event.revision) ?? Date.parse(event.occurredAt);
  const timeline = known
    .filter((event, i) => timeOf(event) <= at && !isOnlyAnotherLink(event, known.slice(0, i)))
    .sort((a, b) => timeOf(a) - timeOf(b) || a.revision - b.revision);
  const members = new Map<string, Member>();
  for (const event of timeline) foldMembership(members, event);
  // Only the membership's own period is corrected: groups and duties stay as they happened.
  const uncorrected = known.filter((event) => Date.parse(event.occurredAt) <= at);
  const marks = foldMarks(uncorrected);
  for (const [id, member] of members)
    if (member.status === 'INVITED' && (marks.get(id)?.expiresAt ?? at + 1) <= at)
      member.status = 'INVITATION_EXPIRED';
  const lasts = (id: string) => {
    const session = marks.get(id)?.session ?? null;
    return session !== null && (session.latest === null || session.latest > at);
  };
  const having = (...statuses: string[]) => [...members].filter(([, m]) => statuses.includes(m.status));
  const rest = foldRest(uncorrected);
  return {
    memberships: Object.fromEntries(
      [...members].map(([id, m]) => [id, `${m.status} ${m.role} ${JSON.stringify(m.permissions)}`]),
    ),
    ...rest,
    ...foldRules(uncorrected, at),
    contacts: contactsOf(rest.duties),
    seats: `${having('ACTIVE', 'FROZEN').length} ${having('INVITED').length}`,
    lingering: having('INACTIVE')
      .flatMap(([id]) => (lasts(id) ? [id] : []))
      .sort(),
    inGroup: peopleByGroup(rest.groupMembers, having(...notEnded)),
  };
}

interface Member {
  readonly userId: string;
  status: string;
  role: string;
  permissions: string[];
}

const notEnded = ['INVITED', 'INVITATION_EXPIRED', 'ACTIVE', 'FROZEN', 'INACTIVE'];

function contactsOf(duties: Record<string, string>): Record<string, string> {
  const held = new Map<string, string[]>();
  for (const [duty, userId] of Object.entries(duties))
    if (userId !== 'null') held.set(userId, [...(held.get(userId) ?? []), duty.split(' ')[0] ?? '']);
  const count = (kinds: string[], kind: string) => kinds.filter((one) => one === kind).length;
  return Object.fromEntries(
    [...held].map(([userId, kinds]) => [
      userId,
      [
        count(kinds, 'APPLICATION_TECHNICAL_CONTACT'),
        count(kinds, 'ACCOUNT_TECHNICAL_CONTACT'),
        count(kinds, 'ACCOUNT_ADMINISTRATIVE_CONTACT'),
      ].join(' '),
    ]),
  );
}

function peopleByGroup(
  groupMembers: Record<string, string>,
  present: readonly (readonly [string, Member])[],
): Record<string, readonly string[]> {
  const people: Record<string, string[]> = {};
  for (const key of Object.keys(groupMembers)) {
    const [groupId = '', userId = ''] = key.split(' ');
    const ids = present.flatMap(([id, member]) => (member.userId === userId ? [id] : []));
    if (ids.length > 0) people[groupId] = [...(people[groupId] ?? []), ...ids].sort();
  }
  return people;
}

/** Sent again while it could still be accepted: not a change of status, wherever a correction puts its neighbours. */
function isOnlyAnotherLink(event: StoredEvent, before: readonly StoredEvent[]): boolean {
  if (event.type !== 'InvitationResent') return false;
  const { invitationId } = event.data;
  const last = before.findLast(
    ({ type, data }) =>
      (type === 'InvitationResent' || type === 'InvitationExpired') && data.invitationId === invitationId,
  );
  return last?.type !== 'InvitationExpired';
}

function foldMembership(members: Map<string, Member>, event: StoredEvent): void {
  switch (event.type) {
    case 'UserAdded':
    case 'UserRejoined':
    case 'UserReinstated':
    case 'UserInvited':
    case 'InvitationAccepted': {
      const { userId, membershipId, role, permissions } = event.data;
      const status = event.type === 'UserInvited' ? 'INVITED' : 'ACTIVE';
      members.set(membershipId, { userId, status, role, permissions: [...permissions] });
      return;
    }
    case 'InvitationResent': {
      const member = members.get(event.data.membershipId);
      if (member !== undefined) member.status = 'INVITED';
      return;
    }
    case 'UserRemoved':
    case 'UserLeft':
    case 'UserDeactivated':
    case 'UserReactivated':
    case 'UserDeleted':
    case 'UserFrozen':
    case 'UserUnfrozen':
    case 'InvitationDeclined':
    case 'InvitationRevoked':
    case 'InvitationExpired': {
      const member = members.get(event.data.membershipId);
      const status = {
        UserRemoved: 'REMOVED',
        UserLeft: 'REMOVED',
        UserDeactivated: 'INACTIVE',
        UserReactivated: 'ACTIVE',
        UserDeleted: 'DELETED',
        UserFrozen: 'FROZEN',
        UserUnfrozen: 'ACTIVE',
        InvitationDeclined: 'REMOVED',
        InvitationRevoked: 'REMOVED',
        InvitationExpired: 'INVITATION_EXPIRED',
      }[event.type];
      if (member !== undefined) member.status = status;
      return;
    }
    case 'RoleChanged': {
      const member = members.get(event.data.membershipId);
      if (member !== undefined) member.role = event.data.to;
      return;
    }
    case 'PermissionsGranted':
    case 'PermissionsRevoked': {
      const member = members.get(event.data.membershipId);
      if (member === undefined) return;
      const without = member.permissions.filter((p) => !event.data.permissions.includes(p));
      member.permissions =
        event.type === 'PermissionsRevoked'
          ? without
          : [...new Set([...member.permissions, ...event.data.permissions])].sort();
      return;
    }
    default:
  }
}

function foldRest(events: readonly StoredEvent[]): Pick<Folded, 'groups' | 'groupMembers' | 'duties'> {
  const groups = new Map<string, { name: string; parentId: string | null }>();
  const groupMembers = new Map<string, string>();
  const duties = new Map<string, string | null>();
  const leaveAll = (matches: (groupId: string, userId: string) => boolean) => {
    for (const key of [...groupMembers.keys()]) {
      const [groupId = '', userId = ''] = key.split(' ');
      if (matches(groupId, userId)) groupMembers.delete(key);
    }
  };
  for (const event of events) {
    switch (event.type) {
      case 'AccountOpened':
        duties.set('ACCOUNT_TECHNICAL_CONTACT', null).set('ACCOUNT_ADMINISTRATIVE_CONTACT', null);
        break;
      case 'UserRemoved':
      case 'UserLeft':
      case 'UserDeleted':
        leaveAll((_, userId) => userId === event.data.userId);
        break;
      case 'GroupCreated':
        groups.set(event.data.groupId, event.data);
        break;
      case 'GroupRenamed':
      case 'GroupMoved': {
        const group = groups.get(event.data.groupId);
        if (group === undefined) break;
        const change = event.type === 'GroupRenamed' ? { name: event.data.to } : { parentId: event.data.to };
        groups.set(event.data.groupId, { ...group, ...change });
        break;
      }
      case 'GroupDeleted':
        groups.delete(event.data.groupId);
        leaveAll((groupId) => groupId === event.data.groupId);
        break;
      case 'GroupMemberAdded':
        groupMembers.set(`${event.data.groupId} ${event.data.userId}`, event.data.role);
        break;
      case 'GroupRoleChanged':
        groupMembers.set(`${event.data.groupId} ${event.data.userId}`, event.data.to);
        break;
      case 'GroupMemberRemoved':
        groupMembers.delete(`${event.data.groupId} ${event.data.userId}`);
        break;
      case 'ApplicationRegistered':
        duties.set(`APPLICATION_TECHNICAL_CONTACT ${event.data.applicationId}`, null);
        break;
      case 'ApplicationRetired':
        duties.delete(`APPLICATION_TECHNICAL_CONTACT ${event.data.applicationId}`);
        break;
      case 'ContactAssigned':
      case 'ContactReassigned':
      case 'ContactVacated': {
        const { kind, applicationId } = event.data.responsibility;
        const holder =
          event.type === 'ContactAssigned'
            ? event.data.userId
            : event.type === 'ContactReassigned'
              ? event.data.toUserId
              : null;
        duties.set(applicationId === null ? kind : `${kind} ${applicationId}`, holder);
        break;
      }
      default:
    }
  }
  return {
    groups: Object.fromEntries([...groups].map(([id, g]) => [id, `${g.name} in ${g.parentId}`])),
    groupMembers: Object.fromEntries(groupMembers),
    duties: Object.fromEntries([...duties].map(([key, holder]) => [key, `${holder}`])),
  };
}
