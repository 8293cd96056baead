import type { Page, PageRequest } from '../projections/queries/page.js';

const CHUNK = 200;

type ReadPage<Row> = (page: PageRequest) => Page<Row>;

/** All rows of a list that is short by nature. */
export function* rowsOfAllPages<Row extends { readonly number: number }>(
  read: ReadPage<Row>,
): Generator<Row> {
  for (let after = 0; ; ) {
    const { rows, hasMore } = read({ after, limit: CHUNK });
    yield* rows;
    if (!hasMore) return;
    after = rows.at(-1)?.number ?? Number.MAX_SAFE_INTEGER;
  }
}

/** How long such a list is. */
export function countAllPages<Row extends { readonly number: number }>(read: ReadPage<Row>): number {
  let count = 0;
  for (const _ of rowsOfAllPages(read)) count += 1;
  return count;
}
