import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import fc from 'fast-check';
import { fingerprintOf } from '../../projections/fingerprint.js';
import { openCurrentGeneration } from '../../projections/open-generation.js';
import type { Projection } from '../../projections/projection.js';
import { POSITION_BYTES } from '../../projections/proof/tile-rows.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { carryLog } from '../../src/log-migration/carry-log.js';
import { readEverything } from '../event-store/sample-events.js';
import { type TemporaryLog, temporaryLog } from '../event-store/temporary-log.js';
import { type TemporaryWireLog, temporaryWireLog } from '../event-store/temporary-wire-log.js';
import { playDecisions, wishes } from '../projections/random-decisions.js';
import { projections, ReadModelFixture } from '../projections/read-model-fixture.js';

const COMMANDS = 400;

describe('read models of a log that was carried to a cluster', function () {
  this.timeout(120_000);
  let embedded: TemporaryLog;
  let wire: TemporaryWireLog;
  let source: EventStore;
  let target: EventStore;
  const fixtures: ReadModelFixture[] = [];

  before(async () => {
    embedded = temporaryLog();
    wire = await temporaryWireLog();
    source = await embedded.open();
    const [plan = []] = fc.sample(fc.tuple(...Array.from({ length: COMMANDS }, () => wishes(1))), {
      numRuns: 1,
      seed: 7,
    });
    await playDecisions(source, plan.flat());
    const carried = await wire.open({ logId: source.logId, purpose: 'FILL' });
    await carryLog({
      source: { what: 'the source', store: source },
      target: { what: 'the target', store: carried },
      beginFilling: async () => {},
      onProgress: () => {},
    });
    await carried.setFilling(false);
    target = await wire.open();
  });
  after(async () => {
    for (const fixture of fixtures) fixture.close();
    await wire.remove();
    await embedded.remove();
  });

  const fixture = () => {
    const made = new ReadModelFixture();
    fixtures.push(made);
    return made;
  };
  const builtFrom = async (store: EventStore) => {
    const made = fixture();
    await made.catchUp(store);
    return made;
  };

  it('have equal fingerprints when positions are counted alike', async () => {
    const [before, after] = [await builtFrom(source), await builtFrom(target)];
    const events = await readEverything(target);
    expect(events.length).to.be.greaterThan(300);
    expect(after.fingerprints()).not.to.deep.equal(before.fingerprints());
    expect(renumbered(after, events)).to.deep.equal(before.fingerprints());
  });

  it('are made anew in a folder that followed the embedded log, and when it comes back', async () => {
    const [there, here] = [await builtFrom(target), await builtFrom(source)];
    const reasons: string[] = [];
    const moveOver = async (store: EventStore) => {
      const onRebuild = (reason: string) => reasons.push(reason);
      (await openCurrentGeneration({ ...moved.options(store), onRebuild })).projector.close();
      return moved.fingerprints();
    };
    const moved = await builtFrom(source);
    expect(await moveOver(target)).to.deep.equal(there.fingerprints());
    expect(await moveOver(source)).to.deep.equal(here.fingerprints());
    expect(reasons.join()).to.match(/^the log holds another event at position \d+ than .*,the log holds/);
  });
});

/** Fingerprints with the n-th position of the log written as n. */
function renumbered(
  { folder, dir }: ReadModelFixture,
  events: readonly { readonly position: number }[],
): Record<string, string> {
  const generation = folder.current() ?? '';
  return Object.fromEntries(
    projections.map((projection) => {
      const copy = join(dir, `${projection.name}.renumbered`);
      const original = new Database(folder.path(generation, projection.name));
      original.pragma('wal_checkpoint(TRUNCATE)');
      original.close();
      copyFileSync(folder.path(generation, projection.name), copy);
      const db = new Database(copy);
      renumber(db, projection, events);
      const fingerprint = fingerprintOf(db, projection);
      db.close();
      return [projection.name, fingerprint];
    }),
  );
}

function renumber(
  db: Database.Database,
  projection: Projection,
  events: readonly { readonly position: number }[],
): void {
  db.exec('CREATE TEMP TABLE places (place INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL)');
  const put = db.prepare('INSERT INTO places VALUES (?, ?)');
  const ordinals = new Map(events.map(({ position }, index) => [position, index + 1]));
  for (const [position, ordinal] of ordinals) put.run(position, ordinal);
  if (projection.name === 'proof') renumberTiles(db, ordinals);
  for (const { name } of projection.tables)
    for (const column of positionColumns(db, name)) {
      // Negative first: two rows of a unique column must not meet on the way.
      db.exec(`UPDATE ${name} SET ${column} = -(SELECT ordinal FROM places WHERE place = ${column})
        WHERE ${column} IN (SELECT place FROM places)`);
      db.exec(`UPDATE ${name} SET ${column} = -${column} WHERE ${column} < 0`);
    }
}

function renumberTiles(db: Database.Database, ordinals: ReadonlyMap<number, number>): void {
  const set = db.prepare('UPDATE leaf_tiles SET positions = ? WHERE tile = ?');
  const tiles = db.prepare<[], { tile: number; positions: Buffer }>('SELECT tile, positions FROM leaf_tiles');
  for (const { tile, positions } of tiles.all()) {
    for (let at = 0; at < positions.length; at += POSITION_BYTES)
      positions.writeDoubleBE(ordinals.get(positions.readDoubleBE(at)) ?? -1, at);
    set.run(positions, tile);
  }
}

const positionColumns = (db: Database.Database, table: string): readonly string[] =>
  db
    .prepare<[string], string>("SELECT name FROM pragma_table_info(?) WHERE name LIKE '%position'")
    .pluck()
    .all(table);
