import type { MemberAction } from '../../../src/application/application.js';
import type { Actor } from '../../../src/domain/account/actor.js';
import { type AccountCommand, type Successors, snapshotParts } from '../../../src/domain/account/commands.js';
import { offboardingFacts, previewToken } from '../../../src/domain/account/confirmation.js';
import { type DecisionContext, decide } from '../../../src/domain/account/decide.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import {
  type ConfirmedOperation,
  type EndingOperation,
  endingOperations,
} from '../../../src/domain/account/policy.js';
import { type Role, roles } from '../../../src/domain/account/roles.js';
import { ACCOUNT, type AccountState } from '../../../src/domain/account/state.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { refuseErasedEntrant } from '../../../src/domain/user/entrance.js';
import { hashOf } from '../../../src/event-store/chain.js';
import { stored } from '../../domain/account/given.js';

interface Chosen {
  readonly role?: Role;
  readonly ending?: EndingOperation;
}

/** Everything a client could choose for an action. */
export const choicesOf = (action: MemberAction): readonly Chosen[] => {
  if (action === 'CHANGE_ROLE') return roles.map((role) => ({ role }));
  return action === 'SCHEDULE_END' ? endingOperations.map((ending) => ({ ending })) : [{}];
};

/** The mutations as a client writes them, told by nothing but their description. */
export const clientCommand = (
  state: AccountState,
  {
    action,
    userId,
    isBulk,
    role = 'REVIEWER',
    ending = 'REMOVE',
  }: { action: MemberAction; userId: string; isBulk: boolean } & Chosen,
  successors: Successors,
): AccountCommand => {
  const confirmation = (operation: ConfirmedOperation) => {
    const account = state.account.get(ACCOUNT);
    const target = state.memberships.get(userId);
    const asked = account?.policy.confirmation[operation][isBulk ? 'bulk' : 'single'];
    const token =
      asked !== 'PREVIEW_TOKEN' || account === undefined || target === undefined
        ? null
        : previewToken(offboardingFacts(state, account, target, operation), hashOf);
    return { confirmed: true, previewToken: token, phrase: operation, isBulk };
  };
  switch (action) {
    case 'REMOVE':
      return { type: 'removeUser', userId, confirmation: confirmation(action), successors };
    case 'DEACTIVATE':
      return { type: 'deactivateUser', userId, confirmation: confirmation(action), successors };
    case 'DELETE':
      return { type: 'deleteUser', userId, confirmation: confirmation(action), successors };
    case 'LEAVE':
      return { type: 'leaveAccount', userId, confirmation: confirmation('REMOVE'), successors };
    case 'REACTIVATE':
      return { type: 'reactivateUser', userId, confirmation: confirmation(action) };
    case 'FREEZE':
      return { type: 'freezeUser', userId };
    case 'UNFREEZE':
      return { type: 'unfreezeUser', userId };
    case 'REINSTATE':
      return { type: 'reinstateUser', userId, parts: snapshotParts, role: null, groupIds: [] };
    case 'TERMINATE_SESSION':
      return { type: 'terminateSession', userId };
    case 'CHANGE_ROLE':
      return { type: 'changeRole', userId, role, expectedRole: null };
    case 'SCHEDULE_END':
      return {
        type: 'scheduleEnd',
        scheduleId: 's',
        userId,
        operation: ending,
        at: Date.parse('2027-01-01T00:00:00.000Z'),
        successorId: null,
        confirmation: confirmation(ending),
      };
    case 'CANCEL_SCHEDULED_END':
      return { type: 'cancelScheduledEnd', userId };
    case 'NOTIFY':
      return { type: 'notifyUser', userId, sealedMessage: 'sealed' };
    case 'COPY_INVITATION_LINK':
      return { type: 'copyInvitationLink', userId };
    case 'REVOKE_INVITATION':
      return { type: 'revokeInvitation', userId };
    case 'RESEND_INVITATION': {
      const invitation = state.memberships.get(userId)?.invitation;
      return {
        type: 'resendInvitation',
        userId,
        invitationId: invitation?.invitationId ?? 'none',
        generation: (invitation?.generation ?? 0) + 1,
        tokenHash: 'f'.repeat(64),
      };
    }
  }
};

/** Every way to name one successor for everything, and none. */
export const successorChoices = (state: AccountState): readonly Successors[] =>
  [null, ...state.memberships.keys()].map((forAll) => ({ forAll, each: [] }));

interface Run {
  readonly actor: Actor;
  readonly at: number;
  readonly stopsAll: boolean;
  readonly erased: ReadonlySet<string>;
}

/** How many events the commands would write, decided in turn; a refusal stops them all, or only itself. */
export const eventsWritten = (
  state: AccountState,
  commands: readonly AccountCommand[],
  { actor, at, stopsAll, erased }: Run,
): number => {
  const context: DecisionContext = {
    actor,
    occurredAt: at,
    commandId: 'c',
    fingerprint: null,
    digest: hashOf,
  };
  let written = 0;
  state.journal.open();
  try {
    for (const command of commands) {
      const decision = decide(state, command, context);
      if (isRejection(decision) || refuseErasedEntrant(command, { decided: decision, erased }) !== null) {
        if (stopsAll || command.type === 'selectForBulk') return 0;
        continue;
      }
      for (const event of decision) evolve(state, stored(event, 10_000 + written, { at }));
      written += decision.length;
    }
    return written;
  } finally {
    state.journal.rollback();
  }
};
