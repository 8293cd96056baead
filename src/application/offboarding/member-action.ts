import { type AccountCommand, type Successors, snapshotParts } from '../../domain/account/commands.js';
import { roles } from '../../domain/account/roles.js';
import { ACCOUNT, type AccountState } from '../../domain/account/state.js';
import type { MemberAction } from '../application.js';
import { NO_TOKEN } from '../no-token.js';
import { operationCommand, validConfirmation } from './operation-command.js';
import type { Standpoint } from './trial.js';

export interface ActionOnMember {
  readonly action: MemberAction;
  readonly userId: string;
  /** The member's invitation, when none of its links can be made any more. */
  readonly destroyedInvitationId?: string | null;
}

/** Far enough ahead to be a time to come. */
const AHEAD_MS = 24 * 3_600_000;

/** Every way to do an action on one member, the one most likely to be let first. */
export const actionCommands = (
  { state, occurredAt }: Pick<Standpoint, 'state' | 'occurredAt'>,
  on: ActionOnMember,
  successors: Successors,
): readonly AccountCommand[] => {
  const { action, userId } = on;
  switch (action) {
    case 'CHANGE_ROLE':
      return [...roles]
        .reverse()
        .filter((role) => role !== state.memberships.get(userId)?.role)
        .map((role) => ({ type: 'changeRole', userId, role, expectedRole: null }));
    case 'SCHEDULE_END':
      return (state.account.get(ACCOUNT)?.policy.operationsOffered ?? []).map((operation) => ({
        type: 'scheduleEnd',
        scheduleId: '',
        userId,
        operation,
        at: occurredAt + AHEAD_MS,
        successorId: null,
        confirmation: validConfirmation(state, { operation, userId }, 'single'),
      }));
    default:
      return [actionCommand(state, { ...on, action }, successors)];
  }
};

/** What a caller would send for an action that can be done in one way only, with everything that is asked for. */
const actionCommand = (
  state: AccountState,
  {
    action,
    userId,
    destroyedInvitationId = null,
  }: ActionOnMember & { readonly action: Exclude<MemberAction, 'CHANGE_ROLE' | 'SCHEDULE_END'> },
  successors: Successors,
): AccountCommand => {
  switch (action) {
    case 'CANCEL_SCHEDULED_END':
      return { type: 'cancelScheduledEnd', userId };
    case 'NOTIFY':
      return { type: 'notifyUser', userId, sealedMessage: '' };
    case 'REMOVE':
    case 'DEACTIVATE':
    case 'REACTIVATE':
    case 'DELETE':
    case 'LEAVE': {
      const on = { operation: action, userId };
      return operationCommand(on, validConfirmation(state, on, 'single'), successors);
    }
    case 'FREEZE':
      return { type: 'freezeUser', userId };
    case 'UNFREEZE':
      return { type: 'unfreezeUser', userId };
    case 'REINSTATE':
      return { type: 'reinstateUser', userId, parts: snapshotParts, role: null, groupIds: [] };
    case 'TERMINATE_SESSION':
      return { type: 'terminateSession', userId };
    case 'RESEND_INVITATION': {
      const { invitationId = '', generation = 0 } = state.memberships.get(userId)?.invitation ?? {};
      const tokenHash = destroyedInvitationId === invitationId ? null : NO_TOKEN;
      return { type: 'resendInvitation', userId, invitationId, generation: generation + 1, tokenHash };
    }
    case 'COPY_INVITATION_LINK':
      return { type: 'copyInvitationLink', userId, destroyedInvitationId };
    case 'REVOKE_INVITATION':
      return { type: 'revokeInvitation', userId };
  }
};
