import type { Fault, FaultAction, WireCall } from './faults.js';
import {
  cancelled,
  deadlineExceeded,
  type Endpoint,
  noLeaderInfo,
  notLeader,
  notReady,
  type RpcError,
  timedOut,
  tooBusy,
  unknown,
} from './rpc-errors.js';

/** Nobody answers this call any more: its connection or its node is gone, or it hangs for ever. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Thrown to end a read early, without an error. */
export class EndedEarly extends Error {
  override readonly name = 'EndedEarly';
}

export interface CallSurroundings {
  readonly faults: readonly Fault[];
  readonly leader: () => Endpoint | undefined;
  /** Aborted when the node is gone. */
  readonly nodeGone: AbortSignal;
  readonly dropConnection: () => void;
  readonly die: () => void;
}

/** Where a call has come to. */
export type Place = Exclude<Fault['at'], 'eachEvent'>;

/** One call on its way through a node, and what goes wrong in it. */
export class RunningCall {
  readonly call: WireCall;
  readonly #around: CallSurroundings;

  constructor(call: WireCall, around: CallSurroundings) {
    this.call = call;
    this.#around = around;
  }

  /** Passes a place where a fault may strike; on a node that is gone, nothing passes. */
  async passes(place: Place): Promise<void> {
    for (const fault of this.#around.faults) {
      if (isAt(fault, place)) await this.#strike(fault.does);
    }
    if (this.#around.nodeGone.aborted) throw new Abandoned();
  }

  async #strike(does: Fault['does']): Promise<void> {
    if (typeof does === 'object') return sleep(does.delayMs, this.#around.nodeGone);
    switch (does) {
      case 'hang':
        return new Promise(() => {});
      case 'drop':
        this.#around.dropConnection();
        throw new Abandoned();
      case 'die':
        this.#around.die();
        throw new Abandoned();
      case 'end':
        throw new EndedEarly();
      default:
        throw this.#errorOf(does);
    }
  }

  #errorOf(action: Exclude<FaultAction, 'hang' | 'drop' | 'die' | 'end'>): RpcError {
    const leader = this.#around.leader();
    switch (action) {
      case 'not-leader':
        return leader ? notLeader(leader) : noLeaderInfo();
      case 'not-ready':
        return notReady();
      case 'too-busy':
        return tooBusy();
      case 'timed-out':
        return timedOut();
      case 'cancelled':
        return cancelled();
      case 'deadline-exceeded':
        return deadlineExceeded();
      case 'unknown':
        return unknown();
    }
  }
}

function isAt({ at }: Fault, place: Place): boolean {
  if (typeof place === 'string') return at === place;
  if (typeof at === 'string') return at === 'eachEvent';
  return at.afterEvents === place.afterEvents;
}

function sleep(delayMs: number, nodeGone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      nodeGone.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, delayMs);
    nodeGone.addEventListener('abort', wake);
    if (nodeGone.aborted) wake();
  });
}
