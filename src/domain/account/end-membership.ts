import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardManaged, guardRank, guardSelf, isSelf } from './authority.js';
import type { ConfirmationGiven, EndMembership } from './commands.js';
import { checkConfirmation } from './confirmation.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { snapshotOf } from './evolve.js';
import type { EndingOperation } from './policy.js';
import { blockedHandover, settleDuties } from './settle-duties.js';
import { type AccountRow, holdsSeat, type Membership, type MembershipStatus } from './state.js';
import { takesBack, undoneTooLate } from './takes-back.js';
import { alreadyDone, ended, findMembership, guardLastOwner } from './targets.js';

/** Remove, leave, deactivate, delete: guards, state, confirmation, duties, then one event that ends access. */
export const endMembership = (given: Case, command: EndMembership): Decision<AccountEvent> => {
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const refused = guardEnding(given, command, target);
  if (refused !== null) return refused;
  if (target.status === outcomeOf[command.type]) return [];
  const tooLate = undoneTooLate(command, target, outcomeOf[command.type]);
  if (tooLate !== null) return tooLate;
  const impossible = refuseInThisState(given.account, command.type, target);
  if (impossible !== null) return inSelection(given, command.confirmation, impossible);
  const operation = operationOf[command.type];
  const unconfirmed = takesBack(command)
    ? null
    : checkConfirmation(given, operation, target, command.confirmation);
  if (unconfirmed !== null) return unconfirmed;
  const duties = settleDuties(given, operation, target, command);
  return isRejection(duties) ? duties : [...duties, endOf(given, command, target)];
};

/** The first guard that refuses, whatever state the membership is in. */
export const guardEnding = (given: Case, command: EndMembership, target: Membership): Rejection | null =>
  refuseEnding(given, command, target)[0] ?? null;

/** Everything that stands in the way whatever the caller sends along; what one confirmation cures is not in it. */
export const blockersOf = (given: Case, command: EndMembership, target: Membership): readonly Rejection[] => {
  const guards = refuseEnding(given, command, target);
  if (guards.some(isNotOffered)) return guards;
  const isDone = target.status === outcomeOf[command.type];
  const impossible = isDone
    ? alreadyDone(command.type)
    : refuseInThisState(given.account, command.type, target);
  const duties = isDone ? null : blockedHandover(given, operationOf[command.type], target);
  return [...guards, impossible, duties].filter((refusal) => refusal !== null);
};

/** What the account does not offer is not asked what else would stand in its way. */
export const isNotOffered = ({ code }: Rejection): boolean => code === 'OPERATION_NOT_OFFERED';

/** In a bulk selection under SKIP_INAPPLICABLE what cannot be done in a state is passed over (D3-18, PP-7). */
export const inSelection = (
  { account }: Case,
  { isBulk = false }: ConfirmationGiven,
  impossible: Rejection,
): Rejection =>
  isBulk && account.policy.bulkMixedSelection === 'SKIP_INAPPLICABLE'
    ? { ...impossible, passedOver: true }
    : impossible;

/** The event, with what the person held and what the policy makes of it. */
const endOf = (given: Case, command: EndMembership, target: Membership): AccountEvent => {
  const { policy } = given.account;
  const data = {
    userId: target.userId,
    membershipId: target.membershipId,
    snapshot: snapshotOf(given.state, target),
    from: target.status,
  };
  switch (command.type) {
    case 'removeUser':
      return { type: 'UserRemoved', data: { ...data, notify: policy.notifyOnRemove && !isImport(given) } };
    case 'leaveAccount':
      return { type: 'UserLeft', data };
    case 'deactivateUser':
      return { type: 'UserDeactivated', data: { ...data, untilSessionEnd: sessionEnd(given, target) } };
    case 'deleteUser':
      return { type: 'UserDeleted', data: { ...data, attribution: policy.attributionAfterDelete } };
  }
};

/** What happened elsewhere was told there. */
const isImport = ({ context }: Case): boolean => context.actor.kind === 'IMPORT';

/** An SSO session that is under way may go on, if the policy lets it; no new one may start (D3-23). */
export const sessionEnd = (
  { account, context }: Case,
  target: Membership,
): { latest: string | null } | null => {
  const { ssoCutoffOnDeactivate, ssoCutoffMaximumSeconds } = account.policy;
  if (ssoCutoffOnDeactivate === 'IMMEDIATE' || target.kind !== 'SSO' || target.status !== 'ACTIVE')
    return null;
  return {
    latest:
      ssoCutoffMaximumSeconds === null
        ? null
        : new Date(context.occurredAt + ssoCutoffMaximumSeconds * 1000).toISOString(),
  };
};

type Ending = EndMembership['type'];

export const operationOf: Readonly<Record<Ending, EndingOperation>> = {
  removeUser: 'REMOVE',
  leaveAccount: 'REMOVE',
  deactivateUser: 'DEACTIVATE',
  deleteUser: 'DELETE',
};

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

export const guardLeaver = (given: Case, target: Membership): Rejection | null =>
  isSelf(given, target)
    ? null
    : reject('INVALID_INPUT', 'leaveAccount ends only your own membership.', { field: 'userId' });

/** Policy, then target guards: is it offered, is it oneself, rank, last owner, a directory. All that refuse, in order. */
const refuseEnding = (given: Case, command: EndMembership, target: Membership): readonly Rejection[] => {
  const isLeaving = command.type === 'leaveAccount';
  const refusals = [
    isLeaving ? guardLeaver(given, target) : null,
    isLeaving ? null : checkOffered(given.account, operationOf[command.type], target),
    guardSelf(given, target),
    guardRank(given, target),
    guardLastOwner(given, target),
    guardManaged(given, target),
  ];
  return refusals.filter((refusal) => refusal !== null);
};

export const offers = ({ policy }: AccountRow, operation: EndingOperation): boolean =>
  policy.operationsOffered.includes(operation);

/** Each account offers a set of operations; the refusal names the nearest one that the state allows (D3-36). */
const checkOffered = (
  account: AccountRow,
  operation: EndingOperation,
  target: Membership,
): Rejection | null => {
  if (offers(account, operation)) return null;
  const nearest = (['DELETE', 'REMOVE', 'DEACTIVATE'] as const).find(
    (other) => offers(account, other) && wouldChange(account, mutationOf[other], target),
  );
  return reject(
    'OPERATION_NOT_OFFERED',
    nearest === undefined
      ? `This account does not offer ${operation}.`
      : `This account does not offer ${operation}; use ${mutationOf[nearest]}.`,
    nearest === undefined ? {} : { useInstead: mutationOf[nearest] },
  );
};

const wouldChange = (account: AccountRow, type: Ending, target: Membership): boolean =>
  target.status !== outcomeOf[type] && refuseInThisState(account, type, target) === null;

const refuseInThisState = (account: AccountRow, type: Ending, target: Membership): Rejection | null => {
  if (target.status === 'DELETED') return ended(target);
  if (type === 'deleteUser')
    return holdsSeat(target) && account.policy.deletionRequiresInactive ? requiresInactive(account) : null;
  return type === 'deactivateUser' && !holdsSeat(target) ? ended(target) : null;
};

/** A removed membership can be deleted too. */
const requiresInactive = (account: AccountRow): Rejection => {
  const first = (['DEACTIVATE', 'REMOVE'] as const).find((operation) => offers(account, operation));
  const way =
    first === undefined ? '' : `${first === 'DEACTIVATE' ? 'Deactivate' : 'Remove'} the user first; `;
  const message = `${way}${way === '' ? 'An' : 'an'} active membership cannot be deleted here.`;
  return reject('DELETE_REQUIRES_INACTIVE', message, {
    field: 'userId',
    ...(first === undefined ? {} : { useInstead: mutationOf[first] }),
  });
};
