/**
 * A reporter for mocha that tells each event, one JSON object a line, on file descriptor 3: what tests print cannot
 * mix with it. JavaScript, because mocha loads reporters with `require`, past the loader for TypeScript.
 * `run-mocha.ts` reads it and has the types.
 */
import { writeSync } from 'node:fs';

const CHANNEL = 3;

export default class MochaReporter {
  constructor(runner) {
    const numbers = new Map();
    runner.once('start', () => {
      const tests = [];
      runner.suite.eachTest((test) => {
        numbers.set(test, tests.length);
        tests.push({ title: test.title, fullTitle: test.fullTitle(), file: test.file ?? '' });
      });
      tell({ event: 'begin', tests });
    });
    // A retry is a copy; hooks have no number.
    const numberOf = (test) => numbers.get(test) ?? numbers.get(test.retriedTest?.()) ?? null;
    runner.on('pass', (test) => tell({ event: 'pass', test: numberOf(test) }));
    runner.on('pending', (test) => tell({ event: 'pending', test: numberOf(test) }));
    runner.on('fail', (test, error) =>
      tell({
        event: 'fail',
        test: numberOf(test),
        fullTitle: test.fullTitle(),
        file: test.file ?? '',
        message: error.message || String(error),
      }),
    );
    runner.once('end', () => tell({ event: 'end' }));
  }
}

function tell(event) {
  try {
    writeSync(CHANNEL, `${JSON.stringify(event)}\n`);
  } catch {
    // Whoever asked is gone.
    process.exit(1);
  }
}
