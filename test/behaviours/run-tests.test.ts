import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Behaviour } from '../../scripts/behaviours/behaviour.js';
import { type Report, reportOf } from '../../scripts/behaviours/report.js';
import { runTests } from '../../scripts/behaviours/run-tests.js';
import { withTests } from './temporary-tests.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const behaviours: readonly Behaviour[] = ['SO-1', 'SO-2', 'SW-9'].map((id) => ({
  id,
  behaviour: 'does something',
  mark: 'none',
}));

describe('a behaviour', function () {
  this.timeout(60_000);

  const results: Readonly<Record<string, readonly [code: string, expected: string]>> = {
    'passes when its test passes': ["it('SO-1 is', () => {})", 'pass 1'],
    'fails when its test fails': ["it('SO-1 is', () => { throw new Error('no') })", 'fail 1'],
    'fails when its test never answers': ["it('SO-1 is', () => new Promise(() => {})).timeout(20)", 'fail 1'],
    'fails when one of two tests fails': [
      "it('SO-1 is', () => {}); it('SO-1 too', () => { throw new Error('no') })",
      'fail 2',
    ],
    'passes when both of two tests pass': [
      "it('SO-1 is', () => {}); it('SW-9, SO-1 too', () => {})",
      'pass 2',
    ],
    'is missing without a test': ["it('is', () => {})", 'missing 0'],
    'is missing when its test is yet to be written': ["it('SO-1 is')", 'missing 1'],
    'is missing when its test is skipped': ["it.skip('SO-1 is', () => {})", 'missing 1'],
    'is missing when its test skips itself': ["it('SO-1 is', function () { this.skip() })", 'missing 1'],
    'is missing when its suite is skipped': [
      "describe.skip('suite', () => { it('SO-1 is', () => {}) })",
      'missing 1',
    ],
    'is missing when one of two tests is skipped': [
      "it('SO-1 is', () => {}); it.skip('SO-1 too', () => {})",
      'missing 2',
    ],
    'fails when a hook keeps its test from running': [
      "describe('suite', () => { before(() => { throw new Error('no') }); it('SO-1 is', () => {}) })",
      'fail 1',
    ],
    'fails when its test fails after it has passed': [
      "it('SO-1 is', (done) => { done(); done(new Error('late')) })",
      'fail 1',
    ],
    'passes when its test passes at the second try': [
      "let tries = 0; it('SO-1 is', function () { this.retries(1); if (tries++ === 0) throw new Error('no') })",
      'pass 1',
    ],
    'is not proved by the title of a suite': ["describe('SO-1', () => { it('is', () => {}) })", 'missing 0'],
  };
  for (const [what, [code, expected]] of Object.entries(results))
    it(what, () =>
      withTests({ 'one.test.ts': code }, async (folder) => {
        const { behaviours } = await reportOn(folder);
        const { result, tests } = behaviours[0] ?? {};
        expect(`${result} ${tests}`).to.equal(expected);
      }),
    );
});

describe('a run of the tests', function () {
  this.timeout(60_000);

  it('tells what every failing test and hook said, whether it has an id or not', () =>
    withTests(
      {
        'one.test.ts': `
          describe('suite', () => {
            before(() => { throw new Error('first') });
            it('SO-1 is', () => {});
            it('is', () => {});
          });
          it('SO-2 is', () => { throw new Error('second') });
          it('is not', () => { throw new Error('third') });`,
      },
      async (folder) => {
        const { failures } = await reportOn(folder);
        expect(failures.map(({ fullTitle, message }) => [fullTitle, message])).to.have.deep.members([
          ['suite "before all" hook for "SO-1 is"', 'first'],
          ['suite SO-1 is', 'did not run: a hook before it failed, or mocha ended'],
          ['SO-2 is', 'second'],
          ['is not', 'third'],
        ]);
        for (const { file } of failures) expect(file).to.equal(join(folder, 'one.test.ts'));
      },
    ));

  it('goes by the settings of .mocharc.json', () =>
    withTests(
      { 'one.test.ts': "it('SO-1 is', function () { throw new Error(this.timeout() + ' ms') })" },
      async (folder) => {
        const { timeout } = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8'));
        expect((await reportOn(folder)).failures[0]?.message).to.equal(`${timeout} ms`);
      },
    ));

  it('takes a title that names no behaviour for a failure', () =>
    withTests({ 'one.test.ts': "it('SO-3 is', () => {})" }, async (folder) => {
      const { failures } = await reportOn(folder);
      expect(failures.map(({ message }) => message)).to.deep.equal(['there is no behaviour SO-3']);
    }));

  it('is not ended by a file that cannot be loaded: the others run', () =>
    withTests(
      { 'bad.test.ts': "throw new Error('at import')", 'good.test.ts': "it('SO-1 is', () => {})" },
      async (folder) => {
        const { behaviours, failures } = await reportOn(folder);
        expect(behaviours.map(({ result }) => result)).to.deep.equal(['pass', 'missing', 'missing']);
        expect(failures).to.have.lengthOf(1);
        expect(failures[0]).to.include({
          fullTitle: 'mocha could not load the tests',
          file: join(folder, 'bad.test.ts'),
        });
        expect(failures[0]?.message).to.include('at import');
      },
    ));

  it('fails what had not run when a test ends the process', () =>
    withTests(
      {
        'one.test.ts':
          "it('SO-1 is', () => {}); it('SO-2 is', () => process.exit(7)); it('SW-9 is', () => {})",
      },
      async (folder) => {
        const { behaviours, failures } = await reportOn(folder);
        expect(behaviours.map(({ result }) => result)).to.deep.equal(['pass', 'fail', 'fail']);
        expect(failures[0]?.fullTitle).to.equal('mocha died while tests ran');
        expect(failures[0]?.message).to.match(/^it ended with 7:/);
      },
    ));

  it('ends, and says so, when a test leaves something open', () =>
    withTests({ 'one.test.ts': "it('SO-1 is', () => { setInterval(() => {}, 1000) })" }, async (folder) => {
      const { behaviours, failures } = await reportOn(folder, { endPatienceMs: 50 });
      expect(behaviours[0]?.result).to.equal('pass');
      expect(failures[0]?.message).to.match(/leaves something open/);
    }));

  it('takes an only that was left behind for a failure, not for the whole', () =>
    withTests({ 'one.test.ts': "it.only('SO-1 is', () => {}); it('SO-2 is', () => {})" }, async (folder) => {
      const { passed, failures } = await reportOn(folder);
      expect(passed).to.equal(0);
      expect(failures[0]?.message).to.match(/only/);
    }));

  it('keeps what tests print apart from what they prove', () =>
    withTests(
      {
        'one.test.ts': `it('SO-1 is', () => {
          console.log('{"event":"fail","test":0}');
          console.error('noise '.repeat(50_000));
        })`,
      },
      async (folder) => {
        expect(await reportOn(folder)).to.deep.include({ passed: 1, failures: [] });
      },
    ));

  it('counts tests as they end, and only those that were asked for', () =>
    withTests(
      { 'one.test.ts': "it('SO-1 is', () => {}); it('SO-2 is', () => {}); it('SO-2 too', () => {})" },
      async (folder) => {
        const seen: string[] = [];
        const onProgress = (done: number, total: number) => void seen.push(`${done}/${total}`);
        await reportOn(folder, { grep: /SO-2/, onProgress });
        expect(seen).to.deep.equal(['1/2', '2/2']);
      },
    ));
});

async function reportOn(
  folder: string,
  options: Partial<Parameters<typeof runTests>[0]> = {},
): Promise<Report> {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const run = await runTests({ root, files, grep: null, onProgress: () => {}, ...options });
  return reportOf(run, behaviours, null);
}
