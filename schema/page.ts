import type { Page as RowPage } from '../projections/queries/page.js';
import { decodeCursor, encodeCursor, type KeyShape } from './cursor.js';
import type { Page, PageArgs } from './types/connection.js';

interface ListRequest<Key, Row, Node> {
  /** Names the list inside its cursors. */
  readonly list: string;
  readonly args: Pick<PageArgs, 'first' | 'after'>;
  readonly rows: (page: { readonly after: Key | null; readonly limit: number }) => RowPage<Row>;
  /** Null where counting would have to read the whole history. */
  readonly count: () => number | null | Promise<number>;
  /** What the list is ordered by: unique and unchanging. */
  readonly keyOf: (row: Row) => Key;
  readonly nodeOf: (row: Row) => Node;
}

/** A page of a list in the order of row numbers (positions, for the audit log). */
export function pageByNumber<Row, Node extends object>(request: ListRequest<number, Row, Node>): Page<Node> {
  return pageBy(['number'], request);
}

/** A page of a list in the order of ids. */
export function pageById<Row, Node extends object>(request: ListRequest<string, Row, Node>): Page<Node> {
  return pageBy(['string'], request);
}

function pageBy<Key extends string | number, Row, Node extends object>(
  shape: KeyShape,
  { list, args, rows, count, keyOf, nodeOf }: ListRequest<Key, Row, Node>,
): Page<Node> {
  const after = (decodeCursor(list, shape, { argument: 'after', cursor: args.after })?.[0] ??
    null) as Key | null;
  const found = rows({ after, limit: args.first });
  const keys = new Map<Node, Key>();
  const nodes = found.rows.map((row) => {
    const node = nodeOf(row);
    keys.set(node, keyOf(row));
    return node;
  });
  return {
    nodes,
    hasNextPage: found.hasMore,
    hasPreviousPage: after !== null,
    cursorOf: (node) => encodeCursor(list, [keys.get(node) ?? null]),
    count,
  };
}
