import { Max, MaxLength, Min } from 'class-validator';
import { ArgsType, Field, Int } from 'type-graphql';
import type { PageRequest, Page as RowPage } from '../projections/queries/page.js';
import { badInput } from './api-error.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { MAX_CURSOR_CHARS, MAX_PAGE_SIZE, type Page } from './types/connection.js';

const DEFAULT_PAGE_SIZE = 50;

/** For a list that is read from its beginning or from its end. */
@ArgsType()
export class EitherWayArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many to give from the beginning, or after \`after\`; 1 to ${MAX_PAGE_SIZE}. Default: ${DEFAULT_PAGE_SIZE}, unless \`last\` is given.`,
  })
  @Min(1, { message: 'first must be at least 1' })
  @Max(MAX_PAGE_SIZE, { message: `first must be at most ${MAX_PAGE_SIZE}` })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Go on after this cursor: `pageInfo.endCursor` of the page before. Goes with `first`.',
  })
  @MaxLength(MAX_CURSOR_CHARS, { message: 'after is not a cursor of this list' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many to give from the end, or before \`before\`; 1 to ${MAX_PAGE_SIZE}. They still come in the list’s order.`,
  })
  @Min(1, { message: 'last must be at least 1' })
  @Max(MAX_PAGE_SIZE, { message: `last must be at most ${MAX_PAGE_SIZE}` })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Go back before this cursor: `pageInfo.startCursor` of the page after. Goes with `last`.',
  })
  @MaxLength(MAX_CURSOR_CHARS, { message: 'before is not a cursor of this list' })
  before?: string | null;
}

interface ListRequest<Row, Node> {
  /** Names the list inside its cursors. */
  readonly list: string;
  readonly args: EitherWayArgs;
  readonly rows: (page: PageRequest) => RowPage<Row>;
  readonly count: () => number | null | Promise<number>;
  /** What the list is ordered by: unique and unchanging. */
  readonly keyOf: (row: Row) => number;
  readonly nodeOf: (row: Row) => Node;
}

/**
 * A page from either end of a list in the order of row numbers.
 * @throws BAD_USER_INPUT when both ends are asked for at once
 */
export function pageEitherWay<Row, Node extends object>(request: ListRequest<Row, Node>): Page<Node> {
  const asked = requestOf(request);
  return shown(request, { asked, found: request.rows(asked) });
}

/** The same of a list that is read in several turns of the event loop. */
export async function pageEitherWayInTurns<Row, Node extends object>(
  request: Omit<ListRequest<Row, Node>, 'rows'> & {
    readonly rows: (page: PageRequest) => Promise<RowPage<Row>>;
  },
): Promise<Page<Node>> {
  const asked = requestOf(request);
  return shown(request, { asked, found: await request.rows(asked) });
}

function requestOf({ list, args }: Pick<ListRequest<never, never>, 'list' | 'args'>): PageRequest {
  const fromEnd = args.last != null || args.before != null;
  if (fromEnd && (args.first != null || args.after != null))
    throw badInput('last', 'give `first` with `after`, or `last` with `before`, not both');
  const argument = fromEnd ? 'before' : 'after';
  const cursor = decodeCursor(list, ['number'], { argument, cursor: args[argument] })?.[0] ?? null;
  const limit = (fromEnd ? args.last : args.first) ?? DEFAULT_PAGE_SIZE;
  return { limit, fromEnd, [argument]: cursor as number | null };
}

function shown<Row, Node extends object>(
  { list, count, keyOf, nodeOf }: Pick<ListRequest<Row, Node>, 'list' | 'count' | 'keyOf' | 'nodeOf'>,
  { asked, found }: { readonly asked: PageRequest; readonly found: RowPage<Row> },
): Page<Node> {
  const { fromEnd, after = null, before = null } = asked;
  const keys = new Map<Node, number>();
  const nodes = found.rows.map((row) => {
    const node = nodeOf(row);
    keys.set(node, keyOf(row));
    return node;
  });
  return {
    nodes,
    hasNextPage: fromEnd === true ? before !== null : found.hasMore,
    hasPreviousPage: fromEnd === true ? found.hasMore : after !== null,
    cursorOf: (node) => encodeCursor(list, [keys.get(node) ?? null]),
    count,
  };
}
