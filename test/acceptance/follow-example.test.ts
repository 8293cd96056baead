import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { auditEntries } from '../support/audit-entries.js';
import { type LiveEntry, liveUrl } from '../support/live-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

/** In the repository, or Node would not find its packages. */
const FILE = `follow-${process.pid}.mjs`;
const WAIT_MS = 20_000;

describe('follow.mjs, as the README shows it', function () {
  this.timeout(60_000);
  let muster: TestMuster;
  let world: AccountWorld;
  let network: Network;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
    network = await Network.to(Number(new URL(muster.url).port));
    const readme = await readFile('README.md', 'utf8');
    const script = /cat > follow\.mjs <<'END'\n(?<script>.*?)\nEND\n/s.exec(readme)?.groups?.script ?? '';
    await writeFile(FILE, script.replace('ws://127.0.0.1:4000/graphql', liveUrl(network.url)));
  });
  after(async () => {
    await rm(FILE, { force: true });
    await network.close();
    await muster.close();
  });

  const follow = (...more: readonly string[]): Following =>
    new Following(world.olga.client.token, [world.accountId, ...more]);
  const linesOf = (entries: readonly LiveEntry[]) =>
    entries.map(({ position, type }) => `${position} ${type}`);

  it('gives everything once, though the network breaks and the server is away for a while', async () => {
    const following = follow();
    try {
      await following.lines((await auditEntries(world)).length);
      network.cut();
      applied(await world.olga.client.mutate('createGroup', { accountId: world.accountId, name: 'Cut' }));
      await following.lines((await auditEntries(world)).length);
      await network.refuse();
      applied(await world.olga.client.mutate('createGroup', { accountId: world.accountId, name: 'Away' }));
      await following.complains(2);
      await network.accept();
      const all = await auditEntries(world);
      expect(await following.lines(all.length)).to.deep.equal(linesOf(all));
    } finally {
      following.stop();
    }
  });

  it('ends with what the server says', async () => {
    const stranger = await muster.client({ subject: 'stranger' });
    const refused = new Following(stranger.token, [world.accountId]);
    expect(await refused.end()).to.match(/Error: .*audit\.read/);
    expect(await follow('999999999').end()).to.match(/Error: .*999999999/);
    expect(await new Following('nobody', [world.accountId]).end()).to.include('Error: 4401: ');
  });
});

/** The example as a process of its own. */
class Following {
  readonly #child: ChildProcess;
  #out = '';
  #err = '';

  constructor(token: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [FILE, ...args], { env: { ...process.env, TOKEN: token } });
    this.#child.stdout?.on('data', (text) => {
      this.#out += String(text);
    });
    this.#child.stderr?.on('data', (text) => {
      this.#err += String(text);
    });
  }

  /** What it has printed, once there are so many lines. */
  async lines(count: number): Promise<readonly string[]> {
    const printed = () => this.#out.split('\n').slice(0, -1);
    await this.#until(() => printed().length >= count);
    return printed();
  }

  complains(times: number): Promise<void> {
    const before = this.#err.length;
    return this.#until(() => this.#err.slice(before).split('trying again').length > times);
  }

  /** What it said when it gave up. */
  async end(): Promise<string> {
    await this.#until(() => this.#child.exitCode !== null);
    expect(this.#child.exitCode).to.equal(1);
    return this.#err;
  }

  stop(): void {
    this.#child.kill();
  }

  async #until(isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!isSo()) {
      if (performance.now() > deadline) {
        this.stop();
        throw new Error(`it printed ${this.#out} and ${this.#err}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Between client and server, and not to be relied on. */
class Network {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #ownPort = 0;

  static async to(port: number): Promise<Network> {
    const network = new Network(port);
    await network.accept();
    return network;
  }

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ownPort}`;
  }

  async accept(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.#port, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
    await new Promise<void>((resolve) => this.#server.listen(this.#ownPort, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.#ownPort = typeof address === 'object' && address !== null ? address.port : 0;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  close(): Promise<void> {
    return this.refuse();
  }
}
