/** What one run of mocha brought to light. */
export interface MochaRun {
  /** False when a file could not be loaded: mocha then runs none. */
  readonly begun: boolean;
  readonly tests: readonly TestResult[];
  /** Failures that belong to no test: hooks, errors after the end of a test, a mocha that died. */
  readonly failures: readonly Failure[];
}

export interface TestResult {
  readonly title: string;
  readonly fullTitle: string;
  readonly file: string;
  /** NOT_RUN: a hook before it failed, or mocha died. */
  readonly outcome: 'PASSED' | 'FAILED' | 'PENDING' | 'NOT_RUN';
  /** What a failed test said. */
  readonly message: string | null;
}

export interface Failure {
  readonly fullTitle: string;
  readonly file: string;
  readonly message: string;
}
