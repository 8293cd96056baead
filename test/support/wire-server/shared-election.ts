import { randomUUID } from 'node:crypto';
import type { Candidate, Election } from './cluster-node.js';
import type { Member } from './serving-node.js';

interface Seat extends Candidate {
  readonly instanceId: string;
  isAlive: boolean;
}

/** For nodes of one process: the first leads; after its end, and after the time that an election takes, the next. */
export class SharedElection {
  readonly #electionMs: number;
  #seats: Seat[] = [];
  #leader: Seat | undefined;
  #running: NodeJS.Timeout | undefined;

  constructor(electionMs: number) {
    this.#electionMs = electionMs;
  }

  /** The view of one node. */
  join(): Election {
    let own: Seat | undefined;
    return {
      stand: (candidate) => {
        own = { ...candidate, instanceId: randomUUID(), isAlive: true };
        this.#take(own);
      },
      leave: () => own && this.#left(own),
      members: () => this.#seats.map((seat) => this.#memberOf(seat)),
      isLeader: () => own !== undefined && own === this.#leader,
      leader: () => this.#leader?.endpoint,
      leaderLog: () => this.#leader?.log,
    };
  }

  #take(seat: Seat): void {
    this.#seats = [...this.#seats.filter(({ endpoint }) => endpoint.port !== seat.endpoint.port), seat];
    if (!this.#leader && !this.#running) this.#elect();
  }

  #left(seat: Seat): void {
    seat.isAlive = false;
    const wasLeader = seat === this.#leader;
    if (wasLeader) this.#leader = undefined;
    if (!this.#seats.some(({ isAlive }) => isAlive)) {
      clearTimeout(this.#running);
      this.#running = undefined;
    } else if (wasLeader) this.#running = setTimeout(() => this.#elect(), this.#electionMs);
  }

  #elect(): void {
    this.#running = undefined;
    const elected = this.#seats.find(({ isAlive }) => isAlive);
    elected?.lead();
    this.#leader = elected;
  }

  #memberOf(seat: Seat): Member {
    const { instanceId, endpoint, isAlive } = seat;
    const state = seat === this.#leader ? 'LEADER' : this.#leader ? 'FOLLOWER' : 'UNKNOWN';
    return { instanceId, endpoint, isAlive, state };
  }
}
