import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { startMusterChild } from '../../scripts/child/muster-child.js';
import { newTokenIssuer } from '../../scripts/child/token-issuer.js';
import { EventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { inTemporaryFolder, runMusterWith } from '../cli/run-muster.js';
import { until } from '../support/until.js';
import { WireChild } from '../support/wire-server/wire-child.js';
import { rejectionOf } from './sample-events.js';

/** Listens, takes connections, and never says a word. */
async function silentListener() {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).resume());
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

describe('an event store that takes connections and is silent', function () {
  this.timeout(120_000);

  it('ends every command with a message, with TLS and without', async () => {
    await using silent = await silentListener();
    const vault = { MUSTER_KEY_VAULT_URL: 'file:///nowhere/vault.sqlite' };
    const urls = [
      `esdb://127.0.0.1:${silent.port}?tls=false`,
      `esdb://muster:secret@127.0.0.1:${silent.port}`,
    ];
    await inTemporaryFolder(async (folder) => {
      const runs = urls.map((url) =>
        runMusterWith({ EVENT_STORE_URL: url, ...vault }, 'verify', '--data', folder),
      );
      for (const { exitCode, stderr } of await Promise.all(runs)) {
        expect(stderr).to.contain('no answer to the first call within 5000 ms');
        expect(exitCode).to.equal(3);
      }
    });
  });

  it('leaves nothing waiting for it when it cannot be opened', async () => {
    await using silent = await silentListener();
    const url = `esdb://127.0.0.1:${silent.port}?tls=false`;
    const timersBefore = timers();
    await rejectionOf(EventStoreDbEventStore.open({ url, callTimeoutMs: 100, patienceMs: 0 }));
    await until(() => timers() <= timersBefore);
  });

  describe('when it has fallen silent', () => {
    it('lets a store that reads and follows be closed', async () => {
      const server = await WireChild.start();
      try {
        const store = await EventStoreDbEventStore.open({ url: server.connectionString() });
        store.subscribe({ afterPosition: 0, onEvents: async () => undefined });
        await store.head();
        server.pause();
        const read = rejectionOf(store.readAll({ afterPosition: 0, maxCount: 1 }));
        const before = performance.now();
        await store.close();
        expect(performance.now() - before).to.be.lessThan(3_000);
        expect(await read).to.be.instanceOf(Error);
      } finally {
        await server.kill();
      }
    });

    it('lets a node that serves be stopped', async () => {
      const server = await WireChild.start();
      try {
        await inTemporaryFolder(async (dataDir) => {
          const env = {
            ...newTokenIssuer().env,
            EVENT_STORE_URL: server.connectionString(),
            MUSTER_KEY_VAULT_URL: `file://${dataDir}/shared-vault.sqlite`,
          };
          const node = await startMusterChild({ dataDir, env });
          server.pause();
          const before = performance.now();
          await node.end('SIGTERM');
          expect(performance.now() - before).to.be.lessThan(10_000);
        });
      } finally {
        await server.kill();
      }
    });
  });
});

const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
