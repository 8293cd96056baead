import { AcceptInvitationMutation } from './mutations/accept-invitation.js';
import { AddGroupMemberMutation } from './mutations/add-group-member.js';
import { AddUserMutation } from './mutations/add-user.js';
import { AssignContactMutation } from './mutations/assign-contact.js';
import { CancelScheduledEndMutation } from './mutations/cancel-scheduled-end.js';
import { ChangeGroupRoleMutation } from './mutations/change-group-role.js';
import { ChangePolicyMutation } from './mutations/change-policy.js';
import { ChangeRoleMutation } from './mutations/change-role.js';
import { ChangeSeatPlanMutation } from './mutations/change-seat-plan.js';
import { ChangeWebhookMutation } from './mutations/change-webhook.js';
import { CopyInvitationLinkMutation } from './mutations/copy-invitation-link.js';
import { CorrectMembershipPeriodMutation } from './mutations/correct-membership-period.js';
import { CreateAccountMutation } from './mutations/create-account.js';
import { CreateGroupMutation } from './mutations/create-group.js';
import { DeactivateUserMutation } from './mutations/deactivate-user.js';
import { DeactivateUsersMutation } from './mutations/deactivate-users.js';
import { DeclineInvitationMutation } from './mutations/decline-invitation.js';
import { DeleteGroupMutation } from './mutations/delete-group.js';
import { DeleteUserMutation } from './mutations/delete-user.js';
import { DeleteUsersMutation } from './mutations/delete-users.js';
import { EndDirectoryManagementMutation } from './mutations/end-directory-management.js';
import { EndEverywhereMutation } from './mutations/end-everywhere.js';
import { EraseUserMutation } from './mutations/erase-user.js';
import { FreezeUserMutation } from './mutations/freeze-user.js';
import { GrantPermissionsMutation } from './mutations/grant-permissions.js';
import { InviteUserMutation } from './mutations/invite-user.js';
import { LeaveAccountMutation } from './mutations/leave-account.js';
import { LinkOperatorMutation } from './mutations/link-operator.js';
import { MoveGroupMutation } from './mutations/move-group.js';
import { NotifyUserMutation } from './mutations/notify-user.js';
import { PingWebhookMutation } from './mutations/ping-webhook.js';
import { PlaceLegalHoldMutation } from './mutations/place-legal-hold.js';
import { ReactivateUserMutation } from './mutations/reactivate-user.js';
import { ReactivateUsersMutation } from './mutations/reactivate-users.js';
import { ReassignContactsMutation } from './mutations/reassign-contacts.js';
import { RedeliverWebhookEventsMutation } from './mutations/redeliver-webhook-events.js';
import { RegisterApplicationMutation } from './mutations/register-application.js';
import { RegisterWebhookMutation } from './mutations/register-webhook.js';
import { ReinstateUserMutation } from './mutations/reinstate-user.js';
import { ReleaseLegalHoldMutation } from './mutations/release-legal-hold.js';
import { RemoveGroupMemberMutation } from './mutations/remove-group-member.js';
import { RemoveUserMutation } from './mutations/remove-user.js';
import { RemoveUsersMutation } from './mutations/remove-users.js';
import { RemoveWebhookMutation } from './mutations/remove-webhook.js';
import { RenameGroupMutation } from './mutations/rename-group.js';
import { RescheduleEndMutation } from './mutations/reschedule-end.js';
import { ResendInvitationMutation } from './mutations/resend-invitation.js';
import { RetireApplicationMutation } from './mutations/retire-application.js';
import { RevokeInvitationMutation } from './mutations/revoke-invitation.js';
import { RevokePermissionsMutation } from './mutations/revoke-permissions.js';
import { RotateWebhookSecretMutation } from './mutations/rotate-webhook-secret.js';
import { ScheduleEndMutation } from './mutations/schedule-end.js';
import { SessionEndedMutation } from './mutations/session-ended.js';
import { SignCheckpointMutation } from './mutations/sign-checkpoint.js';
import { StartDirectoryManagementMutation } from './mutations/start-directory-management.js';
import { TerminateSessionMutation } from './mutations/terminate-session.js';
import { UndoBulkOperationMutation } from './mutations/undo-bulk-operation.js';
import { UnfreezeUserMutation } from './mutations/unfreeze-user.js';
import { UnlinkOperatorMutation } from './mutations/unlink-operator.js';

/** Every mutation of the API; nothing else is served. */
export const mutations = [
  AcceptInvitationMutation,
  AddGroupMemberMutation,
  AddUserMutation,
  AssignContactMutation,
  CancelScheduledEndMutation,
  ChangeGroupRoleMutation,
  ChangePolicyMutation,
  ChangeRoleMutation,
  ChangeSeatPlanMutation,
  ChangeWebhookMutation,
  CopyInvitationLinkMutation,
  CorrectMembershipPeriodMutation,
  CreateAccountMutation,
  CreateGroupMutation,
  DeactivateUserMutation,
  DeactivateUsersMutation,
  DeclineInvitationMutation,
  DeleteGroupMutation,
  DeleteUserMutation,
  DeleteUsersMutation,
  EndDirectoryManagementMutation,
  EndEverywhereMutation,
  EraseUserMutation,
  FreezeUserMutation,
  GrantPermissionsMutation,
  InviteUserMutation,
  LeaveAccountMutation,
  LinkOperatorMutation,
  MoveGroupMutation,
  NotifyUserMutation,
  PingWebhookMutation,
  PlaceLegalHoldMutation,
  ReactivateUserMutation,
  ReactivateUsersMutation,
  ReassignContactsMutation,
  RedeliverWebhookEventsMutation,
  RegisterApplicationMutation,
  RegisterWebhookMutation,
  ReleaseLegalHoldMutation,
  ReinstateUserMutation,
  RemoveGroupMemberMutation,
  RemoveUserMutation,
  RemoveUsersMutation,
  RemoveWebhookMutation,
  RenameGroupMutation,
  RescheduleEndMutation,
  ResendInvitationMutation,
  RetireApplicationMutation,
  RevokeInvitationMutation,
  RevokePermissionsMutation,
  RotateWebhookSecretMutation,
  ScheduleEndMutation,
  SessionEndedMutation,
  SignCheckpointMutation,
  StartDirectoryManagementMutation,
  TerminateSessionMutation,
  UndoBulkOperationMutation,
  UnfreezeUserMutation,
  UnlinkOperatorMutation,
] as const;
