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
  readonly #heard = new Map<string, { readonly member: Member; readonly atMs: number }>();
  #candidate: Candidate | undefined;
  #holding: Server | undefined;
  #leader: Member | undefined;
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
    const own = this.#own();
    if (!own) return [];
    if (!this.#holding) return this.#leader ? [this.#leader, own] : [own];
    const now = performance.now();
    return [
      own,
      ...[...this.#heard.values()].map(({ member, atMs }) => ({
        ...member,
        isAlive: now - atMs < SILENCE_MS,
      })),
    ];
  }

  isLeader(): boolean {
    return this.#holding !== undefined;
  }

  leader(): Endpoint | undefined {
    return this.#holding ? this.#candidate?.endpoint : this.#leader?.endpoint;
  }

  /** The leader's log is in another process: clients are sent there. */
  leaderLog(): undefined {
    return undefined;
  }

  #own(): Member | undefined {
    const state = this.#holding ? 'LEADER' : this.#leader ? 'FOLLOWER' : 'UNKNOWN';
    return (
      this.#candidate && {
        instanceId: this.#instanceId,
        endpoint: this.#candidate.endpoint,
        state,
        isAlive: true,
      }
    );
  }

  #ask(): void {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (line) => {
        const member = JSON.parse(String(line)) as Member;
        this.#heard.set(member.instanceId, {
          member: { ...member, state: 'FOLLOWER' },
          atMs: performance.now(),
        });
        socket.end(JSON.stringify(this.#own()));
      });
    });
    server.once('error', () => this.#hearLeader());
    server.listen({ port: this.#port, host: HOST, exclusive: true }, () => {
      if (this.#hasLeft) return void server.close();
      this.#candidate?.lead();
      this.#holding = server;
      this.#leader = undefined;
    });
  }

  #hearLeader(): void {
    let said = '';
    const socket = connect(this.#port, HOST, () => socket.write(JSON.stringify(this.#own())));
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#leader = said === '' ? undefined : (JSON.parse(said) as Member);
      if (!this.#hasLeft) this.#next = setTimeout(() => this.#ask(), POLL_MS);
    });
  }
}
