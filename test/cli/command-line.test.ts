import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openDataFolder } from '../../src/data-folder.js';
import { historyOf, remove, smallHistory } from '../import/history.js';
import { type Ended, inTemporaryFolder, runMuster } from './run-muster.js';

const subcommands = [
  'serve',
  'init',
  'import',
  'rebuild',
  'export',
  'replay',
  'verify',
  'migrate-log',
  'checkpoint',
  'vault-copy',
  'bench',
  'soak',
  'behaviours',
  'emit-schema',
  'token',
];

describe('the command line', function () {
  this.timeout(60_000);

  it('tells what there is, and what its exit codes mean', async () => {
    const { exitCode, stdout } = await runMuster('--help');
    expect(exitCode).to.equal(0);
    for (const name of subcommands) expect(stdout).to.match(new RegExp(`^  ${name}\\b`, 'm'));
    expect(stdout).to.include('Exit codes:');
  });

  it('wraps what it says of a command by itself, without breaks made by hand', async () => {
    const { stdout } = await runMuster('migrate-log', '--help');
    const description = stdout.split('\n\n')[1]?.split('\n') ?? [];
    expect(description.length).to.be.greaterThan(2);
    for (const line of description.slice(0, -1)) expect(line.length, line).to.be.greaterThan(60);
  });

  for (const name of subcommands) {
    it(`explains ${name} with an example and --data`, async () => {
      const { exitCode, stdout } = await runMuster(name, '--help');
      expect(exitCode).to.equal(0);
      expect(stdout)
        .to.include('Examples:')
        .and.to.match(/\$ npm |\$ MUSTER_/);
      expect(stdout).to.include('--data <dir>');
    });
  }

  const wrong: Readonly<Record<string, readonly string[]>> = {
    'an unknown command': ['frobnicate'],
    'an unknown option': ['import', 'file', '--frobnicate'],
    'a missing argument': ['import'],
    'an argument too many': ['rebuild', 'everything'],
    'a missing option': ['init', '--issuer', 'https://id.example.com/'],
    'a port that is none': ['serve', '--port', '70000'],
    'a figure there is not': ['bench', '--only', 'everything'],
    'a behaviour there is not': ['behaviours', '--only', 'SO-99'],
    'a person the demo world does not have': ['token', 'nobody'],
    'an export to nowhere': ['export'],
    'evidence of nobody': ['export', '--out', 'x', '--evidence'],
    'a format there is not': ['export', '--out', 'x', '--format', 'xml'],
    'a replay of no account': ['replay'],
    'a time that is none': ['replay', '--account', 'a', '--as-of', 'yesterday'],
    'an odd source': ['import', 'file', '--source', 'a b'],
    'a host beside --dev': ['serve', '--dev', '--host', '0.0.0.0'],
  };
  for (const [what, args] of Object.entries(wrong))
    it(`refuses ${what} with exit code 2`, async () => {
      const { exitCode, stderr } = await runMuster(...args);
      expect(exitCode).to.equal(2);
      expect(stderr)
        .to.match(/^(error:|muster:)/)
        .and.not.to.include('    at ');
    });
});

describe('muster init', function () {
  this.timeout(60_000);

  it('makes the root operator account once, however often it is run', () =>
    inTemporaryFolder(async (data) => {
      const args = [
        'init',
        '--issuer',
        'https://id.example.com/',
        '--subject',
        'ada',
        '--data',
        data,
        '--json',
      ];
      const first = await runMuster(...args);
      expect(first.exitCode).to.equal(0);
      expect(JSON.parse(first.stdout)).to.have.keys('rootAccountId', 'userId');
      expect((await runMuster(...args)).stdout).to.equal(first.stdout);
    }));
});

describe('the root owner and the log', function () {
  this.timeout(60_000);
  const init = (data: string, subject: string, ...more: readonly string[]) =>
    runMuster('init', '--data', data, '--issuer', 'https://id.example.com/', '--subject', subject, ...more);

  it('a slip in --subject makes nobody root; --add-owner says that it is meant', () =>
    inTemporaryFolder(async (data) => {
      expect((await init(data, 'ada')).exitCode).to.equal(0);
      const slip = await init(data, 'eve');
      expect(slip.exitCode).to.equal(1);
      expect(slip.stderr).to.include('--add-owner');
      expect((await init(data, 'eve', '--add-owner')).exitCode).to.equal(0);
    }));

  it('verify finds the log intact, and names the first event that was changed', () =>
    inTemporaryFolder(async (data) => {
      await init(data, 'ada');
      expect((await runMuster('verify', '--data', data)).stdout).to.match(/^intact: 6 events/);
      const db = new Database(join(data, 'log.sqlite'));
      const triggers = db
        .prepare<[], { name: string; sql: string }>(
          "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        )
        .all();
      for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
      db.exec("UPDATE events SET body = replace(body, 'OWNER', 'ADMIN') WHERE type = 'UserAdded'");
      for (const { sql } of triggers) db.exec(sql);
      db.close();
      const { exitCode, stderr } = await runMuster('verify', '--data', data);
      expect(exitCode).to.equal(1);
      expect(stderr).to.match(/position \d+, stream account-.*, revision 1: HASH_MISMATCH/);
    }));

  it('soak leaves a folder alone that holds a log', () =>
    inTemporaryFolder(async (data) => {
      await init(data, 'ada');
      expect((await runMuster('soak', '--data', data, '--kills', '1')).exitCode).to.equal(2);
    }));
});

describe('muster serve', function () {
  this.timeout(60_000);

  it('does not start without a configuration, and names every variable that is missing', () =>
    inTemporaryFolder(async (data) => {
      const { exitCode, stderr } = await runMuster('serve', '--data', data);
      expect(exitCode).to.equal(4);
      expect(stderr)
        .to.include('MUSTER_ISSUER')
        .and.to.include('MUSTER_AUDIENCE')
        .and.to.include('MUSTER_JWKS_URL');
      expectNoStack(stderr);
    }));
});

describe('muster import', function () {
  this.timeout(60_000);

  it('brings a history in, and writes nothing the second time', () =>
    inTemporaryFolder(async (folder) => {
      const file = write(folder, 'history.jsonl.gz', gzipSync(`${smallHistory.join('\n')}\n`));
      const data = join(folder, 'data');
      const first = await runMuster('import', file, '--data', data, '--json');
      expect(first.exitCode).to.equal(0);
      expect(JSON.parse(first.stdout)).to.deep.include({
        changeSets: 8,
        changeSetsApplied: 8,
        operationsSkipped: 2,
      });
      const second = await runMuster('import', file, '--data', data);
      expect(second.exitCode).to.equal(0);
      expect(second.stdout).to.include('8 change sets, 0 applied now').and.to.include('new events: 0');
    }));

  it('says how many checkpoints are equal, and what differs', () =>
    inTemporaryFolder(async (folder) => {
      const file = write(folder, 'history.jsonl', smallHistory.join('\n'));
      const right = {
        at: '2019-01-01T00:03:00.000Z',
        org: 'acme',
        admins: ['ann', 'bob'],
        members: ['dan'],
        teams: {
          core: { maintainers: ['ann'], members: [], repos: {} },
          web: { maintainers: ['bob'], members: [], repos: {} },
        },
      };
      const wrong = {
        ...right,
        members: ['eve'],
        teams: { ...right.teams, web: { ...right.teams.web, parent: 'core' } },
      };
      const asImported = write(folder, 'right.jsonl', JSON.stringify(right));
      const otherwise = write(folder, 'wrong.jsonl', `${JSON.stringify(right)}\n${JSON.stringify(wrong)}\n`);
      const data = join(folder, 'data');

      const equal = await runMuster('import', file, '--checkpoints', asImported, '--data', data);
      expect(equal.stdout.trimEnd().split('\n').at(-1)).to.equal('checkpoints: 1 of 1 equal');
      expect(equal.exitCode).to.equal(0);

      const different = await runMuster('import', file, '--checkpoints', otherwise, '--data', data);
      expect(different.exitCode).to.equal(1);
      const lines = different.stdout.trimEnd().split('\n');
      expect(lines.at(-1)).to.equal('checkpoints: 1 of 2 equal');
      const as = 'line 2, acme as of 2019-01-01T00:03:00.000Z';
      expect(lines).to.include(`${as}: members: missing eve`);
      expect(lines).to.include(`${as}: parent of team web: expected core, found none`);
    }));

  const refused: Readonly<Record<string, readonly [string | Buffer, RegExp]>> = {
    'a line that is cut off': [
      `${smallHistory[0]}\n${smallHistory[1]?.slice(0, 50)}`,
      /line 2: UNREADABLE: is not JSON, or was cut off/,
    ],
    'a file that is cut off': [
      gzipSync(smallHistory.join('\n')).subarray(0, 200),
      /line \d+: UNREADABLE: the compressed file is damaged or cut off/,
    ],
    'bytes that are no text': [Buffer.from([0x7b, 0xff, 0xfe, 0x0a]), /line 1: UNREADABLE: is not UTF-8/],
    'a history that breaks a rule': [
      historyOf([{ changes: [{ op: 'add', user: 'ann', role: 'admin' }, remove('ann')] }]).join('\n'),
      /line 1, operation 2: LAST_OWNER/,
    ],
  };
  for (const [what, [content, message]] of Object.entries(refused))
    it(`refuses ${what}, naming it, and applies nothing of it`, () =>
      inTemporaryFolder(async (folder) => {
        const file = write(folder, 'history', content);
        const { exitCode, stderr } = await runMuster('import', file, '--data', join(folder, 'data'));
        expect(exitCode).to.equal(1);
        expect(stderr).to.match(message);
        expectNoStack(stderr);
      }));

  it('names a file that is not there, and makes no data folder for it', () =>
    inTemporaryFolder(async (folder) => {
      const data = join(folder, 'data');
      const { exitCode, stderr } = await runMuster('import', join(folder, 'nothing.jsonl'), '--data', data);
      expect(exitCode).to.equal(1);
      expect(stderr).to.match(/there is no file .*nothing\.jsonl/);
      expectNoStack(stderr);
      expect(existsSync(data)).to.equal(false);
    }));
});

describe('a data folder that cannot be used', function () {
  this.timeout(60_000);

  it('because another Muster writes to it is left alone, with exit code 3', () =>
    inTemporaryFolder(async (data) => {
      const held = openDataFolder({ path: data, mode: 'write' });
      try {
        const ended = await runMuster('init', '--issuer', 'i', '--subject', 's', '--data', data);
        expectDataFolderTrouble(ended, /another process is writing to the data folder .*stop it first/);
      } finally {
        held.close();
      }
    }));

  it('because it is a file ends with exit code 3', () =>
    inTemporaryFolder(async (folder) => {
      const path = write(folder, 'file', 'text');
      expectDataFolderTrouble(await runMuster('rebuild', '--data', path), /is not a folder|cannot be/);
    }));

  it('because there is none to rebuild ends with exit code 3', () =>
    inTemporaryFolder(async (folder) =>
      expectDataFolderTrouble(await runMuster('rebuild', '--data', join(folder, 'none')), /does not exist/),
    ));

  it('because its log is no database ends with exit code 3', () =>
    inTemporaryFolder(async (folder) => {
      const data = join(folder, 'data');
      mkdirSync(data);
      write(data, 'log.sqlite', 'this is not a database, however long it is '.repeat(100));
      const ended = await runMuster('init', '--issuer', 'i', '--subject', 's', '--data', data);
      expectDataFolderTrouble(ended, /log\.sqlite is damaged/);
    }));

  it('because a newer Muster wrote it ends with exit code 3 and changes nothing', () =>
    inTemporaryFolder(async (data) => {
      await runMuster('init', '--issuer', 'i', '--subject', 's', '--data', data);
      const log = new Database(join(data, 'log.sqlite'));
      log.pragma('user_version = 99');
      log.close();
      for (const args of [
        ['init', '--issuer', 'i', '--subject', 's'],
        ['rebuild'],
        ['serve', '--dev', '--port', '0'],
      ])
        expectDataFolderTrouble(await runMuster(...args, '--data', data), /format 99.*newer version/);
    }));
});

function write(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function expectDataFolderTrouble({ exitCode, stderr }: Ended, message: RegExp): void {
  expect(stderr).to.match(message);
  expect(exitCode).to.equal(3);
  expectNoStack(stderr);
}

function expectNoStack(stderr: string): void {
  expect(stderr).not.to.match(/^ {4}at /m);
}
