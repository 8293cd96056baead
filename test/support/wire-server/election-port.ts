import { randomUUID } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import type { Candidate, Election } from './cluster-node.js';
import type { Endpoint } from './rpc-errors.js';
import type { Member } from './serving-node.js';

const HOST = '127.0.0.1';
const POLL_MS = 50;
/** A node that was not heard of for so long is told as dead. */
const SILENCE_MS = 500;

/**
 * For nodes in processes of their own: whoever holds a port leads. The system frees the port when the process is
 * killed, and the next to ask gets it. Followers ask again and again, and so tell the leader that they live.
 *
 * A leader that is only stopped (SIGSTOP) keeps leading; a real cluster would depose it.
 */
export class ElectionPort implements Election {
  readonly #port: number;
  readonly #heard = new Map<number, { readonly member: Member; readonly atMs: number }>();
  #candidate: Candidate | undefined;
  #holding: Server | undefined;
  /** The cluster as the leader told it, this node included; empty where none leads. */
  #told: readonly Member[] = [];
  #next: NodeJS.Timeout | undefined;
  #hasLeft = false;
  readonly #instanceId = randomUUID();

  constructor(port: number) {
    this.#port = port;
  }

  stand(candidate: Candidate): void {
    this.#candidate = candidate;
    this.#ask();
  }

  leave(): void {
    this.#hasLeft = true;
    clearTimeout(this.#next);
    this.#holding?.close();
  }

  members(): readonly Member[] {
    if (!this.#holding) return this.#told.length > 0 ? this.#told : this.#own('UNKNOWN');
    const now = performance.now();
    const others = [...this.#heard.values()].map(({ member, atMs }) => ({
      ...member,
      isAlive: now - atMs < SILENCE_MS,
    }));
    return [...this.#own('LEADER'), ...others];
  }

  isLeader(): boolean {
    return this.#holding !== undefined;
  }

  leader(): Endpoint | undefined {
    return this.members().find(({ state }) => state === 'LEADER')?.endpoint;
  }

  /** The leader's log is in another process: clients are sent there. */
  leaderLog(): undefined {
    return undefined;
  }

  #own(state: Member['state']): readonly Member[] {
    const endpoint = this.#candidate?.endpoint;
    return endpoint ? [{ instanceId: this.#instanceId, endpoint, state, isAlive: true }] : [];
  }

  #ask(): void {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (line) => {
        for (const member of JSON.parse(String(line)) as readonly Member[]) {
          this.#heard.set(member.endpoint.port, { member, atMs: performance.now() });
        }
        socket.end(JSON.stringify(this.members()));
      });
    });
    server.once('error', () => this.#hearLeader());
    server.listen({ port: this.#port, host: HOST, exclusive: true }, () => {
      if (this.#hasLeft) return void server.close();
      this.#candidate?.lead();
      this.#holding = server;
    });
  }

  #hearLeader(): void {
    let said = '';
    const socket = connect(this.#port, HOST, () => socket.write(JSON.stringify(this.#own('FOLLOWER'))));
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#told = said === '' ? [] : (JSON.parse(said) as readonly Member[]);
      if (!this.#hasLeft) this.#next = setTimeout(() => this.#ask(), POLL_MS);
    });
  }
}
