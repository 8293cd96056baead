import type { AccountWorld } from '../support/account-world.js';

export type Input = Readonly<Record<string, unknown>>;

/** How one mutation is asked for, and what it must do; the contract of every mutation is tested with it. */
export interface Sample {
  readonly mutation: string;
  /** Prepares the account and gives an input that must be applied. */
  readonly input: (world: AccountWorld) => Promise<Input> | Input;
  /** Types of the events written, in order. */
  readonly writes: readonly string[];
  /** What comes of asking again without a key: UNCHANGED, the code it is refused with, or APPLIED: once more. */
  readonly again: string;
  /** Another input that the same key must not be used for. */
  readonly other: Input;
  /** What a reviewer lacks; null when nothing is needed, or not even the account is told of. */
  readonly permission: string | null;
}
