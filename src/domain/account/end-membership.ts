import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardRank, isSelf } from './authority.js';
import type { EndMembership } from './commands.js';
import { checkConfirmation } from './confirmation.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { snapshotOf } from './evolve.js';
import type { EndingOperation } from './policy.js';
import { settleDuties } from './settle-duties.js';
import type { AccountRow, Membership, MembershipStatus } from './state.js';
import { ended, findMembership, guardLastOwner } from './targets.js';

/** Remove, leave, deactivate, delete: guards, state, confirmation, duties, then one event that ends access. */
export const endMembership = (given: Case, command: EndMembership): Decision<AccountEvent> => {
  const { state, account } = given;
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  const refused = refuseEnding(given, command, target);
  if (refused !== null) return refused;
  if (target.status === outcomeOf[command.type]) return [];
  const impossible = refuseInThisState(account, command, target);
  if (impossible !== null) return impossible;
  const unconfirmed = checkConfirmation(given, operationOf[command.type], target, command.confirmation);
  if (unconfirmed !== null) return unconfirmed;
  const duties = settleDuties(given, operationOf[command.type], target, command.successors);
  if (isRejection(duties)) return duties;

  const data = {
    userId: target.userId,
    membershipId: target.membershipId,
    snapshot: snapshotOf(state, target),
  };
  return [...duties, { type: eventOf[command.type], data }];
};

type Ending = EndMembership['type'];

export const operationOf: Readonly<Record<Ending, EndingOperation>> = {
  removeUser: 'REMOVE',
  leaveAccount: 'REMOVE',
  deactivateUser: 'DEACTIVATE',
  deleteUser: 'DELETE',
};

const eventOf = {
  removeUser: 'UserRemoved',
  leaveAccount: 'UserLeft',
  deactivateUser: 'UserDeactivated',
  deleteUser: 'UserDeleted',
} as const;

const outcomeOf: Readonly<Record<Ending, MembershipStatus>> = {
  removeUser: 'REMOVED',
  leaveAccount: 'REMOVED',
  deactivateUser: 'INACTIVE',
  deleteUser: 'DELETED',
};

const mutationOf: Readonly<Record<EndingOperation, Ending>> = {
  REMOVE: 'removeUser',
  DEACTIVATE: 'deactivateUser',
  DELETE: 'deleteUser',
};

/** Policy, then target guards: is it offered, is it oneself, rank, last owner. */
const refuseEnding = (given: Case, command: EndMembership, target: Membership): Rejection | null => {
  const { account } = given;
  if (command.type === 'leaveAccount') {
    if (!isSelf(given, target))
      return reject('INVALID_INPUT', 'leaveAccount ends only your own membership.', { field: 'userId' });
  } else {
    const notOffered = checkOffered(account, operationOf[command.type]);
    if (notOffered !== null) return notOffered;
  }
  if (isSelf(given, target) && account.policy.selfRemoval === 'FORBIDDEN')
    return reject(
      'SELF_REMOVAL_FORBIDDEN',
      'You cannot end your own membership; ask another administrator.',
      {
        field: 'userId',
      },
    );
  return guardRank(given, target) ?? guardLastOwner(account, target);
};

/** Each account offers a set of operations; the refusal names the nearest one it has (D3-36). */
export const checkOffered = (account: AccountRow, operation: EndingOperation): Rejection | null => {
  const offered = account.policy.operationsOffered;
  if (offered.includes(operation)) return null;
  const nearest = (['DELETE', 'REMOVE', 'DEACTIVATE'] as const).find((other) => offered.includes(other));
  return reject(
    'OPERATION_NOT_OFFERED',
    nearest === undefined
      ? `This account does not offer ${operation}.`
      : `This account does not offer ${operation}; use ${mutationOf[nearest]}.`,
    nearest === undefined ? {} : { useInstead: mutationOf[nearest] },
  );
};

const refuseInThisState = (
  account: AccountRow,
  command: EndMembership,
  target: Membership,
): Rejection | null => {
  if (target.status === 'DELETED') return ended(target);
  if (command.type === 'deleteUser')
    return target.status === 'ACTIVE' && account.policy.deletionRequiresInactive
      ? reject(
          'DELETE_REQUIRES_INACTIVE',
          'Deactivate the user first; an active membership cannot be deleted.',
          {
            field: 'userId',
            useInstead: 'deactivateUser',
          },
        )
      : null;
  return command.type === 'deactivateUser' && target.status === 'REMOVED' ? ended(target) : null;
};
