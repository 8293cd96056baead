import { type AccountCommand, type Successors, snapshotParts } from '../../domain/account/commands.js';
import type { AccountState } from '../../domain/account/state.js';
import type { MemberAction } from '../application.js';
import { NO_TOKEN } from '../no-token.js';
import { operationCommand, validConfirmation } from './operation-command.js';

export interface ActionOnMember {
  readonly action: MemberAction;
  readonly userId: string;
  /** The member's invitation, when none of its links can be made any more. */
  readonly destroyedInvitationId?: string | null;
}

/** What a caller would send for an action on one member, with everything that is asked for. */
export const actionCommand = (
  state: AccountState,
  { action, userId, destroyedInvitationId = null }: ActionOnMember,
  successors: Successors,
): AccountCommand => {
  switch (action) {
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
