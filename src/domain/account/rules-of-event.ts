import { type RejectionCode, rejectionCodes } from '../rejection.js';
import type { AccountCommand } from './commands.js';
import type { AccountEvent, AccountEventType } from './events.js';

const confirming = ['STALE_PREVIEW', 'CONFIRMATION_REQUIRED'] as const;
const handingOver = ['RESPONSIBILITY_NOT_HELD', 'INVALID_SUCCESSOR', 'REASSIGNMENT_REQUIRED'] as const;
const guarding = [
  'SELF_REMOVAL_FORBIDDEN',
  'TARGET_OUTRANKS_ACTOR',
  'LAST_OWNER',
  'MANAGED_EXTERNALLY',
] as const;
const granting = ['ROLE_NOT_GRANTABLE', 'PERMISSION_NOT_GRANTABLE'] as const;
const comingIn = [
  'TARGET_OUTRANKS_ACTOR',
  ...granting,
  'ALREADY_INVITED',
  'ALREADY_MEMBER',
  'MANAGED_EXTERNALLY',
  'GROUP_REQUIRED',
  'SEAT_LIMIT_EXCEEDED',
] as const;
const living = ['INVITATION_PENDING', 'MEMBERSHIP_ENDED'] as const;
const answering = [
  'INVITATION_FOR_ANOTHER_ADDRESS',
  'INVITATION_SUPERSEDED',
  'INVITATION_EXPIRED',
  'INVITATION_ENDED',
] as const;

/**
 * What a decision had to pass before it could write the event, in the order it was asked. Left out is what every
 * command passes: that it is of the right shape, names what is there, comes from whoever may, and is not stale.
 */
export const rulesOf: Readonly<Record<AccountEventType, readonly RejectionCode[]>> = {
  AccountOpened: [],
  OperatorLinked: ['OPERATOR_LINK_INVALID'],
  OperatorUnlinked: [],
  PolicyChanged: ['CONTACT_WOULD_BE_VACANT', 'SEAT_LIMIT_EXCEEDED'],
  SeatPlanChanged: ['SEAT_LIMIT_EXCEEDED'],
  UserAdded: comingIn,
  UserRejoined: comingIn,
  UserInvited: [...comingIn, 'TOO_SOON'],
  UserReinstated: ['NOTHING_TO_REINSTATE', ...comingIn],
  UserRemoved: ['OPERATION_NOT_OFFERED', ...guarding, 'MEMBERSHIP_ENDED', ...confirming, ...handingOver],
  UserLeft: ['NOT_A_MEMBER', ...guarding, ...confirming, ...handingOver],
  UserDeactivated: ['OPERATION_NOT_OFFERED', ...guarding, ...living, ...confirming, ...handingOver],
  UserDeleted: [
    'OPERATION_NOT_OFFERED',
    ...guarding,
    'DELETE_REQUIRES_INACTIVE',
    ...confirming,
    ...handingOver,
  ],
  UserReactivated: [
    'OPERATION_NOT_OFFERED',
    'TARGET_OUTRANKS_ACTOR',
    'MANAGED_EXTERNALLY',
    'MEMBERSHIP_FROZEN',
    ...living,
    ...confirming,
    'SEAT_LIMIT_EXCEEDED',
  ],
  UserFrozen: [
    'SELF_REMOVAL_FORBIDDEN',
    'TARGET_OUTRANKS_ACTOR',
    'LAST_OWNER',
    ...living,
    'MEMBERSHIP_NOT_ACTIVE',
  ],
  UserUnfrozen: ['TARGET_OUTRANKS_ACTOR', ...living, 'MEMBERSHIP_NOT_ACTIVE'],
  SessionAccessEnded: ['TARGET_OUTRANKS_ACTOR'],
  InvitationResent: [
    'INVITATION_ENDED',
    ...granting,
    'MANAGED_EXTERNALLY',
    'SEAT_LIMIT_EXCEEDED',
    'TOO_SOON',
  ],
  InvitationLinkCopied: ['INVITATION_ENDED', ...granting, 'INVITATION_EXPIRED'],
  InvitationAccepted: [...answering, 'SEAT_LIMIT_EXCEEDED'],
  InvitationDeclined: ['INVITATION_FOR_ANOTHER_ADDRESS', 'INVITATION_SUPERSEDED', 'INVITATION_ENDED'],
  InvitationRevoked: ['TARGET_OUTRANKS_ACTOR', 'MANAGED_EXTERNALLY', 'INVITATION_ENDED'],
  InvitationExpired: ['INVITATION_EXPIRED'],
  EndScheduled: [
    'OPERATION_NOT_OFFERED',
    ...guarding,
    ...living,
    'ALREADY_SCHEDULED',
    ...confirming,
    'INVALID_SUCCESSOR',
  ],
  EndRescheduled: ['TARGET_OUTRANKS_ACTOR', 'MANAGED_EXTERNALLY', 'NOT_SCHEDULED'],
  ScheduledEndCancelled: ['TARGET_OUTRANKS_ACTOR', 'MANAGED_EXTERNALLY', 'NOT_SCHEDULED'],
  ScheduledEndRun: [
    'OPERATION_NOT_OFFERED',
    'TARGET_OUTRANKS_ACTOR',
    'LAST_OWNER',
    'MANAGED_EXTERNALLY',
    ...living,
    'DELETE_REQUIRES_INACTIVE',
    ...handingOver,
  ],
  DirectoryManagementStarted: ['TARGET_OUTRANKS_ACTOR', ...living],
  DirectoryManagementEnded: [],
  UserNotified: [...living, 'TOO_SOON'],
  RoleChanged: ['ROLE_NOT_GRANTABLE', 'TARGET_OUTRANKS_ACTOR', 'MANAGED_EXTERNALLY', 'LAST_OWNER', ...living],
  PermissionsGranted: ['PERMISSION_NOT_GRANTABLE', 'TARGET_OUTRANKS_ACTOR', 'MANAGED_EXTERNALLY', ...living],
  PermissionsRevoked: ['TARGET_OUTRANKS_ACTOR', 'MANAGED_EXTERNALLY', ...living],
  GroupCreated: ['GROUP_NAME_TAKEN', 'GROUP_CYCLE', 'GROUP_TOO_DEEP'],
  GroupRenamed: ['GROUP_NAME_TAKEN'],
  GroupMoved: ['GROUP_CYCLE', 'GROUP_TOO_DEEP'],
  GroupDeleted: ['GROUP_HAS_CHILDREN'],
  GroupMemberAdded: ['MANAGED_EXTERNALLY', ...living, 'ALREADY_MEMBER', 'MEMBERSHIP_NOT_ACTIVE'],
  GroupRoleChanged: ['MANAGED_EXTERNALLY', 'NOT_A_MEMBER'],
  GroupMemberRemoved: ['MANAGED_EXTERNALLY'],
  ApplicationRegistered: ['APPLICATION_NAME_TAKEN', 'CONTACT_REQUIRED', 'INVALID_SUCCESSOR'],
  ApplicationRetired: [],
  ContactAssigned: ['CONTACT_ALREADY_ASSIGNED', 'INVALID_SUCCESSOR'],
  ContactReassigned: ['INVALID_SUCCESSOR'],
  ContactVacated: ['REASSIGNMENT_REQUIRED'],
  MembershipPeriodCorrected: ['TARGET_OUTRANKS_ACTOR', 'CORRECTION_OUT_OF_BOUNDS'],
  WebhookRegistered: ['WEBHOOK_LIMIT_EXCEEDED'],
  WebhookChanged: [],
  WebhookSecretRotated: [],
  WebhookPinged: ['TOO_SOON'],
  WebhookRedeliveryRequested: [],
  WebhookDisabled: [],
  WebhookRemoved: [],
  ChangeSetImported: ['IMPORT_OUT_OF_SEQUENCE'],
};

/** The rules behind one event: those it passed, or of an end that was due and refused, the one that refused it. */
export const rulesBehind = (event: AccountEvent): readonly RejectionCode[] => {
  if (event.type === 'ScheduledEndRun' && event.data.outcome === 'REFUSED')
    return rejectionCodes.filter((code) => code === event.data.code);
  // Whoever says that a session is over looks at nobody's rank, and neither does time.
  if (event.type === 'SessionAccessEnded' && event.data.cause !== 'TERMINATED') return [];
  return rulesOf[event.type];
};

/** The command that writes the event; null where time alone does. */
export const commandOf = (event: AccountEvent): AccountCommand['type'] | null =>
  event.type === 'SessionAccessEnded' ? sessionEndedBy[event.data.cause] : commands[event.type];

const sessionEndedBy = {
  SIGNALLED: 'signalSessionEnded',
  TERMINATED: 'terminateSession',
  MAXIMUM_REACHED: null,
} as const;

const commands: Readonly<
  Record<Exclude<AccountEventType, 'SessionAccessEnded'>, AccountCommand['type'] | null>
> = {
  AccountOpened: 'openAccount',
  OperatorLinked: 'linkOperator',
  OperatorUnlinked: 'unlinkOperator',
  PolicyChanged: 'changePolicy',
  SeatPlanChanged: 'changeSeatPlan',
  UserAdded: 'addUser',
  UserRejoined: 'addUser',
  UserInvited: 'inviteUser',
  UserReinstated: 'reinstateUser',
  UserRemoved: 'removeUser',
  UserLeft: 'leaveAccount',
  UserDeactivated: 'deactivateUser',
  UserDeleted: 'deleteUser',
  UserReactivated: 'reactivateUser',
  UserFrozen: 'freezeUser',
  UserUnfrozen: 'unfreezeUser',
  InvitationResent: 'resendInvitation',
  InvitationLinkCopied: 'copyInvitationLink',
  InvitationAccepted: 'acceptInvitation',
  InvitationDeclined: 'declineInvitation',
  InvitationRevoked: 'revokeInvitation',
  InvitationExpired: null,
  EndScheduled: 'scheduleEnd',
  EndRescheduled: 'rescheduleEnd',
  ScheduledEndCancelled: 'cancelScheduledEnd',
  ScheduledEndRun: 'runScheduledEnd',
  DirectoryManagementStarted: 'startDirectoryManagement',
  DirectoryManagementEnded: 'endDirectoryManagement',
  UserNotified: 'notifyUser',
  RoleChanged: 'changeRole',
  PermissionsGranted: 'grantPermissions',
  PermissionsRevoked: 'revokePermissions',
  GroupCreated: 'createGroup',
  GroupRenamed: 'renameGroup',
  GroupMoved: 'moveGroup',
  GroupDeleted: 'deleteGroup',
  GroupMemberAdded: 'addGroupMember',
  GroupRoleChanged: 'changeGroupRole',
  GroupMemberRemoved: 'removeGroupMember',
  ApplicationRegistered: 'registerApplication',
  ApplicationRetired: 'retireApplication',
  ContactAssigned: 'assignContact',
  ContactReassigned: 'reassignContacts',
  ContactVacated: 'removeUser',
  MembershipPeriodCorrected: 'correctMembershipPeriod',
  WebhookRegistered: 'registerWebhook',
  WebhookChanged: 'changeWebhook',
  WebhookSecretRotated: 'rotateWebhookSecret',
  WebhookPinged: 'pingWebhook',
  WebhookRedeliveryRequested: 'redeliverWebhookEvents',
  WebhookDisabled: 'disableWebhook',
  WebhookRemoved: 'removeWebhook',
  ChangeSetImported: 'recordChangeSet',
};
