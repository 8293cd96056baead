import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { startMusterChild } from '../../scripts/child/muster-child.js';
import { newTokenIssuer } from '../../scripts/child/token-issuer.js';
import { inTemporaryFolder } from '../cli/run-muster.js';
import { until } from '../support/until.js';

describe('a server that is told to stop', function () {
  this.timeout(60_000);
  const issuer = newTokenIssuer();

  async function serving(drainSeconds: number, use: (server: Stoppable) => Promise<void>): Promise<void> {
    await inTemporaryFolder(async (dataDir) => {
      let spawned: ChildProcess | null = null;
      const env = { ...issuer.env, MUSTER_DRAIN_SECONDS: String(drainSeconds) };
      const { url } = await startMusterChild({
        dataDir,
        env,
        onSpawn: (child) => {
          spawned = child;
        },
      });
      const child = spawned as ChildProcess | null;
      if (child === null) throw new Error('nothing was started');
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      try {
        await use({ url, signal: (name) => void child.kill(name), ended });
      } finally {
        child.kill('SIGKILL');
        await ended;
      }
    });
  }

  it('is not ready at once, serves on for the grace, and then ends by itself', () =>
    serving(2, async ({ url, signal, ended }) => {
      expect((await fetch(`${url}/readyz`)).status).to.equal(200);
      const signalledMs = performance.now();
      signal('SIGTERM');
      await until(async () => (await fetch(`${url}/readyz`)).status === 503);
      const { checks } = (await (await fetch(`${url}/readyz`)).json()) as { checks: Record<string, string> };
      expect(checks).to.include({ log: 'ok', serving: 'this process is shutting down' });
      expect((await fetch(`${url}/livez`)).status).to.equal(200);
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await issuer.tokenFor('somebody')}`,
        },
        body: '{"query": "{ viewer { user { id } } }"}',
      });
      expect(await answer.json()).to.deep.equal({ data: { viewer: { user: null } } });
      expect(answer.headers.get('connection')).to.equal('close');
      expect(performance.now() - signalledMs, 'all of that within the grace').to.be.lessThan(2_000);
      expect(await ended).to.equal(0);
      expect(performance.now() - signalledMs).to.be.within(2_000, 12_000);
    }));

  it('ends within 10 s, whoever holds a request back or does not close a socket', () =>
    serving(0, async ({ url, signal, ended }) => {
      const slow = connect(Number(new URL(url).port), '127.0.0.1');
      slow.on('error', () => {});
      slow.write(
        `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await issuer.tokenFor('somebody')}\r\n`,
      );
      slow.write('Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query": ');
      const silent = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        autoPong: false,
      });
      await new Promise((resolve) => silent.once('open', resolve));
      // A client that never answers a close frame.
      silent.pause();
      const signalledMs = performance.now();
      signal('SIGTERM');
      expect(await ended).to.equal(0);
      expect(performance.now() - signalledMs).to.be.lessThan(10_000);
      slow.destroy();
      silent.terminate();
    }));

  it('ends at once when it is told twice', () =>
    serving(300, async ({ url, signal, ended }) => {
      signal('SIGTERM');
      await until(async () => (await fetch(`${url}/readyz`)).status === 503);
      signal('SIGTERM');
      expect(await ended).to.equal(143);
    }));
});

interface Stoppable {
  readonly url: string;
  readonly signal: (name: 'SIGTERM' | 'SIGINT') => void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}
