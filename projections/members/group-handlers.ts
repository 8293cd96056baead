import type { EventOf, Moment } from '../projection.js';
import {
  type GroupMemberRow,
  type GroupRow,
  groupMemberKey,
  type MemberRows,
  type MembershipRow,
} from './member-rows.js';
import { accountOf } from './membership-status.js';

export function createGroup(rows: MemberRows, event: EventOf<'GroupCreated'>, moment: Moment): void {
  const { groupId, name, parentId } = event.data;
  const number = rows.groups.nextNumber();
  rows.groups.add(groupId, {
    number,
    groupId,
    accountId: accountOf(event),
    name,
    parentId,
    createdAt: moment.occurredAt,
    deletedAt: null,
    open: rows.groupPeriods.begin(number, [name, parentId], moment),
    isStored: false,
    isDirty: true,
  });
}

export function renameGroup(rows: MemberRows, event: EventOf<'GroupRenamed'>, moment: Moment): void {
  const row = groupOf(rows, event);
  row.name = event.data.to;
  saveGroup(rows, row, moment);
}

export function moveGroup(rows: MemberRows, event: EventOf<'GroupMoved'>, moment: Moment): void {
  const row = groupOf(rows, event);
  row.parentId = event.data.to;
  saveGroup(rows, row, moment);
}

export function deleteGroup(rows: MemberRows, event: EventOf<'GroupDeleted'>, moment: Moment): void {
  const row = groupOf(rows, event);
  row.deletedAt = moment.occurredAt;
  if (row.open !== null) row.open = rows.groupPeriods.change(row.open, null, moment);
  rows.groups.touch(row);
  for (const member of rows.presence.membersOfGroup(row.groupId)) endGroupMember(rows, member, moment);
}

export function addToGroup(rows: MemberRows, event: EventOf<'GroupMemberAdded'>, moment: Moment): void {
  const { groupId, userId, role } = event.data;
  const key = groupMemberKey(groupId, userId);
  const before = rows.groupMembers.find(key);
  const row = before ?? {
    number: rows.groupMembers.nextNumber(),
    groupId,
    userId,
    accountId: accountOf(event),
    role,
    addedAt: moment.occurredAt,
    endedAt: null,
    open: null,
    isStored: false,
    isDirty: true,
  };
  row.role = role;
  row.addedAt = moment.occurredAt;
  row.endedAt = null;
  row.open =
    row.open === null
      ? rows.groupMemberPeriods.begin(row.number, [role], moment)
      : rows.groupMemberPeriods.change(row.open, [role], moment);
  if (before === null) rows.groupMembers.add(key, row);
  else rows.groupMembers.touch(row);
  rows.presence.entered(row);
}

export function changeGroupRole(rows: MemberRows, event: EventOf<'GroupRoleChanged'>, moment: Moment): void {
  const row = rows.groupMembers.find(groupMemberKey(event.data.groupId, event.data.userId));
  if (row === null || row.open === null) return;
  row.role = event.data.to;
  row.open = rows.groupMemberPeriods.change(row.open, [row.role], moment);
  rows.groupMembers.touch(row);
}

/** Already out with the group or the membership: nothing to end. */
export function removeFromGroup(
  rows: MemberRows,
  event: EventOf<'GroupMemberRemoved'>,
  moment: Moment,
): void {
  const row = rows.groupMembers.find(groupMemberKey(event.data.groupId, event.data.userId));
  if (row !== null) endGroupMember(rows, row, moment);
}

export function endGroupsOfMember(rows: MemberRows, membership: MembershipRow, moment: Moment): void {
  const { accountId, userId } = membership;
  for (const row of rows.presence.groupsOfUser(accountId, userId)) endGroupMember(rows, row, moment);
}

function endGroupMember(rows: MemberRows, row: GroupMemberRow, moment: Moment): void {
  if (row.open === null) return;
  row.endedAt = moment.occurredAt;
  row.open = rows.groupMemberPeriods.change(row.open, null, moment);
  rows.groupMembers.touch(row);
  rows.presence.left(row);
}

function saveGroup(rows: MemberRows, row: GroupRow, moment: Moment): void {
  if (row.open !== null) row.open = rows.groupPeriods.change(row.open, [row.name, row.parentId], moment);
  rows.groups.touch(row);
}

function groupOf(rows: MemberRows, event: EventOf<'GroupRenamed' | 'GroupMoved' | 'GroupDeleted'>): GroupRow {
  const row = rows.groups.find(event.data.groupId);
  if (row !== null) return row;
  throw new Error(
    `${event.type} at revision ${event.revision} of ${event.stream} is about the group ` +
      `${event.data.groupId}, which no event before it created`,
  );
}
