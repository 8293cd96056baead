import { type AccountCommand, type Successors, snapshotParts } from '../../domain/account/commands.js';
import type { AccountState } from '../../domain/account/state.js';
import type { MemberAction } from '../application.js';
import { NO_TOKEN } from '../no-token.js';
import { operationCommand, validConfirmation } from './operation-command.js';

/** What a caller would send for an action on one member, with everything that is asked for. */
export const actionCommand = (
  state: AccountState,
  { action, userId }: { readonly action: MemberAction; readonly userId: string },
  successors: Successors,
): AccountCommand => {
  switch (action) {
    case 'REMOVE':
    case 'DEACTIVATE':
    case 'REACTIVATE':
    case 'DELETE': {
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
      const next = { invitationId, generation: generation + 1, tokenHash: NO_TOKEN };
      return { type: 'resendInvitation', userId, ...next };
    }
    case 'REVOKE_INVITATION':
      return { type: 'revokeInvitation', userId };
  }
};
