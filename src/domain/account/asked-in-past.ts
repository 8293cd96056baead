import { type Asked, askedNothing } from './asked.js';
import type { AccountEvent } from './events.js';
import type { PastDecision } from './past-decision.js';
import type { AccountState } from './state.js';

/** What must have been asked for, so that these events were written. @param state as it was before them */
export const askedInPast = (state: AccountState, { events, main }: PastDecision): Asked => ({
  ...askedNothing,
  targetId: targetOf(main),
  successorIds: events.flatMap((event) => successorsIn(state, event)),
  groupIds: events.flatMap((event) => (event.type === 'GroupMemberAdded' ? [event.data.groupId] : [])),
  ...particulars(state, main),
});

const targetOf = (main: AccountEvent): string | null =>
  'userId' in main.data && main.type !== 'ContactAssigned' ? main.data.userId : null;

const successorsIn = (state: AccountState, event: AccountEvent): readonly string[] => {
  if (event.type === 'ContactReassigned') return [event.data.toUserId];
  if (event.type === 'ContactAssigned') return [event.data.userId];
  const named =
    event.type === 'ScheduledEndRun'
      ? state.memberships.get(event.data.userId)?.scheduledEnd?.successorId
      : event.type === 'EndScheduled' && event.data.successorId;
  return typeof named === 'string' ? [named] : [];
};

const particulars = (state: AccountState, main: AccountEvent): Partial<Asked> => {
  switch (main.type) {
    case 'UserRemoved':
    case 'UserLeft':
      return { operation: 'REMOVE' };
    case 'UserDeactivated':
      return { operation: 'DEACTIVATE' };
    case 'UserDeleted':
      return { operation: 'DELETE' };
    case 'UserReactivated':
      return { operation: 'REACTIVATE' };
    case 'EndScheduled':
    case 'ScheduledEndRun':
      return { operation: main.data.operation };
    case 'UserAdded':
    case 'UserRejoined':
    case 'UserReinstated': {
      const { role, permissions } = main.data;
      return { role, permissions };
    }
    case 'UserInvited': {
      const { role, permissions, groupIds } = main.data;
      return { role, permissions, groupIds };
    }
    case 'InvitationResent':
    case 'InvitationLinkCopied': {
      const invited = state.memberships.get(main.data.userId);
      return invited === undefined ? {} : { role: invited.role, permissions: invited.permissions };
    }
    case 'InvitationAccepted':
    case 'InvitationDeclined':
      return { link: state.memberships.get(main.data.userId)?.invitation?.generation ?? null };
    case 'RoleChanged':
      return { role: main.data.to };
    case 'PermissionsGranted':
      return { permissions: main.data.permissions };
    case 'GroupMemberAdded':
    case 'GroupRoleChanged':
    case 'GroupMemberRemoved':
    case 'GroupCreated':
    case 'GroupRenamed':
    case 'GroupMoved':
    case 'GroupDeleted':
      return { groupId: main.data.groupId };
    case 'ContactAssigned':
      return { responsibility: main.data.responsibility };
    case 'PolicyChanged':
      return { seats: 0, account: { policy: main.data.policy } };
    case 'SeatPlanChanged': {
      const { planSeats, addOnSeats } = main.data;
      return { seats: 0, account: { planSeats, addOnSeats } };
    }
    case 'AccountOpened':
    case 'OperatorLinked':
    case 'OperatorUnlinked':
    case 'UserFrozen':
    case 'UserUnfrozen':
    case 'SessionAccessEnded':
    case 'InvitationRevoked':
    case 'InvitationExpired':
    case 'EndRescheduled':
    case 'ScheduledEndCancelled':
    case 'DirectoryManagementStarted':
    case 'DirectoryManagementEnded':
    case 'UserNotified':
    case 'PermissionsRevoked':
    case 'ApplicationRegistered':
    case 'ApplicationRetired':
    case 'ContactReassigned':
    case 'ContactVacated':
    case 'MembershipPeriodCorrected':
    case 'WebhookRegistered':
    case 'WebhookChanged':
    case 'WebhookSecretRotated':
    case 'WebhookPinged':
    case 'WebhookRedeliveryRequested':
    case 'WebhookDisabled':
    case 'WebhookRemoved':
    case 'ChangeSetImported':
      return {};
  }
};
