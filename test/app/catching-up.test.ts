import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type RunningMuster, start } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { createLog } from '../../src/http/log.js';
import { type TemporaryWireLog, temporaryWireLog } from '../event-store/temporary-wire-log.js';
import { graphqlClient } from '../support/graphql-client.js';
import { TestIssuer } from '../support/test-issuer.js';
import { planOf } from '../support/wire-server/faults.js';

describe('a node that is still catching up with its log', function () {
  this.timeout(60_000);
  let dir: string;
  let log: TemporaryWireLog;
  let muster: Promise<RunningMuster> | null;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'muster-catching-up-'));
    log = await temporaryWireLog();
    muster = null;
  });
  afterEach(async () => {
    log.node.setFaults(() => []);
    await (await muster)?.close();
    await log.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is alive, not ready, and tells whoever asks to come again; then it serves', async () => {
    const issuer = new TestIssuer();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const client = graphqlClient(url, await issuer.token({ sub: 'ann' }));
    // There, but as slow as a log can be that has very much in it.
    log.node.setFaults(planOf([{ method: 'ReadAll', faults: [{ at: 'before', does: 'hang' }] }]));
    muster = start({
      dataDir: join(dir, 'data'),
      log: createLog('silent'),
      config: readConfig({
        MUSTER_HOST: '127.0.0.1',
        MUSTER_PORT: String(port),
        MUSTER_ISSUER: issuer.issuer,
        MUSTER_AUDIENCE: issuer.audience,
        MUSTER_PUBLIC_KEY: issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        EVENT_STORE_URL: log.node.connectionString(),
        MUSTER_KEY_VAULT_URL: pathToFileURL(join(dir, 'vault.sqlite')).href,
      }),
    });
    await Promise.race([muster, answered(`${url}/livez`)]);
    expect((await fetch(`${url}/livez`)).status).to.equal(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).to.equal(503);
    expect(ready.headers.get('retry-after')).to.equal('1');
    expect(await ready.text()).to.include('catches up with the log');
    const refused = await client.send('{ viewer { subject } }');
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('retry-after')).to.equal('1');
    expect(refused.errors?.[0]?.extensions).to.include({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 });
    expect(await upgradeStatus(`ws://127.0.0.1:${port}/graphql`)).to.equal(503);
    log.node.setFaults(() => []);
    const { readModel } = await muster;
    expect(readModel.failure).to.equal(null);
    expect((await client.send('{ viewer { subject } }')).status).to.equal(200);
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
  });

  it('ends with what is wrong, and lets go of the port', async () => {
    const port = await freePort();
    const issuer = new TestIssuer();
    const failure = await start({
      dataDir: join(dir, 'data'),
      log: createLog('silent'),
      config: {
        ...readConfig({
          MUSTER_HOST: '127.0.0.1',
          MUSTER_PORT: String(port),
          MUSTER_ISSUER: issuer.issuer,
          MUSTER_AUDIENCE: issuer.audience,
          MUSTER_PUBLIC_KEY: issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        }),
        keyVaultUrl: 'nowhere:',
      },
    }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Error);
    expect(await fetch(`http://127.0.0.1:${port}/livez`).catch(() => null)).to.equal(null);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function answered(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return;
    await pause(20);
  }
}

const upgradeStatus = (url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode));
    socket.once('open', () => reject(new Error('it was opened')));
    socket.once('error', reject);
  });
