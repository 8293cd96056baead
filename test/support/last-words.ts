import { appendFileSync } from 'node:fs';

/** A line for the very end, where nobody overlooks it: `npm test` gathers those of all its processes. */
export function sayLast(line: string): void {
  const gathered = process.env.MUSTER_TEST_LAST_WORDS;
  if (gathered === undefined) process.once('exit', () => process.stderr.write(`${line}\n`));
  else appendFileSync(gathered, `${line}\n`);
}
