import { Table } from '../table.js';
import type { GroupRole } from './events.js';
import { type AccountState, initialAccountState } from './state.js';

/** Changes whenever the meaning of a stored snapshot does; older snapshots are then passed over. */
export const SNAPSHOT_VERSION = 3;

const plainTables = [
  'account',
  'memberships',
  'groups',
  'groupIdByName',
  'applications',
  'applicationIdByName',
  'contacts',
  'commands',
  'imports',
] as const;

/** The state as plain data, order kept. */
export const toSnapshot = (state: AccountState): unknown => ({
  ...Object.fromEntries(plainTables.map((name) => [name, [...state[name].entries()]])),
  groupMembers: [...state.groupMembers.entries()].map(([groupId, members]) => [
    groupId,
    [...members.entries()],
  ]),
});

/** Takes back what `toSnapshot` of the same SNAPSHOT_VERSION gave. */
export const fromSnapshot = (snapshot: unknown): AccountState => {
  const stored = snapshot as Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
  const state = initialAccountState();
  for (const name of plainTables) {
    const table = state[name] as Table<unknown>;
    for (const [key, row] of stored[name] ?? []) table.set(key, row);
  }
  for (const [groupId, members] of stored.groupMembers ?? []) {
    const table = new Table<GroupRole>(state.journal);
    for (const [userId, role] of members as readonly (readonly [string, GroupRole])[])
      table.set(userId, role);
    state.groupMembers.set(groupId, table);
  }
  return state;
};
