import type { AccountEvent } from './events.js';

/** The person an event is about; of a handed-over duty, the one who had it. */
export const subjectOf = (event: AccountEvent): string | null => {
  switch (event.type) {
    case 'UserAdded':
    case 'UserRejoined':
    case 'UserRemoved':
    case 'UserLeft':
    case 'UserDeactivated':
    case 'UserReactivated':
    case 'UserDeleted':
    case 'UserInvited':
    case 'InvitationResent':
    case 'InvitationLinkCopied':
    case 'InvitationAccepted':
    case 'InvitationDeclined':
    case 'InvitationRevoked':
    case 'InvitationExpired':
    case 'UserFrozen':
    case 'UserUnfrozen':
    case 'SessionAccessEnded':
    case 'UserReinstated':
    case 'EndScheduled':
    case 'EndRescheduled':
    case 'ScheduledEndCancelled':
    case 'ScheduledEndRun':
    case 'DirectoryManagementStarted':
    case 'DirectoryManagementEnded':
    case 'UserNotified':
    case 'RoleChanged':
    case 'PermissionsGranted':
    case 'PermissionsRevoked':
    case 'GroupMemberAdded':
    case 'GroupRoleChanged':
    case 'GroupMemberRemoved':
    case 'ContactAssigned':
    case 'MembershipPeriodCorrected':
      return event.data.userId;
    case 'ContactReassigned':
    case 'ContactVacated':
      return event.data.fromUserId;
    case 'AccountOpened':
    case 'OperatorLinked':
    case 'OperatorUnlinked':
    case 'PolicyChanged':
    case 'SeatPlanChanged':
    case 'GroupCreated':
    case 'GroupRenamed':
    case 'GroupMoved':
    case 'GroupDeleted':
    case 'ApplicationRegistered':
    case 'ApplicationRetired':
    case 'WebhookRegistered':
    case 'WebhookChanged':
    case 'WebhookSecretRotated':
    case 'WebhookPinged':
    case 'WebhookRedeliveryRequested':
    case 'WebhookDisabled':
    case 'WebhookRemoved':
    case 'ChangeSetImported':
      return null;
  }
};
