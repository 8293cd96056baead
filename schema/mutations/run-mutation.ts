import type { CommandRequest } from '../../src/application/account-commands.js';
import { CommandTooLarge, Overloaded } from '../../src/application/account-errors.js';
import type { Outcome } from '../../src/application/outcome.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { DomainEvent } from '../../src/domain/event.js';
import { apiError } from '../api-error.js';
import type { RequestContext } from '../context.js';
import type { MutationPayload } from '../types/mutation-payload.js';
import { userErrorFrom } from '../types/user-error.js';
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
  const outcome = await run.act(optionsFrom(input, context)).catch((error: unknown) => {
    throw outageFrom(error, context);
  });
  const payload = new run.payload();
  payload.outcome = outcome.outcome;
  if (outcome.outcome === 'REJECTED') {
    payload.saying(() => outcome.rejection.message);
    payload.userErrors = [userErrorFrom(outcome.rejection)];
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
    fingerprintOf: { ...own, reason: reason ?? null },
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
      return 'It was so already; nothing was changed.';
    case 'WOULD_APPLY':
      return 'This would be done; nothing was changed.';
    case 'REJECTED':
      return outcome.rejection.message;
  }
}

/** By name, so that no store needs to be known here. */
export function outageFrom(error: unknown, { log }: RequestContext): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'OutcomeUnknown' || error.name === 'StoreUnavailable')
    log.error({ err: error }, 'the log took no write');
  if (error.name === 'OutcomeUnknown')
    return apiError(
      'OUTCOME_UNKNOWN',
      'It may or may not have been done. Repeat the same input with the same idempotency key to find out safely.',
    );
  if (error.name === 'StoreUnavailable')
    return apiError(
      'SERVICE_UNAVAILABLE',
      'The log takes no writes now; nothing was done. Try again later; /readyz tells operators why.',
      { status: 503, retryAfterSeconds: 5 },
    );
  if (error.name === 'ReadModelBehind')
    return apiError('SERVICE_UNAVAILABLE', error.message, { status: 503, retryAfterSeconds: 1 });
  if (error.name === 'UnknownEventType' || error.name === 'LogDamaged')
    return apiError('SERVICE_UNAVAILABLE', `Nothing was done: ${error.message}`, { status: 503 });
  if (error instanceof CommandTooLarge)
    return apiError(
      'BAD_USER_INPUT',
      'This would write more than one append can hold; nothing was done. Do it in parts: hand contact duties over with reassignContacts first.',
    );
  if (error instanceof Overloaded)
    return apiError('OVERLOADED', `${error.message} Nothing was done.`, {
      status: 503,
      retryAfterSeconds: 1,
    });
  return error;
}
