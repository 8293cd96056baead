import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import { type GroupMemberRow, groupMemberKey } from './member-rows.js';
import type { RowCache } from './row-cache.js';

/** Who is in which group at present, found from either side: ended groups and memberships take these with them. */
export interface GroupPresence {
  membersOfGroup(groupId: string): readonly GroupMemberRow[];
  groupsOfUser(accountId: string, userId: string): readonly GroupMemberRow[];
  entered(row: GroupMemberRow): void;
  left(row: GroupMemberRow): void;
}

export function groupPresence(
  db: Database.Database,
  mode: WriteMode,
  rows: RowCache<GroupMemberRow>,
): GroupPresence {
  return mode === 'BULK' ? new PresenceInMemory() : new PresenceInFile(db, rows);
}

class PresenceInMemory implements GroupPresence {
  readonly #byGroup = new Map<string, Set<GroupMemberRow>>();
  readonly #byUser = new Map<string, Set<GroupMemberRow>>();

  membersOfGroup(groupId: string): readonly GroupMemberRow[] {
    return inOrder(this.#byGroup.get(groupId) ?? []);
  }

  groupsOfUser(accountId: string, userId: string): readonly GroupMemberRow[] {
    return inOrder(this.#byUser.get(`${accountId} ${userId}`) ?? []);
  }

  entered(row: GroupMemberRow): void {
    setOf(this.#byGroup, row.groupId).add(row);
    setOf(this.#byUser, `${row.accountId} ${row.userId}`).add(row);
  }

  left(row: GroupMemberRow): void {
    this.#byGroup.get(row.groupId)?.delete(row);
    this.#byUser.get(`${row.accountId} ${row.userId}`)?.delete(row);
  }
}

/** Asks the file for what is committed, and the rows changed since for the rest. */
class PresenceInFile implements GroupPresence {
  readonly #rows: RowCache<GroupMemberRow>;
  readonly #byGroup: Database.Statement<[string], Key>;
  readonly #byUser: Database.Statement<[string, string], Key>;

  constructor(db: Database.Database, rows: RowCache<GroupMemberRow>) {
    this.#rows = rows;
    const select = 'SELECT group_id AS groupId, user_id AS userId FROM group_members WHERE';
    this.#byGroup = db.prepare(`${select} group_id = ? AND ended_at IS NULL`);
    this.#byUser = db.prepare(`${select} user_id = ? AND account_id = ? AND ended_at IS NULL`);
  }

  membersOfGroup(groupId: string): readonly GroupMemberRow[] {
    return this.#present(this.#byGroup.all(groupId), (row) => row.groupId === groupId);
  }

  groupsOfUser(accountId: string, userId: string): readonly GroupMemberRow[] {
    const isTheirs = (row: GroupMemberRow) => row.userId === userId && row.accountId === accountId;
    return this.#present(this.#byUser.all(userId, accountId), isTheirs);
  }

  entered(): void {}
  left(): void {}

  #present(stored: readonly Key[], isAsked: (row: GroupMemberRow) => boolean): readonly GroupMemberRow[] {
    const found = new Set(this.#rows.dirtyRows().filter(isAsked));
    for (const { groupId, userId } of stored) {
      const row = this.#rows.find(groupMemberKey(groupId, userId));
      if (row !== null) found.add(row);
    }
    return inOrder([...found].filter((row) => row.open !== null));
  }
}

interface Key {
  readonly groupId: string;
  readonly userId: string;
}

/** The order decides the ids of the periods, which must be the same however the rows were found. */
function inOrder(rows: Iterable<GroupMemberRow>): GroupMemberRow[] {
  return [...rows].sort((a, b) => a.number - b.number);
}

function setOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}
