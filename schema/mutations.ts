import { AddGroupMemberMutation } from './mutations/add-group-member.js';
import { AddUserMutation } from './mutations/add-user.js';
import { AssignContactMutation } from './mutations/assign-contact.js';
import { ChangeGroupRoleMutation } from './mutations/change-group-role.js';
import { ChangePolicyMutation } from './mutations/change-policy.js';
import { ChangeRoleMutation } from './mutations/change-role.js';
import { CorrectMembershipPeriodMutation } from './mutations/correct-membership-period.js';
import { CreateAccountMutation } from './mutations/create-account.js';
import { CreateGroupMutation } from './mutations/create-group.js';
import { DeactivateUserMutation } from './mutations/deactivate-user.js';
import { DeleteGroupMutation } from './mutations/delete-group.js';
import { DeleteUserMutation } from './mutations/delete-user.js';
import { GrantPermissionsMutation } from './mutations/grant-permissions.js';
import { LeaveAccountMutation } from './mutations/leave-account.js';
import { LinkOperatorMutation } from './mutations/link-operator.js';
import { MoveGroupMutation } from './mutations/move-group.js';
import { ReactivateUserMutation } from './mutations/reactivate-user.js';
import { ReassignContactsMutation } from './mutations/reassign-contacts.js';
import { RegisterApplicationMutation } from './mutations/register-application.js';
import { RemoveGroupMemberMutation } from './mutations/remove-group-member.js';
import { RemoveUserMutation } from './mutations/remove-user.js';
import { RenameGroupMutation } from './mutations/rename-group.js';
import { RetireApplicationMutation } from './mutations/retire-application.js';
import { RevokePermissionsMutation } from './mutations/revoke-permissions.js';
import { UnlinkOperatorMutation } from './mutations/unlink-operator.js';

/** Every mutation of the API; nothing else is served. */
export const mutations = [
  AddGroupMemberMutation,
  AddUserMutation,
  AssignContactMutation,
  ChangeGroupRoleMutation,
  ChangePolicyMutation,
  ChangeRoleMutation,
  CorrectMembershipPeriodMutation,
  CreateAccountMutation,
  CreateGroupMutation,
  DeactivateUserMutation,
  DeleteGroupMutation,
  DeleteUserMutation,
  GrantPermissionsMutation,
  LeaveAccountMutation,
  LinkOperatorMutation,
  MoveGroupMutation,
  ReactivateUserMutation,
  ReassignContactsMutation,
  RegisterApplicationMutation,
  RemoveGroupMemberMutation,
  RemoveUserMutation,
  RenameGroupMutation,
  RetireApplicationMutation,
  RevokePermissionsMutation,
  UnlinkOperatorMutation,
] as const;
