import { counted } from '../counted.js';
import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import type { CreateGroup, DeleteGroup, MoveGroup, RenameGroup } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkName, nameKey } from './names.js';
import type { AccountState, Group } from './state.js';
import { findGroup } from './targets.js';

/** Groups nest at most this deep. */
export const MAX_GROUP_DEPTH = 20;

export const createGroup = ({ state }: Case, command: CreateGroup): Decision<AccountEvent> => {
  const { groupId, parentId } = command;
  const known = state.groups.get(groupId);
  if (known !== undefined)
    return known.name === command.name.trim() && known.parentId === parentId
      ? []
      : reject('STALE_VALUE', 'A group of this id is there already, with another name or parent.', {
          field: 'groupId',
        });
  const refused = checkGroupName(state, command.name, groupId) ?? checkParent(state, groupId, parentId);
  if (refused !== null) return refused;
  return [{ type: 'GroupCreated', data: { groupId, name: command.name.trim(), parentId } }];
};

export const renameGroup = ({ state }: Case, command: RenameGroup): Decision<AccountEvent> => {
  const group = findGroup(state, command.groupId);
  if (isRejection(group)) return group;
  const refused = checkGroupName(state, command.name, group.groupId);
  if (refused !== null) return refused;
  const to = command.name.trim();
  return to === group.name
    ? []
    : [{ type: 'GroupRenamed', data: { groupId: group.groupId, from: group.name, to } }];
};

export const moveGroup = ({ state }: Case, command: MoveGroup): Decision<AccountEvent> => {
  const group = findGroup(state, command.groupId);
  if (isRejection(group)) return group;
  if (group.parentId === command.parentId) return [];
  const refused = checkParent(state, group.groupId, command.parentId, heightOf(state, group));
  if (refused !== null) return refused;
  return [
    { type: 'GroupMoved', data: { groupId: group.groupId, from: group.parentId, to: command.parentId } },
  ];
};

/** People in the group are out of it with this; child groups must be moved or deleted first. */
export const deleteGroup = ({ state }: Case, command: DeleteGroup): Decision<AccountEvent> => {
  const group = findGroup(state, command.groupId);
  if (isRejection(group)) return group;
  if (group.childCount > 0)
    return reject(
      'GROUP_HAS_CHILDREN',
      `Move or delete its ${counted(group.childCount, 'child group')} first.`,
      {
        field: 'groupId',
      },
    );
  return [{ type: 'GroupDeleted', data: { groupId: group.groupId, name: group.name } }];
};

const checkGroupName = (state: AccountState, name: string, groupId: string): Rejection | null => {
  const bad = checkName(name, 'name');
  if (bad !== null) return bad;
  const holder = state.groupIdByName.get(nameKey(name));
  return holder === undefined || holder === groupId
    ? null
    : reject('GROUP_NAME_TAKEN', 'A group of this account already has this name.', { field: 'name' });
};

/** @param height levels that come with the group, its own included */
const checkParent = (
  state: AccountState,
  groupId: string,
  parentId: string | null,
  height = 1,
): Rejection | null => {
  let depth = height;
  for (let id = parentId; id !== null; depth += 1) {
    if (id === groupId)
      return reject('GROUP_CYCLE', 'A group cannot lie inside itself.', { field: 'parentId' });
    const parent = findGroup(state, id, 'parentId');
    if (isRejection(parent)) return parent;
    id = parent.parentId;
  }
  return depth > MAX_GROUP_DEPTH
    ? reject('GROUP_TOO_DEEP', `Groups nest at most ${MAX_GROUP_DEPTH} deep.`, { field: 'parentId' })
    : null;
};

/** Levels from the group down to its deepest descendant; looks at every group, which only a move does. */
const heightOf = (state: AccountState, top: Group): number => {
  if (top.childCount === 0) return 1;
  let height = 1;
  for (const group of state.groups.values()) {
    let level = 1;
    let above: Group | undefined = group;
    while (above !== undefined && above !== top) {
      above = above.parentId === null ? undefined : state.groups.get(above.parentId);
      level += 1;
    }
    if (above === top) height = Math.max(height, level);
  }
  return height;
};
