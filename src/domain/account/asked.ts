import type { AccountCommand, BulkItemCommand } from './commands.js';
import { operationOf } from './end-membership.js';
import type { ConfirmedOperation } from './policy.js';
import { comingBack } from './reinstate-user.js';
import type { Responsibility } from './responsibility.js';
import type { Role } from './roles.js';
import { successorsInTurn } from './settle-duties.js';
import type { AccountRow, AccountState } from './state.js';

/** What was asked for, as far as a rule looks at it. */
export interface Asked {
  /** Who was acted on. */
  readonly targetId: string | null;
  readonly operation: ConfirmedOperation | null;
  /** To be had by the person afterwards. */
  readonly role: Role | null;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
  /** In the order in which they are looked at. */
  readonly successorIds: readonly string[];
  readonly responsibility: Responsibility | null;
  readonly groupId: string | null;
  /** Generation of the link answered. */
  readonly link: number | null;
  /** More seats than now. */
  readonly seats: number;
  /** People of a bulk operation. */
  readonly selected: number;
  /** What the account itself is to be like. */
  readonly account: Partial<Pick<AccountRow, 'policy' | 'planSeats' | 'addOnSeats'>>;
}

export const askedNothing: Asked = {
  targetId: null,
  operation: null,
  role: null,
  permissions: [],
  groupIds: [],
  successorIds: [],
  responsibility: null,
  groupId: null,
  link: null,
  seats: 1,
  selected: 1,
  account: {},
};

export const askedBy = (state: AccountState, command: AccountCommand): Asked => ({
  ...askedNothing,
  targetId: 'userId' in command ? command.userId : null,
  ...particulars(state, command),
});

const particulars = (state: AccountState, command: AccountCommand): Partial<Asked> => {
  switch (command.type) {
    case 'removeUser':
    case 'leaveAccount':
    case 'deactivateUser':
    case 'deleteUser': {
      const target = state.memberships.get(command.userId);
      const named = target === undefined ? [] : successorsInTurn(target, command.successors);
      const successorIds = named.map(({ userId }) => userId).filter((userId) => userId !== null);
      return { operation: operationOf[command.type], successorIds };
    }
    case 'reactivateUser':
      return { operation: 'REACTIVATE' };
    case 'scheduleEnd': {
      const { operation, successorId } = command;
      return { operation, successorIds: successorId === null ? [] : [successorId] };
    }
    case 'runScheduledEnd': {
      const scheduled = state.memberships.get(command.userId)?.scheduledEnd ?? null;
      if (scheduled === null) return {};
      const { operation, successorId } = scheduled;
      return { operation, successorIds: successorId === null ? [] : [successorId] };
    }
    case 'selectForBulk': {
      const [first] = command.items;
      return { selected: command.totalItems, operation: first === undefined ? null : operationIn(first) };
    }
    case 'addUser':
    case 'inviteUser': {
      const { role, permissions, groupIds } = command;
      return { role, permissions, groupIds };
    }
    case 'reinstateUser': {
      const held = state.memberships.get(command.userId)?.heldAtEnd ?? null;
      if (held === null) return {};
      const { role, permissions, groupIds } = comingBack(state, held, command);
      return { role, permissions, groupIds };
    }
    case 'resendInvitation':
    case 'copyInvitationLink': {
      const target = state.memberships.get(command.userId);
      return target === undefined ? {} : { role: target.role, permissions: target.permissions };
    }
    case 'acceptInvitation':
    case 'declineInvitation':
      return { link: command.generation };
    case 'changeRole':
      return { role: command.role };
    case 'grantPermissions':
      return { permissions: command.permissions };
    case 'addGroupMember':
    case 'changeGroupRole':
    case 'removeGroupMember':
    case 'createGroup':
    case 'renameGroup':
    case 'moveGroup':
    case 'deleteGroup':
      return { groupId: command.groupId };
    case 'registerApplication': {
      const { technicalContactUserId: userId } = command;
      return { successorIds: userId === null ? [] : [userId] };
    }
    case 'assignContact': {
      const { responsibility, userId } = command;
      return { targetId: null, responsibility, successorIds: [userId] };
    }
    case 'reassignContacts':
      return { successorIds: command.reassignments.map(({ userId }) => userId) };
    case 'changePolicy':
      return { seats: 0, account: { policy: command.policy } };
    case 'changeSeatPlan': {
      const { planSeats, addOnSeats } = command;
      return { seats: 0, account: { planSeats, addOnSeats } };
    }
    case 'openAccount':
    case 'linkOperator':
    case 'unlinkOperator':
    case 'revokeInvitation':
    case 'freezeUser':
    case 'unfreezeUser':
    case 'terminateSession':
    case 'signalSessionEnded':
    case 'rescheduleEnd':
    case 'cancelScheduledEnd':
    case 'startDirectoryManagement':
    case 'endDirectoryManagement':
    case 'notifyUser':
    case 'revokePermissions':
    case 'retireApplication':
    case 'correctMembershipPeriod':
    case 'registerWebhook':
    case 'changeWebhook':
    case 'rotateWebhookSecret':
    case 'pingWebhook':
    case 'redeliverWebhookEvents':
    case 'disableWebhook':
    case 'removeWebhook':
    case 'recordChangeSet':
      return {};
  }
};

const operationIn = (item: BulkItemCommand): ConfirmedOperation | null => {
  if (item.type === 'reinstateUser' || item.type === 'revokeInvitation') return null;
  return item.type === 'reactivateUser' ? 'REACTIVATE' : operationOf[item.type];
};
