/**
 * What goes wrong in a call, and where.
 *
 * `before`: nothing was written or sent. `after`: everything was written, nothing of the reply sent; for a read, its
 * last event was sent and its end not. `afterEvents`: that many events of a read or subscription were sent; `eachEvent`:
 * after every one of them.
 */
export interface Fault {
  readonly at: 'before' | 'after' | 'eachEvent' | { readonly afterEvents: number };
  readonly does: FaultAction | { readonly delayMs: number };
}

/**
 * - `drop`: the connection breaks, and with it every other call on it
 * - `hang`: nothing more ever comes
 * - `die`: the whole node is gone
 * - `end`: a read or subscription ends as if it were complete
 * - the rest: an error of the server by its name
 */
export type FaultAction =
  | 'drop'
  | 'hang'
  | 'die'
  | 'end'
  | 'not-leader'
  | 'not-ready'
  | 'too-busy'
  | 'timed-out'
  | 'cancelled'
  | 'deadline-exceeded'
  | 'unknown';

export type WireMethod =
  | 'Append'
  | 'BatchAppend'
  | 'ReadStream'
  | 'ReadAll'
  | 'SubscribeToStream'
  | 'SubscribeToAll'
  | 'Gossip'
  | 'ServerFeatures';

export interface WireCall {
  readonly method: WireMethod;
  /** From 1, among the calls of this method since the node was made. */
  readonly number: number;
  /** Missing where the call is about no single stream. */
  readonly stream?: string;
}

/** Decides for each call what goes wrong in it; all faults given apply, each at its place. */
export type FaultPlan = (call: WireCall) => readonly Fault[];

export const NO_FAULTS: FaultPlan = () => [];

/** A plan as data, for a node in another process. The faults of every rule that fits apply. */
export interface FaultRule {
  readonly method?: WireMethod;
  /** Prefix of the stream's name. */
  readonly stream?: string;
  /** Only calls with these numbers. */
  readonly numbers?: readonly number[];
  /** From 0 to 1; drawn anew for each call that fits otherwise. Default 1. */
  readonly probability?: number;
  /** The rule is used up after so many calls. */
  readonly times?: number;
  readonly faults: readonly Fault[];
}

/** The same rules with the same seed give the same faults for the same sequence of calls. */
export function planOf(rules: readonly FaultRule[], seed = 1): FaultPlan {
  const random = randomOf(seed);
  const used = rules.map(() => 0);
  return (call) =>
    rules.flatMap((rule, index) => {
      const fits = fitsCall(rule, call) && (used[index] ?? 0) < (rule.times ?? Number.POSITIVE_INFINITY);
      if (!fits || random() >= (rule.probability ?? 1)) return [];
      used[index] = (used[index] ?? 0) + 1;
      return rule.faults;
    });
}

function fitsCall(rule: FaultRule, call: WireCall): boolean {
  if (rule.method !== undefined && rule.method !== call.method) return false;
  if (rule.stream !== undefined && !call.stream?.startsWith(rule.stream)) return false;
  return rule.numbers === undefined || rule.numbers.includes(call.number);
}

/** Mulberry32: from 0 up to 1. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
