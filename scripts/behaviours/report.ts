import { type Behaviour, isMeantBy } from './behaviour.js';
import { leadingIds, problemOfTitle } from './leading-ids.js';
import type { Failure, MochaRun } from './mocha-run.js';
import { type BehaviourResult, tally } from './tally.js';

export interface Report {
  readonly behaviours: readonly BehaviourResult[];
  /** Tests and hooks that failed, and titles that do not count for what they say. */
  readonly failures: readonly Failure[];
  readonly passed: number;
  readonly total: number;
}

/** What a run says about the behaviours asked for. */
export function reportOf(run: MochaRun, all: readonly Behaviour[], only: readonly string[] | null): Report {
  const isWanted = (id: string): boolean => only === null || only.some((term) => isMeantBy(term, id));
  const behaviours = tally(
    all.filter(({ id }) => isWanted(id)),
    run.tests,
  );
  return {
    behaviours,
    failures: [...run.failures, ...failedTests(run, isWanted), ...wrongTitles(run, all, isWanted)],
    passed: behaviours.filter(({ result }) => result === 'pass').length,
    total: behaviours.length,
  };
}

/** Whatever failed; of tests that did not run those that should prove something. */
function failedTests({ tests }: MochaRun, isWanted: (id: string) => boolean): readonly Failure[] {
  return tests
    .filter(
      ({ outcome, title }) =>
        outcome === 'FAILED' || (outcome === 'NOT_RUN' && leadingIds(title).some(isWanted)),
    )
    .map(({ fullTitle, file, message }) => ({
      fullTitle,
      file,
      message: message ?? 'did not run: a hook before it failed, or mocha ended',
    }));
}

function wrongTitles(
  { tests }: MochaRun,
  all: readonly Behaviour[],
  isWanted: (id: string) => boolean,
): readonly Failure[] {
  const known = new Set(all.map(({ id }) => id));
  return tests.flatMap(({ title, fullTitle, file }) => {
    const message = problemOfTitle(title, known);
    const mentioned: readonly string[] = title.match(/(?:SO|SW|D3|PP)-\d+/g) ?? [];
    return message !== null && mentioned.some(isWanted) ? [{ fullTitle, file, message }] : [];
  });
}
