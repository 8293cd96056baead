import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildHere, openCurrentGeneration, openGeneration } from '../../projections/open-generation.js';
import { catchUp } from '../../projections/projector.js';
import { ReadModel } from '../../projections/read-model.js';
import { rebuild } from '../../projections/rebuild.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { MemoryLog } from './memory-log.js';
import { playDecisions, wishes } from './random-decisions.js';
import { play, type Step, steps } from './random-history.js';
import { projections, ReadModelFixture } from './read-model-fixture.js';

const clock = () => '2024-01-01T00:00:00.000Z';
const somePlan: Step[] = Array.from({ length: 200 }, (_, i) => ({
  what: (i * 37) % 100,
  a: (i * 31) % 997,
  b: (i * 17) % 991,
  minutes: i % 3,
  together: i % 4 === 0,
}));

describe('a rebuild', () => {
  let fixture: ReadModelFixture;
  let log: MemoryLog;

  beforeEach(() => {
    fixture = new ReadModelFixture();
    log = new MemoryLog();
  });
  afterEach(() => fixture.close());

  const rebuildHere = () => rebuild({ folder: fixture.folder, runTask: buildHere(fixture.options(log)) });

  /** A read model that has never seen more than a few events at once. */
  async function followed(store: MemoryLog, batch: number): Promise<void> {
    const empty = new MemoryLog(store.logId);
    const { projector } = await openCurrentGeneration(fixture.options(empty));
    for (let at = 0; at < store.events.length; at += batch)
      await projector.apply(store.events.slice(at, at + batch));
    projector.close();
  }

  /** Followed in batches, then rebuilt: the same fingerprints. */
  async function expectSameRows(store: MemoryLog, batch: number): Promise<void> {
    const both = new ReadModelFixture();
    fixture.close();
    fixture = both;
    await followed(store, batch);
    const live = both.fingerprints();
    const result = await rebuild({ folder: both.folder, runTask: buildHere(both.options(store)) });
    expect(result.equalToLive).to.equal(true);
    expect(result.fingerprints).to.deep.equal(live);
    expect(both.fingerprints()).to.deep.equal(live);
  }
  const batches = fc.integer({ min: 1, max: 40 });

  it('gives the very rows that following gave, whatever the history and the batches', async () => {
    await fc.assert(
      fc.asyncProperty(steps(80), batches, fc.boolean(), async (plan, batch, imported) => {
        const store = new MemoryLog();
        await play(store, plan, { imported });
        await people(store);
        await expectSameRows(store, batch);
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 40) },
    );
  }).timeout(60_000);

  it('gives them for everything the decider lets through, with its mails and bulk operations', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(150), batches, async (plan, batch) => {
        const store = new MemoryLog();
        await playDecisions(store, plan);
        await expectSameRows(store, batch);
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 40) },
    );
  }).timeout(60_000);

  it('finds a row that was changed by hand', async () => {
    await play(log, somePlan);
    await fixture.catchUp(log);
    const db = new Database(fixture.folder.path(fixture.folder.current() ?? '', 'members'));
    db.exec("UPDATE memberships SET role = 'OWNER2' WHERE join_number = 1");
    db.close();
    expect((await rebuildHere()).equalToLive).to.equal(false);
    expect((await rebuildHere()).equalToLive).to.equal(true);
  });

  it('has nothing to compare with when there was no read model', async () => {
    await play(log, somePlan);
    expect((await rebuildHere()).equalToLive).to.equal(null);
  });

  it('compares at the position of a live read model that is behind, and goes on to the end', async () => {
    await play(log, somePlan.slice(0, 50), { accountId: 'a1' });
    await fixture.catchUp(log);
    await play(log, somePlan, { accountId: 'a2' });
    expect((await rebuildHere()).equalToLive).to.equal(true);
    expect(fixture.connect().position).to.equal(await log.head());
  });

  it('brings a deleted read folder back the same', async () => {
    await play(log, somePlan);
    await people(log);
    await fixture.catchUp(log);
    const before = fixture.fingerprints();
    rmSync(fixture.dir, { recursive: true });
    await fixture.catchUp(log);
    expect(fixture.fingerprints()).to.deep.equal(before);
  });

  it('leaves no trace when it fails', async () => {
    await play(log, somePlan);
    await fixture.catchUp(log);
    const before = fixture.folder.current();
    await log.append({
      stream: 'account-x',
      expectedRevision: 'NO_STREAM',
      events: [{ id: uuidOf('x'), type: 'UserTeleported', body: '{}', hash: '00' }],
    });
    const error = await rebuildHere().catch((e: unknown) => e);
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/UserTeleported \(position \d+\)/);
    expect(readdirSync(fixture.dir)).to.have.members(['current', before ?? '']);
  });

  it('swaps under a reader without a failed read, and deletes what nobody reads any more', async () => {
    await play(log, somePlan);
    await fixture.catchUp(log);
    const old = fixture.folder.current() ?? '';
    const readModel = new ReadModel({ folder: fixture.folder, projections, generation: old });
    const read = () =>
      readModel.members.prepare<[], number>('SELECT count(*) FROM memberships').pluck().get();
    const expected = read();
    const { generation } = await rebuildHere();
    expect(existsSync(join(fixture.dir, old)), 'the old one is still read').to.equal(true);
    expect(read()).to.equal(expected);
    expect(readModel.switchTo(generation)).to.equal(true);
    expect(read()).to.equal(expected);
    fixture.folder.removeUnused();
    expect(readdirSync(fixture.dir)).to.have.members(['current', generation]);
    readModel.close();
  });

  it('is not moved over to while it shows less than what was served', async () => {
    await play(log, somePlan, { accountId: 'a1' });
    const short = new MemoryLog(log.logId);
    short.events.push(...log.events.slice(0, 20));
    await fixture.catchUp(log);
    const generation = fixture.folder.current() ?? '';
    const readModel = new ReadModel({ folder: fixture.folder, projections, generation });
    const behind = await rebuild({ folder: fixture.folder, runTask: buildHere(fixture.options(short)) });
    expect(readModel.switchTo(behind.generation)).to.equal(false);
    expect(readModel.generation).to.equal(generation);
    readModel.close();
  });
});

describe('a read model that does not fit', () => {
  let fixture: ReadModelFixture;
  let log: MemoryLog;
  let reasons: string[];

  beforeEach(async () => {
    fixture = new ReadModelFixture();
    log = new MemoryLog();
    reasons = [];
    await play(log, somePlan);
    await fixture.catchUp(log);
  });
  afterEach(() => fixture.close());

  async function open(store: MemoryLog) {
    const onRebuild = (reason: string) => reasons.push(reason);
    const { generation, projector } = await openCurrentGeneration({ ...fixture.options(store), onRebuild });
    await catchUp({ store, projector });
    projector.close();
    return generation;
  }
  const current = () => fixture.folder.current() ?? '';

  it('is not rebuilt when it fits', async () => {
    const before = current();
    expect(await open(log)).to.equal(before);
    expect(reasons).to.deep.equal([]);
  });

  it('is rebuilt when it was made from another log', async () => {
    const other = new MemoryLog();
    await play(other, somePlan.slice(0, 30));
    await open(other);
    expect(reasons).to.match(/another log/);
    expect(fixture.connect().position).to.equal(await other.head());
  });

  it('is rebuilt when the log holds another event at its position', async () => {
    const restored = new MemoryLog(log.logId);
    await play(
      restored,
      somePlan.map((step) => ({ ...step, minutes: step.minutes + 1 })),
    );
    await open(restored);
    expect(reasons).to.match(/another event at position/);
  });

  it('is rebuilt when the log is shorter, as after restoring a backup', async () => {
    const restored = new MemoryLog(log.logId);
    restored.events.push(...log.events.slice(0, 10));
    await open(restored);
    expect(reasons).to.match(/another event at position/);
    expect(fixture.connect().position).to.equal(await restored.head());
  });

  it('is rebuilt when its tables are of another version', async () => {
    const db = new Database(fixture.folder.path(current(), 'audit'));
    db.exec('UPDATE checkpoint SET projection_version = 0');
    db.close();
    await open(log);
    expect(reasons).to.match(/another version/);
  });

  it('is rebuilt when a file is damaged or gone', async () => {
    writeFileSync(fixture.folder.path(current(), 'people'), 'this is no database');
    await open(log);
    rmSync(fixture.folder.path(current(), 'members'));
    await open(log);
    expect(reasons).to.have.length(2);
  });
});

describe('following', () => {
  it('stops before an event that cannot be applied, and goes on there with a build that can', async () => {
    const fixture = new ReadModelFixture();
    const log = new MemoryLog();
    await play(log, somePlan.slice(0, 20));
    await fixture.catchUp(log);
    const before = fixture.fingerprints();
    // A group nobody created: what an error in a handler looks like.
    const account = eventBuilder({ accountId: 'a9', clock });
    await account.append(log, [{ type: 'GroupRenamed', data: { groupId: 'none', from: 'a', to: 'b' } }]);
    const error = await fixture.catchUp(log).catch((e: unknown) => e);
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/members stopped at GroupRenamed/);
    const { projector } = openGeneration(fixture.folder.current() ?? '', fixture.options(log));
    expect(projector.position).to.be.below(await log.head());
    projector.close();
    expect(fixture.fingerprints().members).to.equal(before.members);
    fixture.close();
  });
});

async function people(store: MemoryLog): Promise<void> {
  for (const [n, sealedProfile] of [
    null,
    'erased',
    '{"name":"Ann Ash","email":"ann@example.org"}',
  ].entries()) {
    const person = eventBuilder({ accountId: null, stream: `user-p${n}`, clock });
    await person.append(store, [{ type: 'UserRegistered', data: { userId: `p${n}`, sealedProfile } }]);
    const renamed = `{"name":"New ${n}","email":null}`;
    await person.append(store, [
      { type: 'ProfileRecorded', data: { userId: `p${n}`, sealedProfile: renamed } },
    ]);
  }
}
