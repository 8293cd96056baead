import { Extensions } from 'type-graphql';

/** Key of a field's extensions: most items its list can have, where no argument `first` says so. */
export const LIST_SIZE = 'listSize';

/** Says how long a list without `first` can be, so that what is nested in it is counted. */
export const atMost = (items: number) => Extensions({ [LIST_SIZE]: items });

/** Key of a field's extensions: what it costs to answer, counted in list items. */
export const COST = 'cost';

/** What is decided for the answer costs more than a row that is read. */
export interface Cost {
  readonly items: number;
  /** The argument each of whose values costs as much; so many where it is left out. */
  readonly per?: { readonly argument: string; readonly default: number };
  /** For a list as a whole; else for each of its items. */
  readonly once?: true;
  /** Only where a moment is asked for, here or in what it is nested in. */
  readonly onlyAsOf?: true;
}

/** Says that a field is dearer than what it lists. */
export const costs = (cost: Cost) => Extensions({ [COST]: cost });

/** Counting what was at a moment looks at everybody who has ever been there. */
export const COUNT_AS_OF: Cost = { items: 100, once: true, onlyAsOf: true };

/** Key of an input field's extensions: most items it takes, where that is not the usual limit. */
export const MAX_ITEMS = 'maxItems';

/** Lets an input list be longer than the usual limit; what is longer still is BAD_USER_INPUT. */
export const takesUpTo = (items: number) => Extensions({ [MAX_ITEMS]: items });
