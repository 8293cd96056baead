import type { AccountFacts } from '../../projections/queries/account-facts.js';
import { stableJson } from '../../src/domain/stable-json.js';

export interface Difference {
  /** Where the read model was asked: its present, or as of the position. */
  readonly compared: 'PRESENT' | 'AS_OF_POSITION' | 'AS_OF_TIME';
  /** Like `membership <user id>`. */
  readonly thing: string;
  /** Null: one of both does not have the thing at all. */
  readonly field: string | null;
  readonly replay: unknown;
  readonly readModel: unknown;
}

/** Everything in which the two are not equal, in the order of names. */
export function differencesOf(
  compared: Difference['compared'],
  { replay, readModel }: { readonly replay: AccountFacts; readonly readModel: AccountFacts },
): readonly Difference[] {
  const things = [...new Set([...replay.keys(), ...readModel.keys()])].sort();
  return things.flatMap((thing): readonly Difference[] => {
    const [mine, theirs] = [replay.get(thing), readModel.get(thing)];
    if (mine === undefined || theirs === undefined)
      return [{ compared, thing, field: null, replay: mine ?? null, readModel: theirs ?? null }];
    const fields = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].sort();
    return fields
      .filter((field) => stableJson(mine[field]) !== stableJson(theirs[field]))
      .map((field) => ({
        compared,
        thing,
        field,
        replay: mine[field] ?? null,
        readModel: theirs[field] ?? null,
      }));
  });
}
