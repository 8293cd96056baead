import { readFileSync } from 'node:fs';

/** One row of the specification that an acceptance test proves; the list is `test/behaviours/ids.json`. */
export interface Behaviour {
  readonly id: string;
  /** The row in a few words. */
  readonly behaviour: string;
  /** n: from a neighbouring page of the same product; i: our reading where the source is silent. */
  readonly mark: 'n' | 'i' | 'none';
}

export function readBehaviours(path: string): readonly Behaviour[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Behaviour[];
}

/** Whether an id is meant by `SO` (a whole system) or by `D3-15` (itself). */
export function isMeantBy(term: string, id: string): boolean {
  return id === term || id.startsWith(`${term}-`);
}
