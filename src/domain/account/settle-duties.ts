import { isRejection, type Rejection, reject } from '../rejection.js';
import { denied, isSelf } from './authority.js';
import type { EndMembership, Successors } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import type { EndingOperation } from './policy.js';
import { type Responsibility, responsibilityFromKey, responsibilityKey } from './responsibility.js';
import type { AccountRow, AccountState, Membership } from './state.js';

/**
 * What becomes of the leaver's duties: each goes to its successor, all or nothing (SO-9 to SO-15). Without a
 * successor a duty is vacated where the policy allows it; somebody who is only deactivated then keeps it.
 */
export const settleDuties = (
  given: Case,
  operation: EndingOperation,
  leaver: Membership,
  command: EndMembership,
): readonly AccountEvent[] | Rejection => {
  const { state, account, authority } = given;
  const { successors } = command;
  const names = successors.forAll !== null || successors.each.length > 0;
  if (names && leaver.duties.length > 0 && !authority.holds('contacts.reassign'))
    return mayNotHandOver(given, leaver);
  const named = successorsByDuty(leaver, command);
  if (isRejection(named)) return named;

  const events: AccountEvent[] = [];
  const missing: Responsibility[] = [];
  const misnamed: Responsibility[] = [];
  let invalid: Rejection | null = null;
  for (const duty of leaver.duties) {
    const responsibility = responsibilityFromKey(duty);
    const successor = named.get(duty) ?? { userId: successors.forAll, field: 'successors.forAll' };
    if (successor.userId !== null) {
      const refused = checkSuccessor(state, leaver.userId, successor.userId, successor.field);
      if (refused !== null) misnamed.push(responsibility);
      invalid ??= refused;
      events.push({
        type: 'ContactReassigned',
        data: { responsibility, fromUserId: leaver.userId, toUserId: successor.userId },
      });
    } else if (mustBeHandedOver(account, operation)) {
      missing.push(responsibility);
    } else if (operation !== 'DEACTIVATE') {
      events.push({ type: 'ContactVacated', data: { responsibility, fromUserId: leaver.userId } });
    }
  }
  if (invalid !== null) return { ...invalid, responsibilities: misnamed };
  return missing.length > 0 ? needsSuccessors(missing) : events;
};

const successorsByDuty = (
  leaver: Membership,
  { successors, confirmation }: EndMembership,
): ReadonlyMap<string, { userId: string; field: string }> | Rejection => {
  const named = new Map<string, { userId: string; field: string }>();
  for (const [index, { responsibility, userId }] of successors.each.entries()) {
    const key = responsibilityKey(responsibility);
    const field = `successors.each.${index}`;
    if (named.has(key))
      return reject('INVALID_INPUT', 'This duty is named twice; name one successor.', { field });
    const isHeld = leaver.duties.includes(key);
    // Among many leavers it is somebody else's.
    if (!isHeld && confirmation.isBulk) continue;
    if (!isHeld)
      return reject('RESPONSIBILITY_NOT_HELD', 'The leaver does not hold this duty.', {
        field,
        responsibilities: [responsibility],
      });
    named.set(key, { userId, field: `${field}.userId` });
  }
  return named;
};

/** A successor is an active member of the same account, and not the leaver (SO-17, SO-18). */
export const checkSuccessor = (
  state: AccountState,
  leaverId: string | null,
  userId: string,
  field: string,
): Rejection | null => {
  if (isEligible(state, leaverId, userId)) return null;
  return reject(
    'INVALID_SUCCESSOR',
    userId === leaverId
      ? 'The successor must be somebody else.'
      : 'The successor must be an active member of this account.',
    { field },
  );
};

export const isEligible = (state: AccountState, leaverId: string | null, userId: string): boolean =>
  userId !== leaverId && state.memberships.get(userId)?.status === 'ACTIVE';

/** Everybody who could take over, in the order of joining. */
export function* eligibleSuccessors(state: AccountState, leaverId: string): Generator<string> {
  for (const userId of state.memberships.keys()) if (isEligible(state, leaverId, userId)) yield userId;
}

/** The leaver's duties that need a successor before the operation, and have no valid one among those named. */
export const dutiesLeftOpen = (
  { state, account }: Case,
  leaver: Membership,
  { operation, successors }: { readonly operation: EndingOperation; readonly successors: Successors },
): readonly Responsibility[] => {
  if (!mustBeHandedOver(account, operation)) return [];
  return successorsInTurn(leaver, successors)
    .filter(({ userId }) => userId === null || !isEligible(state, leaver.userId, userId))
    .map(({ duty }) => responsibilityFromKey(duty));
};

/** Whoever is named for each duty of the leaver, as `settleDuties` goes through them; null: nobody. */
export const successorsInTurn = (
  { duties }: Membership,
  { forAll, each }: Successors,
): readonly { readonly duty: string; readonly userId: string | null }[] => {
  const named = new Map(
    each.map(({ responsibility, userId }) => [responsibilityKey(responsibility), userId]),
  );
  return duties.map((duty) => ({ duty, userId: named.get(duty) ?? forAll }));
};

/** Why the duties cannot be handed over, whoever is named. */
export const blockedHandover = (
  given: Case,
  operation: EndingOperation,
  leaver: Membership,
): Rejection | null => {
  const { state, account, authority } = given;
  if (leaver.duties.length === 0 || !mustBeHandedOver(account, operation)) return null;
  if (!authority.holds('contacts.reassign')) return mayNotHandOver(given, leaver);
  const { done: isNobody } = eligibleSuccessors(state, leaver.userId).next();
  return isNobody === true ? needsSuccessors(leaver.duties.map(responsibilityFromKey)) : null;
};

/** Whoever leaves without the right is told who can help. */
const mayNotHandOver = (given: Case, leaver: Membership): Rejection => {
  const refused = denied('contacts.reassign');
  return isSelf(given, leaver)
    ? { ...refused, message: `${refused.message} Ask an administrator to hand your duties over first.` }
    : refused;
};

const mustBeHandedOver = ({ policy }: AccountRow, operation: EndingOperation): boolean =>
  policy.responsibilities[operation] === 'REQUIRE_REASSIGN';

const needsSuccessors = (duties: readonly Responsibility[]): Rejection =>
  reject(
    'REASSIGNMENT_REQUIRED',
    duties.length === 1
      ? 'Name a successor for this duty.'
      : `Name a successor for each of these ${duties.length} duties.`,
    { field: 'successors', responsibilities: duties },
  );
