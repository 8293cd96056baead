import type { Acknowledged } from '../../scripts/soak/soak-client.js';

export interface AnswerCounts {
  readonly acknowledged: number;
  readonly applied: number;
  readonly rejected: number;
  /** It was so already. */
  readonly unchanged: number;
  /** Asked again, because nothing was done or nobody knew. */
  readonly askedAgain: number;
}

export function countAnswers(acknowledged: readonly Acknowledged[]): AnswerCounts {
  const count = (outcome: Acknowledged['outcome']) =>
    acknowledged.filter((answer) => answer.outcome === outcome).length;
  return {
    acknowledged: acknowledged.length,
    applied: count('APPLIED'),
    rejected: count('REJECTED'),
    unchanged: count('UNCHANGED'),
    askedAgain: acknowledged.reduce((sum, { lostAnswers }) => sum + lostAnswers, 0),
  };
}
