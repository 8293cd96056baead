import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { ArgsType, Extensions, Field } from 'type-graphql';
import { DAY_MS, type DayRange } from './analytics-reads.js';
import { badInput } from './api-error.js';
import { LIST_SIZE } from './list-size.js';

/** Ten years and a few days. */
export const MAX_RANGE_DAYS = 3_660;

/** Inside Muster a day is a number, days since 1970. */
export const Day = new GraphQLScalarType<number, string>({
  name: 'Day',
  description: 'A day from midnight to midnight UTC, like `2024-02-29`.',
  serialize: (value) => new Date(Number(value) * DAY_MS).toISOString().slice(0, 10),
  parseValue: parseDay,
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : null),
});

function parseDay(value: unknown): number {
  const day = typeof value === 'string' ? dayOf(value) : null;
  if (day === null) throw new GraphQLError('a Day is a date like 2024-02-29');
  return day;
}

function dayOf(text: string): number | null {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // `2023-02-30` parses, as the second of March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) return null;
  return ms / DAY_MS;
}

/** A list with one item for each day from `from` to `to`: so many count against the limit of a request. */
export const oneADay = () => Extensions({ [LIST_SIZE]: 'DAYS' });

/** How many items such a list has at most, by the values of its arguments as they were sent. */
export function daysAsked(from: unknown, to: unknown): number {
  const [first, end] = [from, to].map((day) => (typeof day === 'string' ? dayOf(day) : null));
  return first == null || end == null ? MAX_RANGE_DAYS : Math.max(1, end - first);
}

@ArgsType()
export class DayRangeArgs {
  @Field(() => Day, { description: 'The first day.' })
  from!: number;

  @Field(() => Day, {
    description: `The day after the last; at most ${MAX_RANGE_DAYS} days after \`from\`, and at most tomorrow. Today counts as far as it has gone.`,
  })
  to!: number;
}

/** @throws BAD_USER_INPUT for a range that is empty, too long or still to come */
export function dayRange({ from, to }: DayRangeArgs, nowMs: number): DayRange {
  if (from >= to) throw badInput('to', 'to must be a later day than from: it is the day after the last');
  if (to - from > MAX_RANGE_DAYS) throw badInput('to', `ask for at most ${MAX_RANGE_DAYS} days at once`);
  const tomorrow = Math.floor(nowMs / DAY_MS) + 1;
  if (to > tomorrow)
    throw badInput(
      'to',
      `to is at most tomorrow (UTC), ${new Date(tomorrow * DAY_MS).toISOString().slice(0, 10)}`,
    );
  return { from, to };
}
