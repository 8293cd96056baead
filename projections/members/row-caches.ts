import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import type {
  ApplicationRow,
  GroupMemberRow,
  GroupRow,
  MembershipRow,
  ResponsibilityRow,
} from './member-rows.js';
import { type MembershipMarks, markColumns, markNames, NO_MARKS } from './membership-marks.js';
import type { PeriodTable } from './period-table.js';
import { type Row, RowCache } from './row-cache.js';

/** What the row in memory adds to its columns. */
type InMemory = 'open' | 'isStored' | 'isDirty';

/** Most rows have no marks: these are written and read only where there are some. */
export function membershipCache(
  db: Database.Database,
  mode: WriteMode,
  periods: PeriodTable,
): RowCache<MembershipRow> {
  const load = db.prepare<[string], StoredMembership>(
    `SELECT join_number AS number, membership_id AS membershipId, account_id AS accountId, user_id AS userId, status,
       ended_by AS endedBy, kind, role, permissions, joined_at AS joinedAt, joined_revision AS joinedRevision,
       status_since AS statusSince, status_revision AS statusRevision, ended_at AS endedAt,
       last_position AS lastPosition, marked
     FROM memberships WHERE membership_id = ?`,
  );
  const loadMarks = db.prepare<[number], MembershipMarks>(
    `SELECT ${markNames.map((name) => `${markColumns[name]} AS ${name}`).join(', ')}
     FROM memberships WHERE join_number = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO memberships (status, ended_by, kind, role, permissions, joined_at, joined_revision, status_since,
       status_revision, ended_at, last_position, join_number, membership_id, account_id, user_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertMarked = db.prepare(
    `INSERT INTO memberships (status, ended_by, kind, role, permissions, joined_at, joined_revision, status_since,
       status_revision, ended_at, last_position, join_number, membership_id, account_id, user_id, marked,
       ${markNames.map((name) => markColumns[name]).join(', ')})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?${', ?'.repeat(markNames.length)})`,
  );
  const update = db.prepare(
    `UPDATE memberships SET status = ?, ended_by = ?, kind = ?, role = ?, permissions = ?, joined_at = ?,
       joined_revision = ?, status_since = ?, status_revision = ?, ended_at = ?, last_position = ?
     WHERE join_number = ?`,
  );
  const updateMarks = db.prepare(
    `UPDATE memberships SET marked = ?, ${markNames.map((name) => `${markColumns[name]} = ?`).join(', ')}
     WHERE join_number = ?`,
  );
  return new RowCache<MembershipRow>(db, mode, {
    table: 'memberships',
    numberColumn: 'join_number',
    periods,
    load: (id) => {
      const stored = load.get(id);
      if (stored === undefined) return null;
      const { marked, ...columns } = stored;
      const marks = marked === 0 ? NO_MARKS : (loadMarks.get(columns.number) ?? NO_MARKS);
      const inMemory = {
        open: null,
        isStored: true,
        isDirty: false,
        seat: 'UNKNOWN',
        markPeriod: 'UNKNOWN',
      } as const;
      return { ...columns, marks, storedMarks: marks, ...inMemory };
    },
    store: (r) => {
      const columns = [
        r.status,
        r.endedBy,
        r.kind,
        r.role,
        r.permissions,
        r.joinedAt,
        r.joinedRevision,
        r.statusSince,
        r.statusRevision,
        r.endedAt,
        r.lastPosition,
        r.number,
      ];
      const isMarked = r.marks !== r.storedMarks;
      if (r.isStored) update.run(...columns);
      else if (isMarked)
        insertMarked.run(...columns, r.membershipId, r.accountId, r.userId, ...markValues(r.marks));
      else insert.run(...columns, r.membershipId, r.accountId, r.userId);
      if (r.isStored && isMarked) updateMarks.run(...markValues(r.marks), r.number);
      r.storedMarks = r.marks;
    },
  });
}

type StoredMembership = Omit<MembershipRow, InMemory | 'marks' | 'storedMarks' | 'seat' | 'markPeriod'> & {
  readonly marked: number;
};

/** The column `marked` first. */
function markValues(marks: MembershipMarks): (string | number | null)[] {
  const values = markNames.map((name) => marks[name]);
  return [values.some(Boolean) ? 1 : 0, ...values];
}

export function groupCache(db: Database.Database, mode: WriteMode, periods: PeriodTable): RowCache<GroupRow> {
  const load = db.prepare<[string], Omit<GroupRow, InMemory>>(
    `SELECT group_number AS number, group_id AS groupId, account_id AS accountId, name, parent_id AS parentId,
       created_at AS createdAt, deleted_at AS deletedAt
     FROM groups WHERE group_id = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO groups (name, parent_id, deleted_at, group_number, group_id, account_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    'UPDATE groups SET name = ?, parent_id = ?, deleted_at = ? WHERE group_number = ?',
  );
  return new RowCache<GroupRow>(db, mode, {
    table: 'groups',
    numberColumn: 'group_number',
    periods,
    load: (id) => withDefaults(load.get(id)),
    store: (r) => {
      if (r.isStored) update.run(r.name, r.parentId, r.deletedAt, r.number);
      else insert.run(r.name, r.parentId, r.deletedAt, r.number, r.groupId, r.accountId, r.createdAt);
    },
  });
}

export function groupMemberCache(
  db: Database.Database,
  mode: WriteMode,
  periods: PeriodTable,
): RowCache<GroupMemberRow> {
  const load = db.prepare<[string, string], Omit<GroupMemberRow, InMemory>>(
    `SELECT group_member_number AS number, group_id AS groupId, user_id AS userId, account_id AS accountId, role,
       added_at AS addedAt, ended_at AS endedAt
     FROM group_members WHERE group_id = ? AND user_id = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO group_members (role, added_at, ended_at, group_member_number, group_id, user_id, account_id)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    'UPDATE group_members SET role = ?, added_at = ?, ended_at = ? WHERE group_member_number = ?',
  );
  return new RowCache<GroupMemberRow>(db, mode, {
    table: 'group_members',
    numberColumn: 'group_member_number',
    periods,
    load: (key) => {
      const [groupId = '', userId = ''] = key.split(' ');
      return withDefaults(load.get(groupId, userId));
    },
    store: (r) => {
      if (r.isStored) update.run(r.role, r.addedAt, r.endedAt, r.number);
      else insert.run(r.role, r.addedAt, r.endedAt, r.number, r.groupId, r.userId, r.accountId);
    },
  });
}

export function applicationCache(db: Database.Database, mode: WriteMode): RowCache<ApplicationRow> {
  const load = db.prepare<[string], Omit<ApplicationRow, InMemory>>(
    `SELECT application_number AS number, application_id AS applicationId, account_id AS accountId, name,
       registered_at AS registeredAt, retired_at AS retiredAt
     FROM applications WHERE application_id = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO applications (retired_at, application_number, application_id, account_id, name, registered_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare('UPDATE applications SET retired_at = ? WHERE application_number = ?');
  return new RowCache<ApplicationRow>(db, mode, {
    table: 'applications',
    numberColumn: 'application_number',
    periods: { storedOpen: () => null },
    load: (id) => withDefaults(load.get(id)),
    store: (r) => {
      if (r.isStored) update.run(r.retiredAt, r.number);
      else insert.run(r.retiredAt, r.number, r.applicationId, r.accountId, r.name, r.registeredAt);
    },
  });
}

export function responsibilityCache(
  db: Database.Database,
  mode: WriteMode,
  periods: PeriodTable,
): RowCache<ResponsibilityRow> {
  const load = db.prepare<[string, string, string], Omit<ResponsibilityRow, InMemory>>(
    `SELECT responsibility_number AS number, account_id AS accountId, kind, application_id AS applicationId,
       user_id AS userId, since, ended_at AS endedAt
     FROM responsibilities WHERE account_id = ? AND kind = ? AND application_id IS nullif(?, '')`,
  );
  const insert = db.prepare(
    `INSERT INTO responsibilities
       (user_id, since, ended_at, responsibility_number, account_id, kind, application_id)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    'UPDATE responsibilities SET user_id = ?, since = ?, ended_at = ? WHERE responsibility_number = ?',
  );
  return new RowCache<ResponsibilityRow>(db, mode, {
    table: 'responsibilities',
    numberColumn: 'responsibility_number',
    periods,
    load: (key) => {
      const [accountId = '', kind = '', applicationId = ''] = key.split(' ');
      return withDefaults(load.get(accountId, kind, applicationId));
    },
    store: (r) => {
      if (r.isStored) update.run(r.userId, r.since, r.endedAt, r.number);
      else insert.run(r.userId, r.since, r.endedAt, r.number, r.accountId, r.kind, r.applicationId);
    },
  });
}

/** The cache fills in `open`. */
function withDefaults<T extends object>(columns: T | undefined): (T & Pick<Row, InMemory>) | null {
  return columns === undefined ? null : { ...columns, open: null, isStored: true, isDirty: false };
}
