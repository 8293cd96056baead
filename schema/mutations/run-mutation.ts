import type { CommandRequest } from '../../src/application/account-commands.js';
import type { Outcome } from '../../src/application/outcome.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { DomainEvent } from '../../src/domain/event.js';
import type { RequestContext } from '../context.js';
import type { MutationPayload } from '../types/mutation-payload.js';
import { inInput, userErrorFrom } from '../types/user-error.js';
import { WrittenEvent } from '../types/written-event.js';
import type { AccountMutationInput, MutationInput } from './mutation-input.js';

/** How long a mutation waits for its own effect to be readable, in milliseconds. */
export const READABLE_WAIT_MS = 2_000;

export interface MutationRun<P extends MutationPayload, E extends DomainEvent = AccountEvent> {
  readonly context: RequestContext;
  readonly input: MutationInput;
  readonly payload: new () => P;
  /** Asks the application; everything a caller can send beside the mutation's own fields is in `options`. */
  readonly act: (options: CommandOptions) => Promise<Outcome<E>>;
  /** Puts the thing changed into the payload, as the caller may see it now. */
  readonly read?: (payload: P, outcome: Exclude<Outcome<E>, { outcome: 'REJECTED' }>) => void;
  /** Said when it was done: "Ann Lee has been removed." */
  readonly done: (payload: P) => string;
  /** Said when there was nothing to do. Default: that it was so already. */
  readonly unchanged?: (payload: P) => string;
}

export type CommandOptions = Pick<
  CommandRequest,
  'actor' | 'idempotencyKey' | 'dryRun' | 'reason' | 'correlationId' | 'fingerprintOf'
>;

/** The one way of every mutation: decide and append, wait until it can be read, answer with what it looks like now. */
export async function runMutation<P extends MutationPayload, E extends DomainEvent = AccountEvent>(
  run: MutationRun<P, E>,
): Promise<P> {
  const { context, input } = run;
  const outcome = await run.act(optionsFrom(input, context));
  const payload = new run.payload();
  payload.outcome = outcome.outcome;
  if (outcome.outcome === 'REJECTED') {
    payload.saying(() => outcome.rejection.message);
    payload.userErrors = [userErrorFrom(outcome.rejection, inInput)];
    return payload;
  }
  if (outcome.outcome !== 'UNCHANGED')
    payload.events = outcome.events.map((event) => new WrittenEvent(event));
  if (outcome.outcome === 'APPLIED') payload.replayed = outcome.replayed;
  if (outcome.outcome !== 'WOULD_APPLY') {
    payload.position = outcome.position;
    payload.readable = await becomesReadable(context, outcome.position);
  }
  context.rights.forget();
  context.reads.forget();
  payload.readingLater(() => readAfterwards(run, payload, outcome));
  payload.saying(() => messageOf(run, payload, outcome));
  return payload;
}

/** A mutation that is commands on one account, decided together. */
export function runOnAccount<P extends MutationPayload>(
  run: Omit<MutationRun<P>, 'act'> & {
    readonly input: AccountMutationInput;
    readonly command: AccountCommand;
  },
): Promise<P> {
  const { accountId } = run.input;
  return runMutation({
    ...run,
    act: (options) =>
      run.context.application.accounts.execute({ accountId, commands: [run.command], ...options }),
  });
}

export function optionsFrom(input: MutationInput, context: RequestContext): CommandOptions {
  const { idempotencyKey, dryRun, reason, ...own } = input;
  return {
    actor: { kind: 'USER', userId: context.actorId },
    idempotencyKey: idempotencyKey ?? null,
    dryRun: dryRun ?? false,
    reason: reason == null ? null : { code: reason.code, ticket: reason.ticket ?? null },
    correlationId: context.requestId,
    fingerprintOf: own,
  };
}

/** Never an error: what is committed is committed, readable or not. */
export async function becomesReadable(
  { readModel, log }: RequestContext,
  position: number,
): Promise<boolean> {
  try {
    return await readModel.waitFor(position, READABLE_WAIT_MS);
  } catch (error) {
    log.error({ err: error }, 'waiting for the read model failed');
    return false;
  }
}

/** Never an error: what cannot be read is null, and what is committed is committed. */
function readAfterwards<P extends MutationPayload, E extends DomainEvent>(
  { read, context }: MutationRun<P, E>,
  payload: P,
  outcome: Exclude<Outcome<E>, { outcome: 'REJECTED' }>,
): void {
  try {
    read?.(payload, outcome);
  } catch (error) {
    context.log.error({ err: error }, 'reading after a commit failed');
  }
}

function messageOf<P extends MutationPayload, E extends DomainEvent>(
  run: MutationRun<P, E>,
  payload: P,
  outcome: Outcome<E>,
): string {
  switch (outcome.outcome) {
    case 'APPLIED':
      return run.done(payload);
    case 'UNCHANGED':
      return run.unchanged?.(payload) ?? 'It was so already; nothing was changed.';
    case 'WOULD_APPLY':
      return 'This would be done; nothing was changed.';
    case 'REJECTED':
      return outcome.rejection.message;
  }
}
