import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openDataFolder } from '../../src/data-folder.js';
import { DatabaseFileError } from '../../src/database/database-file-error.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { EventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { LogTree } from '../../src/proof/log-tree.js';
import { rootOf } from '../../src/proof/tree-proofs.js';
import { chained, eventOf, readEverything, rejectionOf } from '../event-store/sample-events.js';
import { planOf } from '../support/wire-server/faults.js';
import { WireNode } from '../support/wire-server/wire-node.js';
import { MigrationWorld, sequenceOf } from './migrated-folder.js';

const init = ['init', '--issuer', 'https://id.example.com/', '--subject', 'ada'];

describe('muster migrate-log', function () {
  this.timeout(240_000);
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await MigrationWorld.start();
  });
  afterEach(() => world.remove());

  function carry(events = 200) {
    world.generate(events);
    return world.carryHere();
  }
  const failed = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await world.run(...args);
    expect(exitCode, stderr).to.be.greaterThan(0);
    expect(stderr)
      .to.match(/^muster: /)
      .and.not.include('    at ');
    return { exitCode, stderr };
  };

  describe('carrying a log to a cluster', () => {
    it('gives the same events in the same order, with the same identity and trees', async () => {
      world.generate(400);
      // One append could not hold them, and the last not with another one.
      await world.append('large', largeEvents());
      const before = world.logDigest();
      const { exitCode, stdout, stderr } = await world.run('--to', world.url);
      expect(exitCode, stderr).to.equal(0);
      const embedded = world.openFolder();
      const cluster = await world.openCluster();
      expect(cluster.logId).to.equal(embedded.logId);
      const sequence = await sequenceOf(embedded);
      expect(await sequenceOf(cluster)).to.deep.equal(sequence);
      expect(world.logDigest()).to.equal(before);
      const proof = await proofOf(embedded);
      expect(await proofOf(cluster)).to.deep.equal(proof);
      expect(JSON.parse(stdout)).to.include({
        status: 'CARRIED',
        logId: embedded.logId,
        carried: sequence.length,
        ...proof,
      });
    });

    it('carries a log without events, so that its identity is there', async () => {
      await world.makeEmptyLog();
      expect((await world.run('--to', world.url)).exitCode).to.equal(0);
      expect((await world.openCluster()).logId).to.equal(world.openFolder().logId);
    });

    it('does nothing the second time, also after the cluster has gone on', async () => {
      const { events } = await carry();
      const records = world.node.log.records.length;
      const again = await world.run('--to', world.url);
      expect(JSON.parse(again.stdout)).to.include({ status: 'NOTHING_TO_DO', carried: 0, events });
      expect(world.node.log.records).to.have.length(records);
      const cluster = await world.openCluster();
      await cluster.append({ stream: 'since', expectedRevision: 'NO_STREAM', events: chained(3) });
      const later = await world.run('--to', world.url);
      expect(JSON.parse(later.stdout)).to.include({ status: 'NOTHING_TO_DO', carried: 0, events });
      expect(world.recordsOfMuster()).to.equal(events + 3);
    });

    it('goes on after kill -9, as often as it takes; meanwhile nobody can open the log', async () => {
      world.generate(700);
      let goal = 0;
      for (const _ of [1, 2]) {
        goal += 200;
        const child = world.start('--to', world.url);
        while (world.recordsOfMuster() < goal) await delay(1);
        await child.kill();
        expect(world.recordsOfMuster()).to.be.within(goal, 650);
        const error = await rejectionOf(world.openCluster());
        expect(error).to.include({ code: 'UNFINISHED' });
      }
      const refused = await world.muster([...init, '--data', join(world.parent, 'node')], true);
      expect(refused).to.include({ exitCode: 3 });
      expect(refused.stderr).to.match(/not all of it is there: run npm run migrate-log again/);
      const { exitCode, stdout } = await world.run('--to', world.url);
      expect(exitCode).to.equal(0);
      expect(JSON.parse(stdout).carried).to.be.lessThan(800 - goal);
      expect(await sequenceOf(await world.openCluster())).to.deep.equal(await sequenceOf(world.openFolder()));
    });

    it('says when it is interrupted that it can be repeated, and then goes on', async () => {
      world.generate(400);
      const child = world.start('--to', world.url);
      while (world.recordsOfMuster() < 100) await delay(1);
      const { exitCode, stderr } = await child.interrupt();
      expect({ exitCode, stderr }).to.deep.equal({
        exitCode: 130,
        stderr: 'muster: cut off; nothing is lost: run the same command again, it goes on where it stopped\n',
      });
      expect(existsSync(join(world.data, 'log-mark.json'))).to.equal(false);
      expect((await world.run('--to', world.url)).exitCode).to.equal(0);
      expect(await sequenceOf(await world.openCluster())).to.deep.equal(await sequenceOf(world.openFolder()));
    });

    it('says which file it left in the folder', async () => {
      world.generate(30);
      const { exitCode, stdout } = await world.muster(
        ['migrate-log', '--data', world.data, '--to', world.url],
        false,
      );
      expect(exitCode).to.equal(0);
      expect(stdout).to.include(
        `${world.data} is marked by log-mark.json: a server refuses to start on its log, which is as it was.\n`,
      );
    });

    it('neither loses nor doubles anything when replies and connections are lost', async () => {
      world.generate(300);
      world.node.setFaults(
        planOf([
          { method: 'Append', probability: 0.05, faults: [{ at: 'after', does: 'drop' }] },
          { method: 'Append', probability: 0.05, faults: [{ at: 'before', does: 'drop' }] },
          { method: 'Append', probability: 0.03, faults: [{ at: 'after', does: 'timed-out' }] },
          { method: 'Append', probability: 0.03, faults: [{ at: 'before', does: 'not-ready' }] },
          { method: 'ReadAll', probability: 0.2, faults: [{ at: { afterEvents: 7 }, does: 'drop' }] },
        ]),
      );
      const { exitCode, stderr } = await world.run('--to', world.url);
      expect(exitCode, stderr).to.equal(0);
      world.node.setFaults(() => []);
      expect(await sequenceOf(await world.openCluster())).to.deep.equal(await sequenceOf(world.openFolder()));
    });

    it('says that it can be repeated when the cluster goes away, and then goes on', async () => {
      world.generate(300);
      const child = world.start('--to', world.url);
      while (world.recordsOfMuster() < 100) await delay(1);
      await world.node.stop();
      const { exitCode, stderr } = await child.ended;
      expect(exitCode).to.equal(1);
      expect(stderr).to.include('Run this again when that is mended: it goes on where it stopped');
      const { log, port } = world.node;
      const node = await WireNode.start({ log, port });
      try {
        expect((await world.run('--to', world.url)).exitCode).to.equal(0);
        expect(await sequenceOf(await world.openCluster())).to.deep.equal(
          await sequenceOf(world.openFolder()),
        );
      } finally {
        await node.stop();
      }
    });

    it('takes up what the folder has written since, when it was reopened and the cluster not used', async () => {
      await carry();
      expect((await world.run('--reopen')).stdout).to.equal('{"status":"REOPENED"}\n');
      await world.append('since', chained(5));
      expect(JSON.parse((await world.run('--to', world.url)).stdout)).to.include({ carried: 5 });
      const closedAndOpened = ['LogFillingBegan', 'LogFilled'];
      expect(world.node.log.stream('muster-log').map(({ type }) => type)).to.deep.equal([
        'LogNamed',
        ...closedAndOpened,
        ...closedAndOpened,
      ]);
      expect(await sequenceOf(await world.openCluster())).to.deep.equal(await sequenceOf(world.openFolder()));
    });

    it('refuses a cluster that holds another log', async () => {
      world.generate(50);
      const { logId } = await world.openCluster();
      const { exitCode, stderr } = await failed('--to', world.url);
      expect(exitCode).to.equal(1);
      expect(stderr).to.include(logId).and.include('nothing was carried');
      expect(world.recordsOfMuster()).to.equal(0);
    });

    it('refuses a target that has parted from the source, or that is ahead of it', async () => {
      await carry();
      await world.run('--reopen');
      const cluster = await world.openCluster();
      const [here, there, more] = [chained(1), chained(1), chained(1)];
      await cluster.append({ stream: 'since', expectedRevision: 'NO_STREAM', events: there });
      const ahead = await failed('--to', world.url);
      expect(ahead.stderr).to.match(/has gone on since: it is the one to serve, and nothing was carried/);
      await world.append('since', here);
      const parted = await failed('--to', world.url);
      expect(parted.stderr).to.match(/event \d+ of the log at esdb:\S+ is not that of the log of/);
      await cluster.append({ stream: 'since', expectedRevision: 0, events: chained(1, there[0]?.hash) });
      await world.append('more', more);
      expect((await failed('--to', world.url)).stderr).to.include('they have parted there');
    });

    it('finds out somebody who writes into the target meanwhile', async () => {
      world.generate(500);
      const child = world.start('--to', world.url);
      while (world.recordsOfMuster() < 100) await delay(1);
      const intruder = await world.openCluster({ purpose: 'FILL' });
      await intruder.append({ stream: 'intruder', expectedRevision: 'NO_STREAM', events: chained(1) });
      const { exitCode, stderr } = await child.ended;
      expect(exitCode).to.equal(1);
      expect(stderr).to.match(/somebody else has written into it meanwhile/);
      expect(existsSync(join(world.data, 'log-mark.json'))).to.equal(false);
    });

    it('carries nothing from a damaged event on', async () => {
      world.generate(200);
      const db = new Database(join(world.data, 'log.sqlite'));
      const { sql } = db
        .prepare<[], { sql: string }>("SELECT sql FROM sqlite_master WHERE name = 'events_never_change'")
        .get() ?? { sql: '' };
      db.exec('DROP TRIGGER events_never_change');
      db.exec("UPDATE events SET body = replace(body, 'occurredAt', 'occuredAt') WHERE position = 120");
      db.exec(sql);
      db.close();
      const { stderr } = await failed('--to', world.url);
      expect(stderr).to.match(/is damaged at position 120 \(.*HASH_MISMATCH/);
      expect(world.recordsOfMuster()).to.be.lessThan(120);
    });

    it('refuses a folder that a server is using, that has no log, or is not there', async () => {
      world.generate(20);
      const folder = openDataFolder({ path: world.data, mode: 'write' });
      expect(await failed('--to', world.url)).to.include({ exitCode: 3 });
      folder.close();
      const missing = join(world.parent, 'nowhere');
      expect(await failed('--to', world.url, '--data', missing)).to.include({ exitCode: 3 });
      expect(existsSync(missing)).to.equal(false);
      expect(world.node.log.records.some(({ stream }) => stream.startsWith('muster'))).to.equal(false);
    });
  });

  describe('the folder that was carried away', () => {
    it('is refused by whoever would write to it, who learns where the log went', async () => {
      await carry();
      const { exitCode, stderr } = await world.muster([...init, '--data', world.data], false);
      expect(exitCode).to.equal(3);
      expect(stderr).to.include(`esdb://127.0.0.1:${world.node.port}`).and.include('EVENT_STORE_URL');
    });

    it('is not backed up: the backup would be of a log that goes on elsewhere', async () => {
      await carry();
      const out = join(world.parent, 'backup');
      const refused = await world.muster(['backup', '--data', world.data, '--out', out], false);
      expect(refused.exitCode, refused.stderr).to.equal(3);
      expect(refused.stderr)
        .to.include(`carried to esdb://127.0.0.1:${world.node.port}`)
        .and.include('Back the cluster up by its own means, and the key vault apart from it');
      expect(existsSync(out)).to.equal(false);
    });

    it('is verified with a word about where its log went on, and no other command takes it for the log', async () => {
      const inFolder = ['--data', world.data];
      expect((await world.muster([...init, ...inFolder], false)).exitCode).to.equal(0);
      const { events } = await world.carryHere();
      const readings = join(world.data, 'readings');
      const verified = await world.muster(['verify', ...inFolder], false);
      expect(verified).to.include({
        exitCode: 0,
        stdout: `intact: ${events} events, every stream chained without a gap\n`,
      });
      expect(verified.stderr).to.match(
        /^this is the log of .* as it was carried to esdb:\S+, .*EVENT_STORE_URL/,
      );
      expect((await world.muster(['checkpoint', '--key', ...inFolder], false)).exitCode).to.equal(0);
      for (const args of [
        ['checkpoint'],
        ['rebuild'],
        ['replay', '--account', 'any'],
        ['export', '--out', join(world.parent, 'log.jsonl')],
        ['export', '--table', 'accounts_now'],
      ]) {
        const refused = await world.muster([...args, ...inFolder], false);
        expect(refused.exitCode, `${args[0]}: ${refused.stderr}`).to.equal(3);
        expect(refused.stderr).to.match(/was carried to esdb:.* set EVENT_STORE_URL to use it there/);
      }
      expect(existsSync(readings)).to.equal(false);
      const onCluster = await world.muster(['verify', ...inFolder], true);
      expect(onCluster).to.include({ exitCode: 0, stderr: '' });
    });

    it('is not carried to another cluster too, not even where a run was cut off before', async () => {
      const { events } = await carry();
      const other = await WireNode.start();
      try {
        const url = other.connectionString();
        const refused = await failed('--to', url);
        expect(refused.exitCode).to.equal(3);
        expect(refused.stderr).to.include(`esdb://127.0.0.1:${world.node.port}`).and.include('--reopen');
        const recordsOfMuster = () => other.log.records.filter(({ stream }) => stream.startsWith('muster'));
        expect(recordsOfMuster()).to.deep.equal([]);
        const { logId } = world.openFolder();
        await (await EventStoreDbEventStore.open({ url, logId, purpose: 'FILL' })).close();
        const records = recordsOfMuster().length;
        expect(await failed('--to', url)).to.include({ exitCode: 3 });
        expect(recordsOfMuster()).to.have.lengthOf(records);
        await world.run('--reopen');
        expect(JSON.parse((await world.run('--to', url)).stdout)).to.include({ carried: events });
      } finally {
        await other.stop();
      }
    });

    it('can be reopened, which says what that means', async () => {
      await carry();
      const reopen = ['migrate-log', '--reopen', '--data', world.data];
      const { exitCode, stdout, stderr } = await world.muster(reopen, false);
      expect({ exitCode, stderr }).to.deep.equal({
        exitCode: 0,
        stderr: `What was written at esdb://127.0.0.1:${world.node.port} since is not in it: never let both go on.\n`,
      });
      expect(stdout).to.match(/can be served again, with its 2\d\d events/);
      openDataFolder({ path: world.data, mode: 'write' }).close();
      expect((await world.muster(reopen, false)).stdout).to.match(/^nothing to do/);
    });
  });

  describe('a Muster whose log was carried', () => {
    it('goes on in its folder: keys, root owner and checkpoints are those it had; and so after the way back', async () => {
      const [note, key] = [join(world.parent, 'kept.note'), join(world.parent, 'muster.key')];
      const done = async (args: readonly string[], isOnCluster: boolean) => {
        const { exitCode, stdout, stderr } = await world.muster([...args, '--data', world.data], isOnCluster);
        expect(exitCode, stderr).to.equal(0);
        return stdout;
      };
      const { rootAccountId } = JSON.parse(await done([...init, '--json'], false));
      await done(['checkpoint', '--out', note], false);
      writeFileSync(key, await done(['checkpoint', '--key'], false));
      const { events } = await world.carryHere();
      const another = [...init.slice(0, -1), 'eve', '--add-owner', '--json'];
      expect(JSON.parse(await done(another, true))).to.include({ rootAccountId });
      const kept = ['verify', '--checkpoint', note, '--key', key];
      const included = new RegExp(`the first ${events} events are those of the checkpoint signed at`);
      expect(await done(kept, true)).to.match(included);
      await done(['migrate-log', '--from', world.url], false);
      expect(await done(kept, false)).to.match(included);
      expect(JSON.parse(await done([...another, '--add-owner'], false))).to.include({ rootAccountId });
    });

    it('is refused where its folder meets another log', async () => {
      const inFolder = ['--data', world.data];
      expect((await world.muster([...init, ...inFolder], false)).exitCode).to.equal(0);
      expect((await world.run('--to', world.url)).exitCode).to.equal(0);
      const other = await WireNode.start();
      try {
        const { exitCode, stderr } = await world.muster(
          [...init, ...inFolder],
          true,
          other.connectionString(),
        );
        expect(exitCode).to.equal(3);
        expect(stderr).to.match(/leads to the log .*, but that of .* was carried to esdb:/);
      } finally {
        await other.stop();
      }
    });
  });

  describe('bringing a log back', () => {
    const back = () => join(world.parent, 'back');

    it('gives a byte-identical sequence, with the positions that it had', async () => {
      await carry(400);
      world.appendSystemEvent();
      const { exitCode, stdout } = await world.run('--from', world.url, '--data', back());
      expect(exitCode).to.equal(0);
      const [first, again] = [world.openFolder(), world.openFolder(back())];
      expect(again.logId).to.equal(first.logId);
      expect(await readEverything(again)).to.deep.equal(await readEverything(first));
      expect(JSON.parse(stdout)).to.include({ status: 'CARRIED', meanwhile: 0, ...(await proofOf(first)) });
      const twice = await world.run('--from', world.url, '--data', back());
      expect(JSON.parse(twice.stdout)).to.include({ status: 'NOTHING_TO_DO', carried: 0 });
    });

    it('takes up in the old folder what was written on the cluster, and opens it again', async () => {
      await carry();
      const cluster = await world.openCluster();
      await cluster.append({ stream: 'since', expectedRevision: 'NO_STREAM', events: chained(40) });
      expect(JSON.parse((await world.run('--from', world.url)).stdout)).to.include({ carried: 40 });
      expect(await sequenceOf(world.openFolder())).to.deep.equal(await sequenceOf(cluster));
      openDataFolder({ path: world.data, mode: 'write' }).close();
    });

    it('goes on after kill -9; until all is there nobody is served from the folder', async () => {
      await world.fill(6, 1_000);
      await world.carryHere();
      world.node.setFaults(({ method }) =>
        method === 'ReadAll' ? [{ at: 'before', does: { delayMs: 200 } }] : [],
      );
      for (const goal of [1_000, 3_000]) {
        const child = world.start('--from', world.url, '--data', back());
        while ((await eventsIn(back())) < goal) await delay(5);
        await child.kill();
        expect(await eventsIn(back())).to.be.within(goal, 5_000);
        for (const args of [['verify'], ['backup', '--out', join(world.parent, 'backup')]]) {
          const refused = await world.muster([...args, '--data', back()], false);
          expect(refused).to.include({ exitCode: 3 });
          expect(refused.stderr).to.match(/not all of it is here: stop every Muster there/);
        }
      }
      world.node.setFaults(() => []);
      expect((await world.run('--from', world.url, '--data', back())).exitCode).to.equal(0);
      expect(await readEverything(world.openFolder(back()))).to.deep.equal(
        await readEverything(world.openFolder()),
      );
    });

    it('says what came meanwhile, and takes it up the next time', async () => {
      await carry(400);
      const cluster = await world.openCluster();
      let appended = 0;
      // Slow reads, and a node that goes on writing.
      world.node.setFaults(({ method, number }) => {
        if (method === 'ReadAll' && number % 2 === 0 && appended < 3) {
          void cluster.append({
            stream: `late-${appended++}`,
            expectedRevision: 'NO_STREAM',
            events: chained(1),
          });
          return [{ at: 'before', does: { delayMs: 50 } }];
        }
        return [];
      });
      const behind = await world.run('--from', world.url, '--data', back());
      world.node.setFaults(() => []);
      expect(behind.exitCode).to.equal(1);
      const { status, meanwhile } = JSON.parse(behind.stdout);
      expect(status).to.equal('BEHIND');
      expect(meanwhile).to.be.within(1, 3);
      expect(behind.stderr).to.include(`${meanwhile} events came meanwhile`);
      expect(() => openDataFolder({ path: back(), mode: 'write' })).to.throw(/not all of it is here/);
      const { exitCode, stdout } = await world.run('--from', world.url, '--data', back());
      expect(exitCode).to.equal(0);
      expect(JSON.parse(stdout)).to.include({ carried: meanwhile, meanwhile: 0 });
      expect(await sequenceOf(world.openFolder(back()))).to.deep.equal(await sequenceOf(cluster));
    });

    it('refuses a cluster without a log, and leaves none there', async () => {
      const { stderr } = await failed('--from', world.url, '--data', back());
      expect(stderr).to.include('there is no log of Muster at');
      expect(world.node.log.records.some(({ stream }) => stream.startsWith('muster'))).to.equal(false);
    });

    it('refuses a folder with another log, or with more than the cluster', async () => {
      await carry();
      world.generate(10, back());
      expect((await failed('--from', world.url, '--data', back())).stderr).to.include('holds another log');
      await world.run('--reopen');
      await world.append('since', chained(1));
      expect((await failed('--from', world.url)).stderr).to.match(/and more: it is the one to serve/);
    });
  });

  describe('its command line', () => {
    for (const [what, args] of Object.entries({
      'neither --to nor --from': [],
      'both --to and --from': ['--to', 'esdb://a?tls=false', '--from', 'esdb://a?tls=false'],
      'an address that is none': ['--to', 'postgres://a'],
      'no address at all': ['--to'],
    }))
      it(`refuses ${what} with exit code 2`, async () => {
        expect(await failed(...args)).to.include({ exitCode: 2 });
      });

    it('takes the address from EVENT_STORE_URL, so that no password is in the list of processes', async () => {
      world.generate(30);
      const { exitCode } = await world.muster(['migrate-log', '--data', world.data, '--to'], true);
      expect(exitCode).to.equal(0);
      expect(world.recordsOfMuster()).to.be.greaterThan(29);
    });
  });
});

/** 0 where there is no log yet. */
async function eventsIn(data: string): Promise<number> {
  const path = join(data, 'log.sqlite');
  if (!existsSync(path)) return 0;
  try {
    const store = SqliteEventStore.openReader({ path });
    const head = await store.head();
    await store.close();
    return head;
  } catch (error) {
    if (error instanceof DatabaseFileError && error.code === 'MISSING') return 0;
    throw error;
  }
}

function largeEvents() {
  const events = chained(40);
  let previousHash = events.at(-1)?.hash ?? null;
  for (const size of [200_000, 300_000, 899_000, 400_000, 600_000]) {
    const event = eventOf(JSON.stringify({ filler: 'ü'.repeat(size / 2), previousHash }));
    previousHash = event.hash;
    events.push(event);
  }
  return events;
}

async function proofOf(store: EventStore) {
  const tree = new LogTree();
  for (const event of await readEverything(store)) tree.add(event);
  const { size, root, streams, headsRoot } = tree.checkpoint(tree.heads(), {
    logId: store.logId,
    signedAt: '2030-01-01T00:00:00.000Z',
  });
  expect(rootOf(tree.tree, size)).to.deep.equal(root);
  return { events: size, streams, root: root.toString('base64'), headsRoot: headsRoot.toString('base64') };
}
