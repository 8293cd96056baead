import type { Decision } from '../decider.js';
import { isRejection, type Rejection, type RejectionCode, reject } from '../rejection.js';
import { permit } from './authority.js';
import type { BulkItemCommand, SelectForBulk } from './commands.js';
import { checkConfirmed } from './confirmation.js';
import type { Case } from './decide.js';
import { endMembership, operationOf } from './end-membership.js';
import type { AccountEvent } from './events.js';
import { revokeInvitation } from './invitations.js';
import { reactivateUser } from './reactivate-user.js';
import { reinstateUser } from './reinstate-user.js';
import { takesBack } from './takes-back.js';

/** May it be done in bulk, confirmed, and to all of these? Writes nothing; the items decide for themselves. */
export const selectForBulk = (given: Case, command: SelectForBulk): Decision<AccountEvent> => {
  const { policy } = given.account;
  const { items, totalItems } = command;
  const [first] = items;
  if (first === undefined) return reject('INVALID_INPUT', 'Select at least one user.', { field: 'items' });
  if (totalItems > policy.bulkLimit)
    return reject(
      'BULK_LIMIT_EXCEEDED',
      `At most ${policy.bulkLimit} ${policy.bulkLimit === 1 ? 'user' : 'users'} at once here, not ${totalItems}; do it in parts.`,
      { field: 'items', bulk: { limit: policy.bulkLimit, requested: totalItems } },
    );
  return checkSelectionConfirmed(given, first, items) ?? checkMixed(given, items) ?? [];
};

/** One confirmation speaks for all, but for preview tokens, which each item has of its own. */
const checkSelectionConfirmed = (
  given: Case,
  first: BulkItemCommand,
  items: SelectForBulk['items'],
): Rejection | null => {
  const speaker = items.find(hasToken) ?? first;
  if (!('confirmation' in speaker) || takesBack(speaker)) return null;
  const operation = speaker.type === 'reactivateUser' ? 'REACTIVATE' : operationOf[speaker.type];
  const refusal = checkConfirmed(given, operation, speaker.confirmation);
  // Whom it cannot be done to needs no token, and a preview gives none.
  const isAsked =
    refusal?.confirmation !== 'PREVIEW_TOKEN' || items.some((item) => asksForToken(given, item));
  return isAsked ? refusal : null;
};

const asksForToken = (given: Case, item: BulkItemCommand): boolean => {
  const authority = permit(given.state, item, given.context.actor);
  if (isRejection(authority)) return false;
  const decision = decideItem({ ...given, authority }, item);
  return isRejection(decision) && decision.code === 'CONFIRMATION_REQUIRED';
};

const hasToken = (item: BulkItemCommand): boolean =>
  'confirmation' in item && item.confirmation.previewToken !== null;

/** Some can be done and some not, in the state they are in: refused as a whole, or the others are passed over (D3-18). */
const checkMixed = (given: Case, items: SelectForBulk['items']): Rejection | null => {
  if (given.account.policy.bulkMixedSelection === 'SKIP_INAPPLICABLE') return null;
  const inapplicable = items.filter((item) => !isApplicable(given, item));
  if (inapplicable.length === 0 || inapplicable.length === items.length) return null;
  return reject(
    'BULK_MIXED_SELECTION',
    `${inapplicable.length} of the ${items.length} selected ${inapplicable.length === 1 ? 'is' : 'are'} in a state this cannot be done in; select the others.`,
    { field: 'items', userIds: inapplicable.map(({ userId }) => userId) },
  );
};

/** What a state makes impossible, or has done already; rank, rights and the like are no question of the selection. */
const isApplicable = (given: Case, item: BulkItemCommand): boolean => {
  const authority = permit(given.state, item, given.context.actor);
  if (isRejection(authority)) return true;
  const decision = decideItem({ ...given, authority }, item);
  return isRejection(decision) ? !stateCodes.has(decision.code) : decision.length > 0;
};

const decideItem = (given: Case, item: BulkItemCommand): Decision<AccountEvent> => {
  switch (item.type) {
    case 'removeUser':
    case 'leaveAccount':
    case 'deactivateUser':
    case 'deleteUser':
      return endMembership(given, item);
    case 'reactivateUser':
      return reactivateUser(given, item);
    case 'reinstateUser':
      return reinstateUser(given, item);
    case 'revokeInvitation':
      return revokeInvitation(given, item);
  }
};

const stateCodes: ReadonlySet<RejectionCode> = new Set([
  'MEMBERSHIP_ENDED',
  'MEMBERSHIP_NOT_ACTIVE',
  'MEMBERSHIP_FROZEN',
  'INVITATION_PENDING',
  'DELETE_REQUIRES_INACTIVE',
]);
