import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildHere, openCurrentGeneration } from '../../projections/open-generation.js';
import { isPurgeWanted } from '../../projections/queries/erasures.js';
import { rebuild } from '../../projections/rebuild.js';
import type { UserEvent } from '../../src/domain/user/events.js';
import { type EventBuilder, eventBuilder } from '../support/event-builder.js';
import { MemoryLog } from './memory-log.js';
import { ReadModelFixture } from './read-model-fixture.js';

const clock = () => '2024-01-01T00:00:00.000Z';
/**
 * Nobody else's name has these letters in it, four at least: the search index is made of threes. They are of very
 * different lengths, so that pages split.
 */
const nameOf = (n: number, take = 0) => `q8${n}x${take}${'zw'.repeat(((n * 7 + take * 13) % 90) + 2)}`;
const profileOf = (n: number, take = 0) =>
  JSON.stringify({ name: nameOf(n, take), email: `${nameOf(n, take)}@example.test` });
const PEOPLE = 1_000;

/** Numbers below a limit, the same for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

describe('the file of names, when somebody is erased', () => {
  let fixture: ReadModelFixture;
  let log: MemoryLog;
  let builders: EventBuilder[];
  beforeEach(() => {
    fixture = new ReadModelFixture();
    log = new MemoryLog();
    builders = Array.from({ length: PEOPLE }, (_, n) =>
      eventBuilder({ accountId: null, stream: `user-u${n}`, clock }),
    );
  });
  afterEach(() => fixture.close());

  const write = (n: number, event: UserEvent) => (builders[n] as EventBuilder).append(log, [event]);
  const register = (n: number) =>
    write(n, { type: 'UserRegistered', data: { userId: `u${n}`, sealedProfile: profileOf(n) } });
  const rename = (n: number, take: number) =>
    write(n, { type: 'ProfileRecorded', data: { userId: `u${n}`, sealedProfile: profileOf(n, take) } });
  const erase = (n: number) => write(n, { type: 'ErasureRequested', data: { userId: `u${n}` } });
  const filesOfNames = () =>
    readdirSync(join(fixture.dir, fixture.folder.current() ?? ''))
      .filter((name) => name.startsWith('people'))
      .map((name) => readFileSync(join(fixture.dir, fixture.folder.current() ?? '', name)));
  const holds = (text: string) => filesOfNames().some((bytes) => bytes.includes(text));

  it('holds no byte of the row, nor of the copies that SQLite leaves where it splits a page', async function () {
    this.timeout(60_000);
    // With this seed SQLite leaves such copies.
    const random = randomFrom(6);
    for (let n = 0; n < PEOPLE; n += 1) await register(n);
    for (let take = 1; take <= 3 * PEOPLE; take += 1) await rename(random(PEOPLE), take);
    const { projector } = await openCurrentGeneration(fixture.options(new MemoryLog(log.logId)));
    // One by one, as people come and change: a batch would write each only once.
    for (const event of log.events) await projector.apply([event]);
    const erased = Array.from({ length: PEOPLE }, (_, n) => n).filter(() => random(2) === 0);
    expect(holds(`q8${erased[3]}x`)).to.equal(true);
    const from = log.events.length;
    for (const n of erased) await erase(n);
    await projector.apply(log.events.slice(from));
    expect(isPurgeWanted(fixture.connect().members)).to.equal(false);
    const files = filesOfNames();
    const left = erased.filter((n) => files.some((bytes) => bytes.includes(`q8${n}x`)));
    expect(left).to.deep.equal([]);
    const stays = Array.from({ length: PEOPLE }, (_, n) => n).find((n) => !erased.includes(n)) ?? 0;
    expect(holds(`q8${stays}x`), 'somebody else').to.equal(true);
    const db = new Database(fixture.folder.path(fixture.folder.current() ?? '', 'people'));
    const found = db.prepare('SELECT rowid FROM people_search WHERE people_search MATCH ?');
    expect(found.all(`"q8${erased[0]}x"`)).to.deep.equal([]);
    expect(found.all(`"q8${stays}x"`)).to.have.lengthOf(1);
    db.close();
    projector.close();
  });

  it('is written anew after the next start, when a reader or a crash came between', async () => {
    await register(1);
    const { projector } = await openCurrentGeneration(fixture.options(log));
    const reader = new Database(fixture.folder.path(fixture.folder.current() ?? '', 'people'), {
      readonly: true,
    });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM people').get();
    await erase(1);
    await projector.apply(log.events.slice(-1));
    expect(isPurgeWanted(fixture.connect().members)).to.equal(true);
    reader.close();
    fixture.connect().close();
    projector.close();
    const again = await openCurrentGeneration(fixture.options(log));
    again.projector.settle();
    expect(holds('q81x')).to.equal(false);
    expect(isPurgeWanted(fixture.connect().members)).to.equal(false);
    again.projector.close();
  });

  it('is the same, followed in any batches or rebuilt, and a rebuild brings nobody back', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, batch) => {
          fixture.close();
          fixture = new ReadModelFixture();
          log = new MemoryLog();
          builders = Array.from({ length: 10 }, (_, n) =>
            eventBuilder({ accountId: null, stream: `user-u${n}`, clock }),
          );
          const erased = new Set<number>();
          const known = new Set<number>();
          for (const [n, what] of steps) {
            if (erased.has(n)) continue;
            if (!known.has(n)) await register(n);
            else if (what < 3) await erase(n);
            else await rename(n, what);
            if (known.has(n) && what < 3) erased.add(n);
            known.add(n);
          }
          const { projector } = await openCurrentGeneration(fixture.options(new MemoryLog(log.logId)));
          for (let at = 0; at < log.events.length; at += batch)
            await projector.apply(log.events.slice(at, at + batch));
          projector.close();
          const result = await rebuild({ folder: fixture.folder, runTask: buildHere(fixture.options(log)) });
          expect(result.equalToLive).to.equal(true);
          for (const n of erased) expect(holds(`q8${n}x`)).to.equal(false);
        },
      ),
      { numRuns: 15 },
    ));

  it('is not all there is while a rebuild goes on; one that crashed is cleared away after a minute', async () => {
    await register(1);
    await fixture.catchUp(log);
    expect(fixture.folder.hasOthers()).to.equal(false);
    const building = join(fixture.dir, 'f0.building');
    mkdirSync(building);
    writeFileSync(join(building, 'people.sqlite'), 'q81x');
    fixture.folder.removeUnused();
    expect(fixture.folder.hasOthers(), 'it may be going on').to.equal(true);
    const earlier = new Date(Date.now() - 61_000);
    utimesSync(building, earlier, earlier);
    fixture.folder.removeUnused();
    expect(fixture.folder.hasOthers(), 'a file of it was written just now').to.equal(true);
    utimesSync(join(building, 'people.sqlite'), earlier, earlier);
    utimesSync(building, earlier, earlier);
    fixture.folder.removeUnused();
    expect(fixture.folder.hasOthers()).to.equal(false);
  });
});
