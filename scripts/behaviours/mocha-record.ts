import type { Failure, MochaRun, TestResult } from './mocha-run.js';

/** What `mocha-reporter.mjs` tells, one a line. */
export type MochaEvent =
  | { readonly event: 'begin'; readonly tests: readonly Pick<TestResult, 'title' | 'fullTitle' | 'file'>[] }
  | { readonly event: 'pass' | 'pending'; readonly test: number | null }
  | ({ readonly event: 'fail'; readonly test: number | null } & Failure)
  | { readonly event: 'end' };

export interface MochaEnding {
  /** Exit code or name of the signal. */
  readonly exit: number | string;
  /** The last of what it printed. */
  readonly output: string;
  /** It had to be killed after its last test. */
  readonly overstayed: boolean;
}

/** Follows one run of mocha, event by event. */
export class MochaRecord {
  private begun = false;
  private ended = false;
  private done = 0;
  private total = 0;
  private readonly tests: TestResult[] = [];
  private readonly failures: Failure[] = [];

  constructor(
    private readonly grep: RegExp | null,
    private readonly onProgress: (done: number, total: number) => void,
  ) {}

  take(event: MochaEvent): void {
    switch (event.event) {
      case 'begin':
        this.begun = true;
        for (const test of event.tests) this.tests.push({ ...test, outcome: 'NOT_RUN', message: null });
        this.total = event.tests.filter(({ fullTitle }) => this.grep?.test(fullTitle) ?? true).length;
        return;
      case 'pass':
        return this.settle(event.test, 'PASSED');
      case 'pending':
        return this.settle(event.test, 'PENDING');
      case 'fail': {
        const { test, fullTitle, file, message } = event;
        if (test === null) this.failures.push({ fullTitle, file, message });
        return this.settle(test, 'FAILED', message);
      }
      case 'end':
        this.ended = true;
        return;
    }
  }

  /** A test may fail after it has passed (an error that comes late); it never passes after it has failed. */
  private settle(number: number | null, outcome: TestResult['outcome'], message: string | null = null): void {
    const test = this.tests[number ?? -1];
    if (number === null || test === undefined || test.outcome === 'FAILED') return;
    if (test.outcome === 'NOT_RUN') this.onProgress(++this.done, this.total);
    this.tests[number] = { ...test, outcome, message };
  }

  /** What came of it, now that mocha is gone. */
  close(ending: MochaEnding, files: readonly string[]): MochaRun {
    const { begun, tests } = this;
    const trouble = this.troubleOf(ending);
    if (trouble === null) return { begun, tests, failures: this.failures };
    const file = files.length === 1 ? (files[0] ?? '') : '';
    return { begun, tests, failures: [...this.failures, { ...trouble, file }] };
  }

  private troubleOf({ exit, output, overstayed }: MochaEnding): Omit<Failure, 'file'> | null {
    if (!this.ended)
      return {
        fullTitle: this.begun ? 'mocha died while tests ran' : 'mocha could not load the tests',
        message: `it ended with ${exit}:\n${output.trim()}`,
      };
    return overstayed
      ? {
          fullTitle: 'mocha did not end after its last test',
          message: 'a test leaves something open: a server, a timer, a process',
        }
      : null;
  }
}
