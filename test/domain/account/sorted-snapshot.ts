import { toSnapshot } from '../../../src/domain/account/snapshot.js';
import type { AccountState } from '../../../src/domain/account/state.js';

/** The whole state for comparing: taking back may change the order of rows, which nothing rests on, but no row. */
export const sortedSnapshot = (state: AccountState): unknown =>
  JSON.parse(JSON.stringify(toSnapshot(state)), (_, value) =>
    Array.isArray(value)
      ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value,
  );
