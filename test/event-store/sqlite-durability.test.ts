import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startAppendChild } from '../support/start-append-child.js';
import { readEverything } from './sample-events.js';
import { temporaryLog } from './temporary-log.js';

const APPENDS = 100;

/** better-sqlite3 as it comes: WAL, and so synchronous=NORMAL. What the counting must be able to tell apart. */
const CONTROL = `
  const db = new (require('better-sqlite3'))(process.argv[1]);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (x)');
  for (let i = 0; i < ${APPENDS}; i++) db.exec('INSERT INTO t VALUES (1)');
`;

describe('the SQLite event store below', function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    if (spawnSync('strace', ['-e', 'trace=fsync', 'true']).status !== 0) {
      const message =
        'strace is missing or may not trace: that appends are synced to the disk was NOT tested';
      if (process.env.CI) throw new Error(`${message}. Install strace.`);
      console.warn(`      ${message}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'muster-sync-'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const tracing = (output: string, ...more: string[]) => [
    'strace',
    '-f',
    '-o',
    output,
    '-e',
    'trace=fsync,fdatasync',
    ...more,
  ];
  const syncsIn = (output: string) =>
    readFileSync(output, 'utf8').match(/\b(fsync|fdatasync)\(/g)?.length ?? 0;

  it('syncs the disk for each append that nobody shares', async () => {
    const output = join(folder, 'appends.strace');
    const options = { folder: join(folder, 'data'), appenders: 1, appendsEach: APPENDS, maxEvents: 1 };
    const child = startAppendChild(options, tracing(output));
    child.go();
    expect(await child.ended).to.equal('');
    expect(child.messages.filter(({ kind }) => kind === 'ACKNOWLEDGED')).to.have.length(APPENDS);
    expect(syncsIn(output)).to.be.at.least(APPENDS);
  });

  it('differs in that from better-sqlite3 as it comes (the control of the counting)', () => {
    const output = join(folder, 'control.strace');
    const [strace = '', ...args] = tracing(output);
    execFileSync(strace, [...args, process.execPath, '-e', CONTROL, join(folder, 'control.sqlite')]);
    expect(syncsIn(output)).to.be.below(APPENDS / 4);
  });

  it('answers OutcomeUnknown when a sync fails, then takes no more appends, and keeps what it acknowledged', async () => {
    const output = join(folder, 'failing.strace');
    const log = temporaryLog();
    const options = { folder: log.folder, appenders: 1, appendsEach: 60, maxEvents: 1 };
    const failing = '--inject=fsync,fdatasync:error=EIO:when=40+';
    const child = startAppendChild(options, tracing(output, failing));
    child.go();
    await child.ended;
    const said = child.messages.flatMap((message) => (message.kind === 'FAILED' ? [message.error] : []));
    expect(said[0]).to.equal('OutcomeUnknown');
    expect(new Set(said.slice(1))).to.deep.equal(new Set(['StoreUnavailable']));
    const acknowledged = child.messages.flatMap((message) =>
      message.kind === 'ACKNOWLEDGED' ? message.ids : [],
    );
    expect(acknowledged).to.have.length(60 - said.length);
    const store = await log.open();
    const ids = (await readEverything(store)).map(({ id }) => id);
    expect(ids.slice(0, acknowledged.length)).to.deep.equal(acknowledged);
    await log.remove();
  });
});
