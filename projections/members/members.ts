import { type Applier, type Handlers, handle, interestOf, type Projection } from '../projection.js';
import * as account from './account-handlers.js';
import * as bulk from './bulk-handlers.js';
import * as group from './group-handlers.js';
import * as invitation from './invitation-handlers.js';
import * as mail from './mail-handlers.js';
import { MemberRows } from './member-rows.js';
import * as membership from './membership-handlers.js';
import * as person from './person-handlers.js';
import * as schedule from './schedule-handlers.js';
import { membersIndexes, membersTables } from './tables.js';
import * as webhook from './webhook-handlers.js';

/** What each event does to members.sqlite. */
const handlers: Handlers<MemberRows> = {
  CheckpointSigned: 'ignored',
  RootAccountNamed: (rows, event) => rows.accounts.nameRoot(event.data.accountId),
  AccountOpened: account.openAccount,
  PolicyChanged: account.changePolicy,
  SeatPlanChanged: account.changeSeatPlan,
  OperatorLinked: account.linkOperator,
  OperatorUnlinked: account.unlinkOperator,
  UserAdded: membership.join,
  UserRejoined: membership.join,
  UserRemoved: membership.end,
  UserLeft: membership.end,
  UserDeleted: membership.end,
  UserDeactivated: membership.deactivate,
  UserReactivated: membership.reactivate,
  UserReinstated: membership.join,
  UserFrozen: membership.freeze,
  UserUnfrozen: membership.unfreeze,
  SessionAccessEnded: membership.endSession,
  UserInvited: invitation.invite,
  InvitationResent: invitation.resend,
  InvitationLinkCopied: invitation.copyLink,
  InvitationAccepted: invitation.accept,
  InvitationDeclined: invitation.withdraw,
  InvitationRevoked: invitation.withdraw,
  InvitationExpired: invitation.expire,
  EndScheduled: schedule.schedule,
  EndRescheduled: schedule.reschedule,
  ScheduledEndCancelled: schedule.cancelSchedule,
  ScheduledEndRun: schedule.runSchedule,
  DirectoryManagementStarted: membership.startDirectory,
  DirectoryManagementEnded: membership.endDirectory,
  UserNotified: mail.notify,
  RoleChanged: membership.changeRole,
  PermissionsGranted: membership.grant,
  PermissionsRevoked: membership.revoke,
  MembershipPeriodCorrected: membership.correct,
  GroupCreated: group.createGroup,
  GroupRenamed: group.renameGroup,
  GroupMoved: group.moveGroup,
  GroupDeleted: group.deleteGroup,
  GroupMemberAdded: group.addToGroup,
  GroupRoleChanged: group.changeGroupRole,
  GroupMemberRemoved: group.removeFromGroup,
  ApplicationRegistered: account.registerApplication,
  ApplicationRetired: account.retireApplication,
  ContactAssigned: account.assignContact,
  ContactReassigned: account.reassignContact,
  ContactVacated: account.vacateContact,
  WebhookRegistered: webhook.register,
  WebhookChanged: webhook.change,
  WebhookSecretRotated: webhook.rotate,
  WebhookPinged: webhook.ping,
  WebhookRedeliveryRequested: webhook.redeliver,
  WebhookDisabled: webhook.disable,
  WebhookRemoved: webhook.remove,
  WebhookDeliveryClaimed: 'ignored',
  WebhookDelivered: webhook.delivered,
  WebhookAttemptFailed: webhook.fail,
  WebhookEventGivenUp: webhook.giveUp,
  WebhookSentOnRequest: webhook.sendOnRequest,
  WebhookDeliveryEnded: webhook.end,
  BulkOperationStarted: bulk.startBulk,
  BulkPartDone: bulk.decidePart,
  BulkOperationFinished: bulk.finishBulk,
  MailRequested: mail.takeOn,
  MailSent: mail.sent,
  MailSuppressed: mail.suppress,
  AttemptRefused: 'ignored',
  AuditRead: 'ignored',
  MailFailed: mail.fail,
  LegalHoldPlaced: person.placeLegalHold,
  LegalHoldReleased: person.releaseLegalHold,
  ErasureRequested: person.requestErasure,
  PersonalDataErased: person.finishErasure,
  ChangeSetImported: 'ignored',
  UserRegistered: 'ignored',
  ProfileRecorded: 'ignored',
  IdentityLinked: 'ignored',
  EmailClaimed: 'ignored',
  IdentityClaimed: 'ignored',
};

/**
 * Accounts, user status, groups, applications and duties: as they are, and as they were and were known; and what is
 * still to come of them: invitations, seats, scheduled ends, bulk operations, mails, webhooks.
 */
export const membersProjection: Projection = {
  name: 'members',
  version: 8,
  tables: membersTables,
  indexes: membersIndexes,
  fillIndexes: [],
  interest: interestOf(handlers),
  open(db, mode): Applier {
    const rows = new MemberRows(db, mode);
    return {
      apply: (event, moment) => handle(handlers, rows, event, moment),
      write: () => rows.write(),
      finish: () => rows.finish(),
      get heldRows() {
        return rows.heldRows;
      },
    };
  },
};
