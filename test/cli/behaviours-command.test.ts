import { join } from 'node:path';
import { expect } from 'chai';
import { withTests } from '../behaviours/temporary-tests.js';
import { runMuster } from './run-muster.js';

const passing = "it('SO-1 is', () => {}); it('SO-8, SW-9 both', () => {}); it('D3-15 too', () => {})";
const failing = "it('SO-1 is', () => { throw new Error('said so') })";

describe('muster behaviours', function () {
  this.timeout(60_000);

  it('ends with 0 and the count when all that was asked for passes', () =>
    withTests({ 'one.test.ts': passing }, async (folder) => {
      const { exitCode, stdout } = await behaviours(folder, '--only', 'SO-1,SO-8,SW-9,D3-15');
      expect(lastLine(stdout)).to.equal('behaviours: 4 of 4 pass');
      expect(exitCode).to.equal(0);
    }));

  it('shows every behaviour with its result and number of tests, in the order of the list', () =>
    withTests({ 'one.test.ts': `${passing}; it('PP-1 later')` }, async (folder) => {
      const { exitCode, stdout } = await behaviours(folder);
      const rows = rowsOf(stdout);
      expect(rows).to.have.lengthOf(99);
      expect(rows[0]).to.deep.equal(['SO-1', 'needs the permission "User management"', 'pass', '1']);
      expect(rows[1]).to.deep.equal([
        'SO-2 (i)',
        'that permission holds for one partner only',
        'missing',
        '0',
      ]);
      expect(rows.find(([id]) => id === 'SW-9')?.slice(2)).to.deep.equal(['pass', '1']);
      expect(rows.find(([id]) => id === 'PP-1')?.slice(2)).to.deep.equal(['missing', '1']);
      expect(lastLine(stdout)).to.equal('behaviours: 4 of 99 pass');
      expect(exitCode).to.equal(1);
    }));

  it('tells after the table what failing tests said, and ends with 1', () =>
    withTests({ 'one.test.ts': failing }, async (folder) => {
      const { exitCode, stdout, stderr } = await behaviours(folder, '--only', 'SO-1');
      expect(rowsOf(stdout).map((row) => row.slice(2))).to.deep.equal([['fail', '1']]);
      expect(stdout.slice(stdout.indexOf('└'))).to.match(/\nSO-1 is {2}\S+one\.test\.ts\n {2}said so\n/);
      expect(lastLine(stdout)).to.equal('behaviours: 0 of 1 pass');
      // Whoever reads both streams as one finds the count at the end too.
      expect(stderr).not.to.include('muster:');
      expect(exitCode).to.equal(1);
    }));

  it('ends with 1 when something without an id fails beside behaviours that pass', () =>
    withTests({ 'one.test.ts': passing, 'two.test.ts': "throw new Error('at import')" }, async (folder) => {
      const { exitCode, stdout } = await behaviours(folder, '--only', 'D3-15');
      expect(stdout).to.include('two.test.ts').and.to.include('at import');
      expect(lastLine(stdout)).to.equal('behaviours: 1 of 1 pass');
      expect(exitCode).to.equal(1);
    }));

  it('runs a system or single ids with --only, and no test of others', () =>
    withTests({ 'one.test.ts': `${passing}; it('SO-11 is', () => process.exit(9))` }, async (folder) => {
      const one = await behaviours(folder, '--only', 'SO-1');
      expect(rowsOf(one.stdout).map(([id]) => id)).to.deep.equal(['SO-1']);
      expect(one.exitCode).to.equal(0);
      const system = await behaviours(folder, '--only', 'SW');
      expect(rowsOf(system.stdout)).to.have.lengthOf(20);
      expect(lastLine(system.stdout)).to.equal('behaviours: 1 of 20 pass');
    }));

  it('finds all missing where there are no tests', () =>
    withTests({ 'one.test.ts': '', 'two.ts': passing }, async (folder) => {
      const { exitCode, stdout } = await behaviours(folder);
      expect(lastLine(stdout)).to.equal('behaviours: 0 of 99 pass');
      expect(exitCode).to.equal(1);
    }));

  it('finds all missing in an empty folder', () =>
    withTests({}, async (folder) => {
      const { exitCode, stdout } = await behaviours(folder);
      expect(lastLine(stdout)).to.equal('behaviours: 0 of 99 pass');
      expect(exitCode).to.equal(1);
    }));

  it('prints one JSON object and nothing else with --json', () =>
    withTests(
      { 'one.test.ts': `console.log('noise'); ${failing}; it('SO-2 is', () => {})` },
      async (folder) => {
        const { exitCode, stdout } = await behaviours(folder, '--json', '--only', 'SO-1,SO-2');
        expect(JSON.parse(stdout)).to.deep.equal({
          behaviours: [
            { ...rowOf('SO-1', 'needs the permission "User management"', 'none'), result: 'fail', tests: 1 },
            { ...rowOf('SO-2', 'that permission holds for one partner only', 'i'), result: 'pass', tests: 1 },
          ],
          failures: [{ fullTitle: 'SO-1 is', file: join(folder, 'one.test.ts'), message: 'said so' }],
          passed: 1,
          total: 2,
        });
        expect(exitCode).to.equal(1);
      },
    ));

  it('says what is missing where the tests are not installed', () =>
    withTests({}, async (folder) => {
      const { exitCode, stdout, stderr } = await behaviours(join(folder, 'none'));
      expect(stderr).to.match(/acceptance tests are not here, missing: \S+none; .*checkout/);
      expect(stderr).not.to.match(/^ {4}at /m);
      expect(stdout).to.equal('');
      expect(exitCode).to.equal(1);
    }));
});

const behaviours = (folder: string, ...args: readonly string[]) =>
  runMuster('behaviours', '--tests', folder, ...args);

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

const rowOf = (id: string, behaviour: string, mark: string) => ({ id, behaviour, mark });

/** The cells of the table, without its head. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => /^│ (SO|SW|D3|PP)-/.test(line))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
