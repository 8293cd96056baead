import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  AccessDeniedError,
  DeadlineExceededError,
  type EventStoreDBClient,
  NO_STREAM,
  UnavailableError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { testCertificates } from '../../support/wire-server/certificates.js';
import { WireChild } from '../../support/wire-server/wire-child.js';
import { CREDENTIALS, failureOf, listOf, someEvents, WireFixture } from './wire-fixture.js';

describe('wire server in a process of its own', function () {
  this.timeout(60_000);
  const fixture = new WireFixture();
  const children: WireChild[] = [];
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-wire-'));
  });
  afterEach(async () => {
    await fixture.release();
    await Promise.all(children.splice(0).map((child) => child.kill()));
    rmSync(folder, { recursive: true });
  });

  async function started(child: Promise<WireChild>): Promise<WireChild> {
    const node = await child;
    children.push(node);
    return node;
  }

  const clientOf = (...nodes: readonly WireChild[]): EventStoreDBClient => {
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return fixture.clientAt(`esdb://${hosts}?tls=false&defaultDeadline=10000`);
  };
  const append = (client: EventStoreDBClient, stream: string) =>
    client.appendToStream(stream, someEvents(1), { expectedRevision: NO_STREAM, credentials: CREDENTIALS });

  it('tells its calls and bytes, and takes faults', async () => {
    const node = await started(WireChild.start());
    const client = clientOf(node);
    await append(client, 'a b');
    expect(await node.calls()).to.deep.equal({ Append: 1 });
    expect((await node.records('a b')).map(({ data }) => String(data))).to.deep.equal(['{"number":0}']);
    await node.setFaults({ rules: [{ method: 'Append', faults: [{ at: 'after', does: 'drop' }] }] });
    expect(await failureOf(append(client, 'lost reply'))).to.be.instanceOf(UnavailableError);
    expect(await node.records('lost reply')).to.have.length(1);
  });

  it('knows after kill -9 what it acknowledged, and nothing that was half written', async () => {
    const journal = join(folder, 'journal');
    const node = await started(WireChild.start(['--journal', journal]));
    await append(clientOf(node), 'a');
    await append(clientOf(node), 'b');
    const before = await node.records();
    await node.kill();
    appendFileSync(journal, '[{"stream":"torn","revision":"0"');
    const again = await started(node.restart());
    expect(again.port).to.equal(node.port);
    expect(await again.records()).to.deep.equal(before);
    await append(clientOf(again), 'c');
    await again.kill();
    const third = await started(again.restart());
    expect((await third.records()).slice(-3).map(({ stream }) => stream)).to.deep.equal(['a', 'b', 'c']);
  });

  it('speaks TLS to its users when told to', async () => {
    const { authority, node: certified } = testCertificates();
    const paths = ['ca', 'key', 'certificate'].map((name) => join(folder, name));
    const [ca = '', key = '', certificate = ''] = paths;
    writeFileSync(ca, authority);
    writeFileSync(key, certified.key);
    writeFileSync(certificate, certified.certificate);
    const users = JSON.stringify({ muster: { password: 'right' } });
    const node = await started(
      WireChild.start(['--tls-key', key, '--tls-certificate', certificate, '--users', users]),
    );
    const client = fixture.clientAt(node.connectionString([`tlsCAFile=${ca}`, 'defaultDeadline=10000']));
    const as = (password: string) => ({ credentials: { username: 'muster', password } });
    expect(await failureOf(client.appendToStream('a', someEvents(1), as('wrong')))).to.be.instanceOf(
      AccessDeniedError,
    );
    await client.appendToStream('a', someEvents(1), as('right'));
    expect(await node.records('a')).to.have.length(1);
  });

  describe('as a command', () => {
    it('runs until SIGTERM or SIGINT, also where a script has left it nothing to read', async () => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const child = spawn(process.execPath, commandLine, { stdio: ['ignore', 'pipe', 'inherit'] });
        const [line] = await once(createInterface({ input: child.stdout }), 'line');
        const { url, port } = JSON.parse(String(line));
        expect(url).to.equal(`esdb://127.0.0.1:${port}?tls=false`);
        await append(fixture.clientAt(url), 'a');
        const ended = once(child, 'exit');
        child.kill(signal);
        expect(await ended).to.deep.equal([0, null]);
      }
    });

    it('ends with its standard input when it is told to', async () => {
      const child = spawn(process.execPath, [...commandLine, '--ends-with-stdin'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const ended = once(child, 'exit');
      child.stdin.end();
      expect(await ended).to.deep.equal([0, null]);
    });

    it('says that its port is taken', async () => {
      const node = await started(WireChild.start());
      const child = spawn(process.execPath, [...commandLine, '--port', String(node.port)], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      expect(exitCode).to.equal(1);
      expect(said).to.match(/^wire-server: .*EADDRINUSE.*another program listens there/);
    });
  });

  it('dies by a fault as by kill -9', async () => {
    const node = await started(WireChild.start(['--journal', join(folder, 'journal')]));
    await node.setFaults({ rules: [{ method: 'Append', faults: [{ at: 'after', does: 'die' }] }] });
    expect(await failureOf(append(clientOf(node), 'a'))).to.be.instanceOf(UnavailableError);
    const again = await started(node.restart());
    expect(await again.records('a')).to.have.length(1);
  });

  it('answers nothing while it is paused, and goes on afterwards', async () => {
    const node = await started(WireChild.start());
    const client = fixture.clientAt(node.connectionString(['defaultDeadline=1000']));
    await append(client, 'a');
    node.pause();
    expect(await failureOf(append(client, 'b'))).to.be.instanceOf(DeadlineExceededError);
    node.resume();
    await append(client, 'c');
    expect(await node.records('c')).to.have.length(1);
  });

  it('is one of two nodes: when the leader is killed, the other leads and has everything', async () => {
    const shared = ['--journal', join(folder, 'journal'), '--election-port', String(await freePort())];
    const first = await started(WireChild.start(shared));
    const second = await started(WireChild.start(shared));
    const client = clientOf(first, second);
    await append(client, 'a');
    for (const node of [first, second]) {
      expect((await node.members()).map(({ state, isAlive }) => [state, isAlive])).to.deep.equal([
        ['LEADER', true],
        ['FOLLOWER', true],
      ]);
    }
    expect((await first.calls()).Append).to.equal(1);
    await first.kill();
    await failureOf(append(client, 'lost'));
    // What the dead leader told is known for a moment yet.
    const leads = async () =>
      (await second.members()).some(
        ({ state, endpoint }) => state === 'LEADER' && endpoint.port === second.port,
      );
    while (!(await leads())) await soon();
    await append(clientOf(second), 'b');
    expect((await second.records()).slice(-2).map(({ stream }) => stream)).to.deep.equal(['a', 'b']);
    const back = await started(first.restart());
    while ((await back.records('b')).length === 0) await soon();
    expect(await listOf(clientOf(back).readStream('b'))).to.have.length(1);
    expect((await back.members()).map(({ state }) => state)).to.deep.equal(['LEADER', 'FOLLOWER']);
  });
});

const commandLine = [
  '--import',
  'tsx/esm',
  fileURLToPath(new URL('../../support/wire-server/main.ts', import.meta.url)),
];

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}
