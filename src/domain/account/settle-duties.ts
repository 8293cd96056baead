import { isRejection, type Rejection, reject } from '../rejection.js';
import { denied } from './authority.js';
import type { Successors } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import type { EndingOperation } from './policy.js';
import { type Responsibility, responsibilityFromKey, responsibilityKey } from './responsibility.js';
import type { AccountState, Membership } from './state.js';

/**
 * What becomes of the leaver's duties: each goes to its successor, all or nothing (SO-9 to SO-15). Without a
 * successor a duty is vacated where the policy allows it; somebody who is only deactivated then keeps it.
 */
export const settleDuties = (
  { state, account, authority }: Case,
  operation: EndingOperation,
  leaver: Membership,
  successors: Successors,
): readonly AccountEvent[] | Rejection => {
  const names = successors.forAll !== null || successors.each.length > 0;
  if (names && leaver.duties.length > 0 && !authority.holds('contacts.reassign'))
    return denied('contacts.reassign');
  const named = successorsByDuty(leaver, successors);
  if (isRejection(named)) return named;

  const events: AccountEvent[] = [];
  const missing: Responsibility[] = [];
  for (const duty of leaver.duties) {
    const responsibility = responsibilityFromKey(duty);
    const successor = named.get(duty) ?? { userId: successors.forAll, field: 'successors.forAll' };
    if (successor.userId !== null) {
      const invalid = checkSuccessor(state, leaver.userId, successor.userId, successor.field);
      if (invalid !== null) return { ...invalid, responsibilities: [responsibility] };
      events.push({
        type: 'ContactReassigned',
        data: { responsibility, fromUserId: leaver.userId, toUserId: successor.userId },
      });
    } else if (account.policy.responsibilities[operation] === 'REQUIRE_REASSIGN') {
      missing.push(responsibility);
    } else if (operation !== 'DEACTIVATE') {
      events.push({ type: 'ContactVacated', data: { responsibility, fromUserId: leaver.userId } });
    }
  }
  if (missing.length > 0)
    return reject('REASSIGNMENT_REQUIRED', `Name a successor for each of these ${missing.length} duties.`, {
      field: 'successors',
      responsibilities: missing,
    });
  return events;
};

const successorsByDuty = (
  leaver: Membership,
  successors: Successors,
): ReadonlyMap<string, { userId: string; field: string }> | Rejection => {
  const named = new Map<string, { userId: string; field: string }>();
  for (const [index, { responsibility, userId }] of successors.each.entries()) {
    const key = responsibilityKey(responsibility);
    const field = `successors.each.${index}`;
    if (named.has(key))
      return reject('INVALID_INPUT', 'This duty is named twice; name one successor.', { field });
    if (!leaver.duties.includes(key))
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
  if (userId === leaverId)
    return reject('INVALID_SUCCESSOR', 'The successor must be somebody else.', { field });
  return state.memberships.get(userId)?.status === 'ACTIVE'
    ? null
    : reject('INVALID_SUCCESSOR', 'The successor must be an active member of this account.', { field });
};
