import type { Outcome } from '../../src/application/outcome.js';

/**
 * One outcome for what was done account by account: APPLIED when it was anywhere, REJECTED only when all were.
 * @param position the log's end as far as it is known, for when nothing had to be done
 */
export function summaryOf(outcomes: readonly Outcome[], position: number): Outcome {
  const accountId = outcomes[0]?.accountId ?? '';
  const applied = outcomes.filter((outcome) => outcome.outcome === 'APPLIED');
  if (applied.length > 0)
    return {
      outcome: 'APPLIED',
      accountId,
      events: applied.flatMap(({ events }) => events),
      position: Math.max(...applied.map((outcome) => outcome.position)),
      replayed: applied.every(({ replayed }) => replayed),
      results: null,
    };
  const wouldApply = outcomes.filter((outcome) => outcome.outcome === 'WOULD_APPLY');
  if (wouldApply.length > 0)
    return {
      outcome: 'WOULD_APPLY',
      accountId,
      events: wouldApply.flatMap(({ events }) => events),
      results: null,
    };
  const [refused, ...others] = outcomes;
  if (refused?.outcome === 'REJECTED' && others.every(({ outcome }) => outcome === 'REJECTED'))
    return refused;
  return { outcome: 'UNCHANGED', accountId, position, results: null };
}
