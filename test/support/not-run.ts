import { appendFileSync } from 'node:fs';

const told = new Set<string>();

/** A part of the suite that this machine cannot run: named at the end of the run, so that nobody takes it for passed. */
export function notRun(what: string): void {
  if (told.has(what)) return;
  told.add(what);
  // `npm test` collects them over its processes; mocha alone says them when the process ends.
  const file = process.env.MUSTER_TEST_NOT_RUN;
  if (file === undefined) process.once('exit', () => process.stderr.write(`NOT RUN: ${what}\n`));
  else appendFileSync(file, `${what}\n`);
}
