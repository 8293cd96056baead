import { Field, InputType } from 'type-graphql';
import { apiError, badInput } from './api-error.js';
import type { RequestContext } from './context.js';
import type { AsOf } from './reads.js';
import { DateTime, Position } from './scalars.js';

@InputType({
  description:
    'Asks for the past on two axes, each by a time or by a position. What was true then, by today’s knowledge: give `at`. What the system knew then: give `knownAt` too. The state right after an event, as it was known there: give its position as `knownAtPosition` alone. Stretches of time are half-open, in milliseconds: what began at the moment itself counts, what ended at it does not. What time alone brings about (an invitation expires, a session’s maximum is reached) counts. The caller’s rights are always today’s.',
})
export class AsOfInput {
  @Field(() => DateTime, {
    nullable: true,
    description: 'The moment asked about. Default: now. One that is still to come is answered as now.',
  })
  at?: number | null;

  @Field(() => Position, {
    nullable: true,
    description:
      'Instead of `at`: the moment at which the account’s last event up to this position happened, with everything of that millisecond; in lists over several accounts the last event of any.',
  })
  atPosition?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'What was recorded until then. Default: everything. Imports and corrections make the two differ.',
  })
  knownAt?: number | null;

  @Field(() => Position, {
    nullable: true,
    description:
      'Instead of `knownAt`: what was recorded up to this position, the event there included. One that the read model has not reached is PROJECTION_LAGGING.',
  })
  knownAtPosition?: number | null;
}

/** The end of time as the read model counts it is still to come: what holds there holds now. */
const NOW = 253_402_300_799_998;
/** Before the first event of an account: nothing holds there. */
const NEVER = { occurredAt: -1, recordedAt: -1 };

export interface AskedMoment {
  /** Null: of all accounts. */
  readonly accountId: string | null;
  readonly context: RequestContext;
  /** Name of the argument; default: asOf. */
  readonly argument?: string;
}

/** @throws BAD_USER_INPUT when no moment is given, or one axis twice; PROJECTION_LAGGING for a position to come */
export function asOfFrom(input: AsOfInput | null | undefined, asked: AskedMoment): AsOf | null {
  if (input === null || input === undefined) return null;
  const { at, atPosition, knownAt, knownAtPosition } = input;
  const { accountId, context, argument = 'asOf' } = asked;
  if (at == null && atPosition == null && knownAt == null && knownAtPosition == null)
    throw badInput(argument, `${argument} needs a moment: at, atPosition, knownAt or knownAtPosition`);
  if (at != null && atPosition != null)
    throw badInput(`${argument}.atPosition`, `${argument} takes at or atPosition, not both`);
  if (knownAt != null && knownAtPosition != null)
    throw badInput(`${argument}.knownAtPosition`, `${argument} takes knownAt or knownAtPosition, not both`);
  for (const position of [atPosition, knownAtPosition]) refuseToCome(position, context);
  const known = knownAtPosition == null ? { knownAt: knownAt ?? NOW } : knownAtOf(knownAtPosition, asked);
  const moment = atPosition == null ? (at ?? NOW) : occurredAtOf(atPosition, { accountId, context });
  return { at: moment, ...known, now: context.now() };
}

function refuseToCome(position: number | null | undefined, { readModel }: RequestContext): void {
  const { position: reached } = readModel;
  if (position != null && position > reached)
    throw apiError(
      'PROJECTION_LAGGING',
      `The read model is at ${reached}, not yet at ${position}: give it as minPosition and ask again.`,
    );
}

/** Of all accounts a position says it alone: their clocks need not agree. */
const knownAtOf = (position: number, { accountId, context }: AskedMoment) =>
  accountId === null
    ? knownInAllAccounts(position)
    : {
        knownAt: (context.reads.timesAtPosition(accountId, position) ?? NEVER).recordedAt,
        knownAtPosition: position,
      };

const knownInAllAccounts = (position: number) => ({
  knownAt: NOW,
  knownSince: 0,
  knownAtPosition: position,
});

const occurredAtOf = (position: number, { accountId, context }: AskedMoment): number =>
  accountId === null
    ? (context.reads.occurredAtPosition(position) ?? NEVER.occurredAt)
    : (context.reads.timesAtPosition(accountId, position) ?? NEVER).occurredAt;

/** The moment of one account, for what is of others too. */
export const inAllAccounts = (asOf: AsOf | null): AsOf | null =>
  asOf?.knownAtPosition === undefined ? asOf : { ...asOf, ...knownInAllAccounts(asOf.knownAtPosition) };

/** The same moment, whatever becomes known after a position. */
export function knownBy(
  asOf: AsOf,
  {
    accountId,
    context,
    position,
  }: { readonly accountId: string; readonly context: RequestContext; readonly position: number },
): AsOf {
  const { recordedAt } = context.reads.timesAtPosition(accountId, position) ?? NEVER;
  const isStable = asOf.knownAtPosition !== undefined || asOf.knownAt < recordedAt;
  return isStable ? asOf : { ...asOf, knownAt: recordedAt, knownAtPosition: position };
}
