import { appendFileSync } from 'node:fs';

/** Tells, when the tests under this describe have run, on which store they ran and how many passed. */
export function reportContractRun(store: string): void {
  let passed = 0;
  let run = 0;
  afterEach(function () {
    run += 1;
    if (this.currentTest?.state === 'passed') passed += 1;
  });
  after(() => say(`event store contract: ${passed} of ${run} tests passed on ${store}`));
}

export function reportContractNotRun(store: string, whatToDo: string): void {
  say(`event store contract: NOT RUN on ${store}: ${whatToDo}`);
}

/** `npm test` gathers the lines of all its processes and says them last. */
function say(line: string): void {
  const gathered = process.env.MUSTER_TEST_LAST_WORDS;
  if (gathered === undefined) console.warn(line);
  else appendFileSync(gathered, `${line}\n`);
}
