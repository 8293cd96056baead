import type { Decider, Decision } from '../decider.js';
import type { StoredEvent } from '../event.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import type { Actor } from './actor.js';
import { addUser } from './add-user.js';
import { registerApplication, retireApplication } from './applications.js';
import { type Authority, denied, maySee, permit, unknownAccount } from './authority.js';
import { changePolicy } from './change-policy.js';
import { changeRole } from './change-role.js';
import type { AccountCommand } from './commands.js';
import { assignContact, reassignContacts } from './contacts.js';
import { correctMembershipPeriod } from './correct-membership-period.js';
import { endDirectoryManagement, startDirectoryManagement } from './directory-management.js';
import { endMembership } from './end-membership.js';
import type { AccountEvent } from './events.js';
import { evolve } from './evolve.js';
import { explainRefusal } from './explain-refusal.js';
import { endSession, freezeUser, unfreezeUser } from './freeze-user.js';
import { addGroupMember, changeGroupRole, removeGroupMember } from './group-members.js';
import { createGroup, deleteGroup, moveGroup, renameGroup } from './groups.js';
import {
  acceptInvitation,
  copyInvitationLink,
  declineInvitation,
  inviteUser,
  resendInvitation,
  revokeInvitation,
} from './invitations.js';
import { notifyUser } from './notify-user.js';
import { linkOperator, openAccount, unlinkOperator } from './open-account.js';
import { grantPermissions, revokePermissions } from './permissions.js';
import { reactivateUser } from './reactivate-user.js';
import { recordChangeSet } from './record-change-set.js';
import { reinstateUser } from './reinstate-user.js';
import { cancelScheduledEnd, rescheduleEnd, runScheduledEnd, scheduleEnd } from './scheduled-end.js';
import { changeSeatPlan } from './seats.js';
import { selectForBulk } from './select-for-bulk.js';
import {
  ACCOUNT,
  type AccountRow,
  type AccountState,
  initialAccountState,
  type RememberedCommand,
} from './state.js';
import {
  changeWebhook,
  disableWebhook,
  pingWebhook,
  redeliverWebhookEvents,
  registerWebhook,
  removeWebhook,
  rotateWebhookSecret,
} from './webhooks.js';

/** What a decision needs beside state and command. */
export interface DecisionContext {
  readonly actor: Actor;
  /** When it happens, ms since the epoch. */
  readonly occurredAt: number;
  readonly commandId: string;
  /** Set when the caller sent an idempotency key. */
  readonly fingerprint: string | null;
  /** A collision-free digest; binds preview tokens to facts. */
  readonly digest: (text: string) => string;
  /** Whose preview tokens were good before the first command of the request; what it does itself makes none stale. */
  readonly shown?: ReadonlySet<string>;
}

/** What a leaf decides with: the account exists, the actor may. */
export interface Case {
  readonly state: AccountState;
  readonly account: AccountRow;
  readonly authority: Authority;
  readonly context: DecisionContext;
}

/**
 * The asker may see the account, or reaches it as root; a command under this key has been carried out before, or is
 * refused for it.
 */
export const recall = (
  state: AccountState,
  commands: readonly AccountCommand[],
  context: DecisionContext,
): RememberedCommand | Rejection | null => {
  if (context.fingerprint === null) return null;
  const remembered = state.commands.get(context.commandId);
  if (remembered === undefined) return null;
  const { actor } = context;
  const isVisible =
    maySee(state, actor) || commands.every((command) => !isRejection(permit(state, command, actor)));
  if (!isVisible) return unknownAccount();
  return remembered.fingerprint === context.fingerprint
    ? remembered
    : reject(
        'IDEMPOTENCY_KEY_REUSED',
        'This idempotency key was used for another input; send a fresh key for a new command.',
        { field: 'idempotencyKey' },
      );
};

/** Events, or a refusal that says by which rule, under which version of the policy, on which facts. */
export const decide = (
  state: AccountState,
  command: AccountCommand,
  context: DecisionContext,
): Decision<AccountEvent> => {
  const decision = decideCommand(state, command, context);
  return isRejection(decision) ? explainRefusal(decision, { state, command, context }) : decision;
};

/** Visible and permitted first, so that whoever may not do it learns nothing else; then the command's own checks. */
const decideCommand = (
  state: AccountState,
  command: AccountCommand,
  context: DecisionContext,
): Decision<AccountEvent> => {
  const authority = permit(state, command, context.actor);
  if (isRejection(authority)) return authority;
  if (command.type === 'openAccount') return openAccount(state, command);
  const account = state.account.get(ACCOUNT);
  if (account === undefined) return unknownAccount();
  const given: Case = { state, account, authority, context };

  switch (command.type) {
    case 'linkOperator':
      return linkOperator(given, command);
    case 'unlinkOperator':
      return unlinkOperator(given, command);
    case 'changePolicy':
      return changePolicy(given, command);
    case 'addUser':
      return addUser(given, command);
    case 'removeUser':
    case 'leaveAccount':
    case 'deactivateUser':
    case 'deleteUser':
      return endMembership(given, command);
    case 'reactivateUser':
      return reactivateUser(given, command);
    case 'reinstateUser':
      return reinstateUser(given, command);
    case 'freezeUser':
      return freezeUser(given, command);
    case 'unfreezeUser':
      return unfreezeUser(given, command);
    case 'terminateSession':
      return endSession(given, command, 'TERMINATED');
    case 'signalSessionEnded':
      return endSession(given, command, 'SIGNALLED');
    case 'inviteUser':
      return inviteUser(given, command);
    case 'resendInvitation':
      return resendInvitation(given, command);
    case 'revokeInvitation':
      return revokeInvitation(given, command);
    case 'copyInvitationLink':
      return copyInvitationLink(given, command);
    case 'acceptInvitation':
      return acceptInvitation(given, command);
    case 'declineInvitation':
      return declineInvitation(given, command);
    case 'scheduleEnd':
      return scheduleEnd(given, command);
    case 'rescheduleEnd':
      return rescheduleEnd(given, command);
    case 'cancelScheduledEnd':
      return cancelScheduledEnd(given, command);
    case 'runScheduledEnd':
      return runScheduledEnd(given, command);
    case 'startDirectoryManagement':
      return startDirectoryManagement(given, command);
    case 'endDirectoryManagement':
      return endDirectoryManagement(given, command);
    case 'notifyUser':
      return notifyUser(given, command);
    case 'selectForBulk':
      return selectForBulk(given, command);
    case 'changeSeatPlan':
      return changeSeatPlan(given, command);
    case 'changeRole':
      return changeRole(given, command);
    case 'grantPermissions':
      return grantPermissions(given, command);
    case 'revokePermissions':
      return revokePermissions(given, command);
    case 'createGroup':
      return createGroup(given, command);
    case 'renameGroup':
      return renameGroup(given, command);
    case 'moveGroup':
      return moveGroup(given, command);
    case 'deleteGroup':
      return deleteGroup(given, command);
    case 'addGroupMember':
      return addGroupMember(given, command);
    case 'changeGroupRole':
      return changeGroupRole(given, command);
    case 'removeGroupMember':
      return removeGroupMember(given, command);
    case 'registerApplication':
      return registerApplication(given, command);
    case 'retireApplication':
      return retireApplication(given, command);
    case 'assignContact':
      return assignContact(given, command);
    case 'reassignContacts':
      return reassignContacts(given, command);
    case 'registerWebhook':
      return registerWebhook(given, command);
    case 'changeWebhook':
      return changeWebhook(given, command);
    case 'rotateWebhookSecret':
      return rotateWebhookSecret(given, command);
    case 'pingWebhook':
      return pingWebhook(given, command);
    case 'redeliverWebhookEvents':
      return redeliverWebhookEvents(given, command);
    case 'disableWebhook':
      return disableWebhook(given, command);
    case 'removeWebhook':
      return removeWebhook(given, command);
    case 'correctMembershipPeriod':
      return correctMembershipPeriod(given, command);
    case 'recordChangeSet':
      return context.actor.kind === 'IMPORT' ? recordChangeSet(given, command) : denied('import');
  }
};

export const accountDecider: Decider<
  AccountState,
  AccountCommand,
  DecisionContext,
  AccountEvent,
  StoredEvent<AccountEvent>
> = { initialState: initialAccountState, decide, evolve };
