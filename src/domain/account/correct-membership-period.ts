import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardRank } from './authority.js';
import type { CorrectMembershipPeriod } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import type { Membership } from './state.js';
import { findMembership } from './targets.js';

/** A change of status took effect at another time than recorded. It may not pass its neighbours, nor the present. */
export const correctMembershipPeriod = (
  given: Case,
  command: CorrectMembershipPeriod,
): Decision<AccountEvent> => {
  const { state, context } = given;
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  const outranked = guardRank(given, target);
  if (outranked !== null) return outranked;
  const boundary = findBoundary(target, command.revision, context.occurredAt);
  if (isRejection(boundary)) return boundary;
  const { effectiveAt } = command;
  if (effectiveAt === boundary.at) return [];
  if (!(effectiveAt >= boundary.earliest && effectiveAt <= boundary.latest)) {
    const earliest = new Date(boundary.earliest).toISOString();
    const latest = new Date(boundary.latest).toISOString();
    return reject('CORRECTION_OUT_OF_BOUNDS', `The time must lie between ${earliest} and ${latest}.`, {
      field: 'effectiveAt',
    });
  }
  return [
    {
      type: 'MembershipPeriodCorrected',
      data: {
        userId: target.userId,
        membershipId: target.membershipId,
        correctedRevision: command.revision,
        from: new Date(boundary.at).toISOString(),
        to: new Date(effectiveAt).toISOString(),
      },
    },
  ];
};

interface Boundary {
  readonly at: number;
  readonly earliest: number;
  readonly latest: number;
}

const findBoundary = (
  { transitions, notBefore }: Membership,
  revision: number,
  now: number,
): Boundary | Rejection => {
  for (let i = 0; i < transitions.length; i += 2) {
    if (transitions[i] !== revision) continue;
    return {
      at: transitions[i + 1] ?? 0,
      earliest: transitions[i - 1] ?? notBefore,
      latest: transitions[i + 3] ?? now,
    };
  }
  return reject('NOT_FOUND', 'No event of this revision changed the status of this membership.', {
    field: 'revision',
  });
};
