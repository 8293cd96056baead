import type { Decision } from '../decider.js';
import { isRejection, type Rejection } from '../rejection.js';
import { guardGrant, guardManaged, guardRank } from './authority.js';
import type { GrantPermissions, RevokePermissions } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkPermissions } from './names.js';
import { isLive, type Membership } from './state.js';
import { ended, findMembership } from './targets.js';

/** Grants single permissions beyond the role's; what is held already is passed over (SO-21, D3-28). */
export const grantPermissions = (given: Case, command: GrantPermissions): Decision<AccountEvent> => {
  const target = findTarget(given, command, guardGrant(given.account, given.authority, command));
  if (isRejection(target)) return target;
  const { userId, membershipId } = target;
  const permissions = sorted(command.permissions).filter((p) => !target.permissions.includes(p));
  return permissions.length === 0
    ? []
    : [{ type: 'PermissionsGranted', data: { userId, membershipId, permissions } }];
};

/** Takes back permissions granted singly; those a role carries go with the role. */
export const revokePermissions = (given: Case, command: RevokePermissions): Decision<AccountEvent> => {
  const target = findTarget(given, command, null);
  if (isRejection(target)) return target;
  const { userId, membershipId } = target;
  const permissions = sorted(command.permissions).filter((p) => target.permissions.includes(p));
  return permissions.length === 0
    ? []
    : [{ type: 'PermissionsRevoked', data: { userId, membershipId, permissions } }];
};

const findTarget = (
  given: Case,
  command: GrantPermissions | RevokePermissions,
  ungrantable: Rejection | null,
): Membership | Rejection => {
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const refused =
    checkPermissions(command.permissions) ??
    ungrantable ??
    guardRank(given, target) ??
    guardManaged(given, target);
  return refused ?? (isLive(target) ? target : ended(target));
};

const sorted = (permissions: readonly string[]): readonly string[] => [...new Set(permissions)].sort();
