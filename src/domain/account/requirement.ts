import type { AccountCommand } from './commands.js';
import type { AccountPolicy } from './policy.js';
import type { PermissionAtom } from './roles.js';

/** What each command needs; the compiler keeps the list complete, and nothing is allowed by omission. */
export const requirement: Readonly<Record<AccountCommand['type'], PermissionAtom | Requirement>> = {
  openAccount: 'ROOT',
  linkOperator: 'ROOT',
  unlinkOperator: 'ROOT',
  changePolicy: 'policy.write',
  changeSeatPlan: 'seats.write',
  addUser: 'users.invite',
  inviteUser: 'users.invite',
  resendInvitation: 'users.invite',
  revokeInvitation: 'users.invite',
  copyInvitationLink: 'users.invite',
  acceptInvitation: 'INVITEE',
  declineInvitation: 'INVITEE',
  reinstateUser: 'users.invite',
  freezeUser: 'LIFECYCLE',
  unfreezeUser: 'LIFECYCLE',
  terminateSession: 'LIFECYCLE',
  signalSessionEnded: 'session.signal',
  scheduleEnd: 'LIFECYCLE',
  rescheduleEnd: 'LIFECYCLE',
  cancelScheduledEnd: 'LIFECYCLE',
  runScheduledEnd: 'SCHEDULER',
  startDirectoryManagement: 'DIRECTORY',
  endDirectoryManagement: 'DIRECTORY',
  notifyUser: 'users.edit',
  selectForBulk: 'bulk.run',
  removeUser: 'LIFECYCLE',
  leaveAccount: 'SELF',
  deactivateUser: 'LIFECYCLE',
  reactivateUser: 'LIFECYCLE',
  deleteUser: 'LIFECYCLE',
  changeRole: 'users.edit',
  grantPermissions: 'users.edit',
  revokePermissions: 'users.edit',
  createGroup: 'users.edit',
  renameGroup: 'users.edit',
  moveGroup: 'users.edit',
  deleteGroup: 'users.edit',
  addGroupMember: 'users.edit',
  changeGroupRole: 'users.edit',
  removeGroupMember: 'users.edit',
  registerApplication: 'contacts.reassign',
  retireApplication: 'contacts.reassign',
  assignContact: 'contacts.reassign',
  reassignContacts: 'contacts.reassign',
  correctMembershipPeriod: 'users.manage',
  registerWebhook: 'audit.export',
  changeWebhook: 'audit.export',
  rotateWebhookSecret: 'audit.export',
  pingWebhook: 'audit.export',
  redeliverWebhookEvents: 'audit.export',
  disableWebhook: 'SCHEDULER',
  removeWebhook: 'audit.export',
  recordChangeSet: 'IMPORT',
};

/**
 * ROOT: accounts.create in the root operator account · LIFECYCLE: users.manage, or a role, as the policy says ·
 * SELF: the person's own membership · INVITEE: the link of an invitation · DIRECTORY: a service with users.edit (PP-15) ·
 * IMPORT, SCHEDULER: only Muster itself.
 */
export type Requirement = 'ROOT' | 'LIFECYCLE' | 'SELF' | 'INVITEE' | 'DIRECTORY' | 'IMPORT' | 'SCHEDULER';

/** The permission, or `role:` and a role, that a command asks for; null when its right comes from something else. */
export const permissionAsked = (
  type: AccountCommand['type'],
  { lifecycleAuthority }: Pick<AccountPolicy, 'lifecycleAuthority'>,
): string | null => {
  const need = requirement[type];
  if (need === 'LIFECYCLE') return lifecycleAuthority === 'ROLE' ? 'role:ADMIN' : 'users.manage';
  return need in behind ? behind[need as keyof typeof behind] : need;
};

const behind: Readonly<Record<Exclude<Requirement, 'LIFECYCLE'>, PermissionAtom | null>> = {
  ROOT: 'accounts.create',
  DIRECTORY: 'users.edit',
  SELF: null,
  INVITEE: null,
  IMPORT: null,
  SCHEDULER: null,
};
