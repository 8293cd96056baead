import { readFileSync, statSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { verifyStreams } from '../../src/event-store/chain.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { chained, readEverything, rejectionOf } from './sample-events.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';

describe('the file of the SQLite log', () => {
  let log: TemporaryLog;
  beforeEach(async () => {
    log = temporaryLog();
    const store = await log.open();
    await store.append({ stream: 'a', expectedRevision: 'NO_STREAM', events: chained(3) });
    await store.close();
  });
  afterEach(() => log.remove());

  const withRawConnection = (use: (db: Database.Database) => void) => {
    const db = new Database(log.path);
    try {
      use(db);
    } finally {
      db.close();
    }
  };

  describe('is append-only, also for a connection that knows nothing of Muster:', () => {
    const values = (position: number | string, stream: string, revision: number) =>
      `VALUES (${position}, '${stream}', ${revision}, 'id', 'type', '{}', 'hash')`;
    const refused = {
      'changing a body': "UPDATE events SET body = '{}' WHERE position = 2",
      'changing nothing': 'UPDATE events SET body = body',
      'deleting the last event': 'DELETE FROM events WHERE position = 3',
      'deleting everything': 'DELETE FROM events',
      'replacing an event by position': `INSERT OR REPLACE INTO events ${values(3, 'a', 2)}`,
      'replacing an event by stream and revision': `INSERT OR REPLACE INTO events ${values(4, 'a', 2)}`,
      'an upsert': `INSERT INTO events ${values(3, 'a', 2)} ON CONFLICT DO UPDATE SET body = '{}'`,
      'ignoring a conflict': `INSERT OR IGNORE INTO events ${values(3, 'a', 2)}`,
      'inserting in the middle': `INSERT INTO events ${values(2, 'b', 0)}`,
      'leaving a position out': `INSERT INTO events ${values(5, 'b', 0)}`,
      'leaving the position to SQLite': `INSERT INTO events ${values('NULL', 'b', 0)}`,
      'leaving a revision out': `INSERT INTO events ${values(4, 'a', 4)}`,
      'beginning a stream at revision 1': `INSERT INTO events ${values(4, 'b', 1)}`,
      'a negative revision': `INSERT INTO events ${values(4, 'b', -1)}`,
      'changing the log id': "UPDATE meta SET value = 'other'",
      'replacing the log id': "INSERT OR REPLACE INTO meta VALUES ('log_id', 'other')",
      'deleting the log id': 'DELETE FROM meta',
      'adding to the facts about the log': "INSERT INTO meta VALUES ('more', '')",
    };
    for (const recursiveTriggers of ['ON', 'OFF'])
      for (const [what, statement] of Object.entries(refused))
        it(`refuses ${what} (recursive triggers ${recursiveTriggers})`, async () => {
          const before = readFileSync(log.path);
          withRawConnection((db) => {
            db.pragma(`recursive_triggers = ${recursiveTriggers}`);
            expect(() => db.exec(statement)).to.throw(/append-only/);
          });
          expect(readFileSync(log.path).equals(before)).to.equal(true);
        });

    it('takes an event in the next place', () => {
      withRawConnection((db) => db.exec(`INSERT INTO events ${values(4, 'a', 3)}`));
    });
  });

  it('is for its owner only', async () => {
    const store = await log.open();
    await store.append({ stream: 'b', expectedRevision: 'NO_STREAM', events: chained(1) });
    for (const suffix of ['', '-wal', '-shm'])
      expect(statSync(log.path + suffix).mode & 0o777).to.equal(0o600);
  });

  it('of a newer version is refused and left as it is', async () => {
    withRawConnection((db) => db.pragma('user_version = 2'));
    const before = readFileSync(log.path);
    for (const readOnly of [false, true]) {
      const error = await rejectionOf(log.open({ readOnly }));
      expect(error).to.include({ name: 'DatabaseFileError', code: 'NEWER_VERSION' });
      expect((error as Error).message).to.match(/newer version of Muster/);
    }
    expect(readFileSync(log.path).equals(before)).to.equal(true);
  });

  it('of another program is refused', async () => {
    withRawConnection((db) => db.pragma('application_id = 7'));
    expect(await rejectionOf(log.open())).to.include({ code: 'CORRUPT' });
  });

  it('that is no database is refused', async () => {
    writeFileSync(log.path, 'this is not a database, however long one reads on '.repeat(20));
    expect(await rejectionOf(log.open())).to.include({ code: 'CORRUPT' });
  });

  for (const name of ['events_never_change', 'events_never_go', 'events_append_at_the_end'])
    it(`without the trigger ${name} is refused`, async () => {
      withRawConnection((db) => db.exec(`DROP TRIGGER ${name}`));
      const error = await rejectionOf(log.open());
      expect(error).to.include({ code: 'CORRUPT' });
      expect((error as Error).message).to.contain(name);
    });

  it('that does not exist cannot be opened for reading, and is not made', async () => {
    await log.open();
    const missing = `${log.path}-missing`;
    expect(await rejectionOf(SqliteEventStore.open({ path: missing, readOnly: true }))).to.include({
      code: 'MISSING',
    });
    expect(() => statSync(missing)).to.throw('ENOENT');
  });

  it('with one byte changed on the disk opens, and verification names the event', async () => {
    const bytes = readFileSync(log.path);
    const at = bytes.indexOf('"number":1');
    bytes.write('7', at + '"number":'.length);
    writeFileSync(log.path, bytes);
    const store = await log.open();
    expect(await verifyStreams(store)).to.deep.equal({
      status: 'BROKEN',
      firstBad: { position: 2, stream: 'a', revision: 1, problem: 'HASH_MISMATCH' },
    });
  });

  it('keeps everything over a checkpoint of its WAL', async () => {
    const store = await log.open();
    const [event] = chained(1);
    const body = event?.body ?? '';
    for (let i = 0; i < 30; i++)
      await store.append({
        stream: `big-${i}`,
        expectedRevision: 'NO_STREAM',
        events: chained(1).map((small) => ({ ...small, body: body.padEnd(850_000) })),
      });
    expect(statSync(log.path).size).to.be.above(10_000_000);
    expect(await readEverything(store)).to.have.length(33);
  });
});
