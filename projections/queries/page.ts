/** Most rows of one page. */
export const MAX_PAGE = 200;

/** A stretch of a list in the order of its row numbers, which never change. */
export interface PageRequest {
  /** At most MAX_PAGE. */
  readonly limit: number;
  /** Row number (position in the audit log) of the row before the page, exclusive. */
  readonly after?: number | null;
  /** Row number of the row after the page, exclusive. */
  readonly before?: number | null;
  /** The last rows of the stretch instead of the first; they still come in rising order. */
  readonly fromEnd?: boolean;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** There are more in the direction the page was cut. */
  readonly hasMore: boolean;
}

/** The bounds every page query takes; one row more than wanted shows whether there are more. */
export interface PageBounds {
  readonly after: number;
  readonly before: number;
  readonly rows: number;
}

export function boundsOf({ limit, after, before }: PageRequest): PageBounds {
  if (!Number.isSafeInteger(limit) || limit < 0 || limit > MAX_PAGE)
    throw new RangeError(`a page has 0 to ${MAX_PAGE} rows, not ${limit}`);
  return { after: after ?? 0, before: before ?? Number.MAX_SAFE_INTEGER, rows: limit + 1 };
}

export function orderOf({ fromEnd }: PageRequest): 'ASC' | 'DESC' {
  return fromEnd === true ? 'DESC' : 'ASC';
}

export function pageOf<Row>(found: readonly Row[], { limit, fromEnd }: PageRequest): Page<Row> {
  const rows = found.slice(0, limit);
  return { rows: fromEnd === true ? rows.reverse() : rows, hasMore: found.length > limit };
}
