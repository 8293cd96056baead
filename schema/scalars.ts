import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Inside Muster a time is a number, ms since the epoch; stored events write it as ISO 8601. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'A moment, ISO 8601. Answers are always UTC with milliseconds, like `2024-02-29T12:00:00.000Z`; questions may carry another offset. From 1970 to the end of 9999, in UTC.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => {
    if (typeof value === 'number') return new Date(value).toISOString();
    if (typeof value === 'string' && DATE_TIME.test(value)) return new Date(value).toISOString();
    throw new GraphQLError('a moment is missing its value');
  },
  parseValue: (value) => parseDateTime(value),
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : null, node),
});

/** @param node where it stands, for a literal: the error says it */
function parseDateTime(value: unknown, node?: ValueNode): number {
  const ms = typeof value === 'string' && DATE_TIME.test(value) ? Date.parse(value) : Number.NaN;
  // `2023-02-30` parses, as the second of March.
  if (Number.isNaN(ms) || !isRealDay(value as string))
    throw new GraphQLError('a DateTime is ISO 8601 with an offset, like 2024-02-29T12:00:00.000Z', at(node));
  // An offset can carry a year of four digits beyond them.
  if (ms < 0 || ms > LAST_MOMENT)
    throw new GraphQLError('a DateTime lies in the years 1970 to 9999, in UTC', at(node));
  return ms;
}

function isRealDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Positions are safe integers inside; in JSON they travel as text, so that no client rounds them. */
export const Position = new GraphQLScalarType<number, string>({
  name: 'Position',
  description:
    'A place in the log, decimal digits in a string. Later events have greater positions, with gaps. Give the `position` of a mutation as `minPosition` of a query to read your own write, on any node.',
  serialize: (value) => String(value),
  parseValue: (value) => parsePosition(value),
  parseLiteral: (node) =>
    parsePosition(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : null, node),
});

function parsePosition(value: unknown, node?: ValueNode): number {
  const text = typeof value === 'number' ? String(value) : value;
  const position = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(position))
    throw new GraphQLError('a Position is decimal digits, as Muster gave it', at(node));
  return position;
}

const at = (node: ValueNode | undefined) => (node === undefined ? {} : { nodes: node });

export const Json = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value; only in answers.',
  serialize: (value) => value,
  parseValue: () => {
    throw new GraphQLError('JSON is no input type');
  },
});
