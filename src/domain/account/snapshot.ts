import { Table } from '../table.js';
import { type AccountState, initialAccountState } from './state.js';

/** Changes whenever the meaning of a stored snapshot does; older snapshots are then passed over. */
export const SNAPSHOT_VERSION = 7;

const plainTables = [
  'account',
  'memberships',
  'groups',
  'groupIdByName',
  'applications',
  'applicationIdByName',
  'contacts',
  'notices',
  'commands',
  'imports',
  'webhooks',
] as const;

/** Tables of tables. */
const nestedTables = ['groupMembers', 'invitationsSent', 'deadlines'] as const;

/** The state as plain data, order kept. */
export const toSnapshot = (state: AccountState): unknown => ({
  ...Object.fromEntries(plainTables.map((name) => [name, [...state[name].entries()]])),
  ...Object.fromEntries(
    nestedTables.map((name) => [
      name,
      [...(state[name] as Table<Table<unknown>>).entries()].map(([key, rows]) => [key, [...rows.entries()]]),
    ]),
  ),
});

/** Takes back what `toSnapshot` of the same SNAPSHOT_VERSION gave. */
export const fromSnapshot = (snapshot: unknown): AccountState => {
  const stored = snapshot as Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
  const state = initialAccountState();
  for (const name of plainTables) fill(state[name] as Table<unknown>, stored[name] ?? []);
  for (const name of nestedTables) {
    const outer = state[name] as Table<Table<unknown>>;
    for (const [key, rows] of stored[name] ?? []) {
      const inner = new Table<unknown>(state.journal);
      fill(inner, rows as readonly (readonly [string, unknown])[]);
      outer.set(key, inner);
    }
  }
  return state;
};

const fill = (table: Table<unknown>, rows: readonly (readonly [string, unknown])[]): void => {
  for (const [key, row] of rows) table.set(key, row);
};
