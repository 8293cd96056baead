import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { openDataFolder } from '../../src/data-folder.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import type { ChildEventBody, ChildMessage, ChildOptions } from '../support/append-child.js';
import { type AppendChild, startAppendChild } from '../support/start-append-child.js';
import { readEverything } from './sample-events.js';

const KILLS = Number(process.env.MUSTER_TEST_KILLS ?? 50);

/** Each fourth kill falls at random into opening and recovery, the others into appending. */
const OPENING_MS = 250;
const APPENDING_MS = 70;

type Acknowledged = Extract<ChildMessage, { kind: 'ACKNOWLEDGED' }>;

describe(`a process that appends, killed ${KILLS} times with kill -9`, function () {
  this.timeout(KILLS * 1_000 + 20_000);
  const folder = mkdtempSync(join(tmpdir(), 'muster-kill-'));
  const acknowledged: Acknowledged[] = [];
  let opened = 0;
  let log: readonly RecordedEvent[];

  before(async () => {
    const options: ChildOptions = { folder, appenders: 8, appendsEach: null, maxEvents: 4 };
    // The next child loads its code while this one works.
    let next = startAppendChild(options);
    for (let kill = 0; kill < KILLS; kill++) {
      const child = next;
      await child.said('LOADED');
      child.go();
      if (kill + 1 < KILLS) next = startAppendChild(options);
      if (kill % 4 === 0) await killAfter(child, randomInt(OPENING_MS));
      else {
        await child.said('OPEN');
        await killAfter(child, randomInt(APPENDING_MS));
      }
      for (const message of child.messages) {
        if (message.kind === 'ACKNOWLEDGED') acknowledged.push(message);
        if (message.kind === 'OPEN') opened += 1;
        if (message.kind === 'FAILED') throw new Error(`an append failed: ${message.message}`);
      }
    }
    const { logPath, close } = openDataFolder({ path: folder, mode: 'write' });
    const store = await SqliteEventStore.open({ path: logPath });
    log = await readEverything(store);
    await store.close();
    close();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('did append between the kills', () => {
    expect(opened).to.be.at.least(Math.floor(KILLS / 2));
    expect(acknowledged.length).to.be.above(KILLS);
  });

  it('has every acknowledged event, once, where it was acknowledged', () => {
    const places = new Map<string, string[]>();
    for (const { id, stream, revision } of log)
      places.set(id, [...(places.get(id) ?? []), `${stream}@${revision}`]);
    for (const { stream, firstRevision, ids } of acknowledged)
      for (const [i, id] of ids.entries())
        expect(places.get(id), `event ${id}`).to.deep.equal([`${stream}@${firstRevision + i}`]);
  });

  it('has no half append, acknowledged or not', () => {
    let open: ChildEventBody | null = null;
    for (const event of log) {
      const body = JSON.parse(event.body) as ChildEventBody;
      if (open === null) expect(body.index, `first event at ${event.position}`).to.equal(0);
      else expect(body).to.include({ append: open.append, index: open.index + 1 });
      open = body.index + 1 < body.count ? body : null;
    }
    expect(open, 'the last append').to.equal(null);
  });

  it('has gapless positions and an intact chain', async () => {
    expect(log.map(({ position }) => position)).to.deep.equal(log.map((_, i) => i + 1));
    const readAll = async ({ afterPosition = 0, maxCount = 0 }) =>
      log.slice(afterPosition, afterPosition + maxCount);
    expect(await verifyStreams({ readAll })).to.deep.equal({ status: 'INTACT', events: log.length });
  });
});

async function killAfter(child: AppendChild, lifeMs: number): Promise<void> {
  await Promise.race([delay(lifeMs), child.ended]);
  if (child.process.exitCode !== null) throw new Error(`the child ended by itself: ${await child.ended}`);
  child.process.kill('SIGKILL');
  await child.ended;
}
