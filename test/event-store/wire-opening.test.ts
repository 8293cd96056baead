import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'chai';
import { EventStoreDbError } from '../../src/event-store/eventstoredb/eventstoredb-error.js';
import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { testCertificates } from '../support/wire-server/certificates.js';
import { planOf } from '../support/wire-server/faults.js';
import { WireNode, type WireNodeOptions } from '../support/wire-server/wire-node.js';
import { chained, newStream, rejectionOf } from './sample-events.js';
import { hurriedPacing } from './temporary-wire-log.js';

const users = {
  admin: { password: 'changeit', groups: ['$admins'] },
  muster: { password: 'p@ss:w/rd' },
};
const PASSWORD = encodeURIComponent(users.muster.password);

describe('opening the EventStoreDB event store', () => {
  const stopping: (() => Promise<void>)[] = [];
  const start = async (options: WireNodeOptions = {}) => {
    const node = await WireNode.start(options);
    stopping.push(() => node.stop());
    return node;
  };
  const open = async (url: string, options: Partial<EventStoreDbOptions> = {}) => {
    const store = await EventStoreDbEventStore.open({
      url,
      pacing: hurriedPacing(),
      callTimeoutMs: 1_000,
      patienceMs: 200,
      ...options,
    });
    stopping.push(() => store.close());
    return store;
  };
  /** The error's message, after looking that it gives no password away. */
  const refusal = async (url: string, code: string, options: Partial<EventStoreDbOptions> = {}) => {
    const error = await rejectionOf(open(url, options));
    expect(error).to.be.instanceOf(EventStoreDbError);
    expect(error).to.include({ code });
    const { message } = error as Error;
    expect(message).to.not.contain(PASSWORD);
    if (code !== 'NO_ACCESS_TO_ALL') expect(message).to.not.match(/\n|Resolution note|:error:|openssl/);
    expect(message).to.not.contain(users.muster.password);
    return message;
  };
  afterEach(async () => {
    for (let stop = stopping.pop(); stop !== undefined; stop = stopping.pop()) await stop();
  });

  describe('the identity', () => {
    it('is one and the same for all that open the log, also at once', async () => {
      const { connectionString } = await started(start);
      const stores = await Promise.all(Array.from({ length: 6 }, () => open(connectionString)));
      expect(new Set(stores.map(({ logId }) => logId)).size).to.equal(1);
      expect(await stores[0]?.head()).to.equal(0);
    });

    it('can be given, to a new log only', async () => {
      const { connectionString } = await started(start);
      const logId = '3f1b2c5e-7a4e-4d4e-9e55-7c7a43a2a001';
      expect((await open(connectionString, { logId })).logId).to.equal(logId);
      expect((await open(connectionString)).logId).to.equal(logId);
      const other = '3f1b2c5e-7a4e-4d4e-9e55-7c7a43a2a002';
      expect(await refusal(connectionString, 'FOREIGN_LOG', { logId: other })).to.contain(logId);
    });

    it('is found when the reply to its writing was lost', async () => {
      const { node, connectionString } = await started(start);
      node.setFaults(planOf([{ method: 'Append', times: 1, faults: [{ at: 'after', does: 'drop' }] }]));
      const { logId } = await open(connectionString);
      expect((await open(connectionString)).logId).to.equal(logId);
    });
  });

  describe('is refused with a message that says what to do', () => {
    it('when nobody listens there', async () => {
      const node = await start();
      await node.stop();
      const message = await refusal(node.connectionString(), 'UNREACHABLE');
      expect(message).to.match(/no node of the event store answers.*127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    });

    it('when no node of a cluster listens, with what each of them said', async () => {
      const [one, two] = [await start(), await start()];
      await Promise.all([one.stop(), two.stop()]);
      const message = await refusal(
        `esdb://127.0.0.1:${one.port},127.0.0.1:${two.port}?tls=false&maxDiscoverAttempts=1`,
        'UNREACHABLE',
      );
      expect(message).to.contain(`:${one.port}: `).and.contain(`:${two.port}: `).and.contain('ECONNREFUSED');
    });

    it('when it does not answer', async () => {
      const node = await start({ faults: planOf([{ faults: [{ at: 'before', does: 'hang' }] }]) });
      const message = await refusal(node.connectionString(), 'UNREACHABLE', { callTimeoutMs: 100 });
      expect(message).to.contain('no answer to the first call within');
    });

    it('when it does not tell its version', async () => {
      const node = await start({ serverVersion: null });
      const message = await refusal(node.connectionString(), 'TOO_OLD');
      expect(message).to.contain('no event store at all: check the address').and.contain('22.10 or newer');
    });

    for (const [serverVersion, isTaken] of [
      ['21.10.0.0', false],
      ['22.6.0', false],
      ['22.10.0', true],
      ['23.6.0', true],
    ] as const)
      it(`when its version is older than 22.10: ${serverVersion} ${isTaken ? 'is not' : 'is'}`, async () => {
        const node = await start({ serverVersion });
        if (isTaken) return void (await open(node.connectionString()));
        expect(await refusal(node.connectionString(), 'TOO_OLD')).to.contain(`too old (${serverVersion})`);
      });

    it('when the password is wrong', async () => {
      const node = await secure();
      expect(await refusal(node.url(`muster:wrong`), 'UNAUTHORISED')).to.contain('user and password');
    });

    it('when the user may not read $all, with the command that grants it', async () => {
      const node = await secure();
      const message = await refusal(node.url(`muster:${PASSWORD}`), 'NO_ACCESS_TO_ALL');
      expect(message).to.contain('the user muster may not read $all');
      const command = /node -e '([^']+)'/.exec(message)?.[1] ?? '';
      expect(command).to.contain('setStreamMetadata("$all", { acl: { readRoles: ["$admins", "muster"] } })');
      // What the command does.
      const admin = EventStoreDBClient.connectionString(node.url('admin:changeit'));
      await admin.setStreamMetadata('$all', { acl: { readRoles: ['$admins', 'muster'] } });
      await admin.dispose();
      const before = node.calls().BatchAppend;
      const store = await open(node.url(`muster:${PASSWORD}`));
      await store.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(1) });
      expect(node.calls().BatchAppend).to.equal(before);
    });

    it('when the certificate is signed by nobody that is trusted', async () => {
      const node = await secure();
      const url = `esdb://muster:${PASSWORD}@127.0.0.1:${node.port}`;
      expect(await refusal(url, 'TLS_REFUSED')).to.contain('tlsCAFile');
    });

    it('when it speaks no TLS', async () => {
      const node = await start();
      const message = await refusal(`esdb://muster:${PASSWORD}@127.0.0.1:${node.port}`, 'TLS_REFUSED');
      expect(message).to.contain('tls=false').and.contain('SSL routines: wrong version number');
    });

    it('when the file of tlsCAFile is missing', async () => {
      const message = await refusal(`esdb://a:b@127.0.0.1:1?tlsCAFile=/nowhere/ca.crt`, 'BAD_URL');
      expect(message).to.contain('/nowhere/ca.crt');
    });
  });

  async function secure() {
    const { authority, node: certified } = testCertificates();
    const folder = mkdtempSync(join(tmpdir(), 'muster-ca-'));
    stopping.push(async () => rmSync(folder, { recursive: true, force: true }));
    const caFile = join(folder, 'ca.crt');
    writeFileSync(caFile, authority);
    const node = await start({ users, tls: certified });
    const url = (user: string) =>
      `esdb://${user}@127.0.0.1:${node.port}?tls=true&tlsCAFile=${encodeURIComponent(caFile)}`;
    return Object.assign(node, { url });
  }
});

async function started(start: () => Promise<WireNode>) {
  const node = await start();
  return { node, connectionString: node.connectionString() };
}
