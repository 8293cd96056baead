import type { Behaviour } from './behaviour.js';
import { leadingIds } from './leading-ids.js';
import type { TestResult } from './mocha-run.js';

export type Result = 'pass' | 'fail' | 'missing';

export interface BehaviourResult extends Behaviour {
  readonly result: Result;
  /** How many tests carry the id. */
  readonly tests: number;
}

/** What the tests say about each behaviour, in the order of the behaviours. */
export function tally(
  behaviours: readonly Behaviour[],
  tests: readonly TestResult[],
): readonly BehaviourResult[] {
  return behaviours.map((behaviour) => {
    const own = tests.filter(({ title }) => leadingIds(title).includes(behaviour.id));
    return { ...behaviour, result: resultOf(own), tests: own.length };
  });
}

/** A test that should have run and did not is a failure; one that its writer has put off proves nothing yet. */
function resultOf(tests: readonly TestResult[]): Result {
  if (tests.some(({ outcome }) => outcome === 'FAILED' || outcome === 'NOT_RUN')) return 'fail';
  return tests.length > 0 && tests.every(({ outcome }) => outcome === 'PASSED') ? 'pass' : 'missing';
}
