import { sayLast } from '../support/last-words.js';

/** Tells, when the tests under this describe have run, on which store they ran and how many passed. */
export function reportContractRun(store: string): void {
  let passed = 0;
  let run = 0;
  afterEach(function () {
    run += 1;
    if (this.currentTest?.state === 'passed') passed += 1;
  });
  after(() => sayLast(`event store contract: ${passed} of ${run} tests passed on ${store}`));
}

export function reportContractNotRun(store: string, whatToDo: string): void {
  sayLast(`event store contract: NOT RUN on ${store}: ${whatToDo}`);
}
