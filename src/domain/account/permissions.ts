import type { Decision } from '../decider.js';
import { isRejection, type Rejection } from '../rejection.js';
import { guardGrant, guardRank } from './authority.js';
import type { GrantPermissions, RevokePermissions } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkPermissions } from './names.js';
import type { Membership } from './state.js';
import { findLiveMembership } from './targets.js';

/** Grants single permissions beyond the role's; what is held already is passed over (SO-21, D3-28). */
export const grantPermissions = (given: Case, command: GrantPermissions): Decision<AccountEvent> => {
  const target = findTarget(given, command);
  if (isRejection(target)) return target;
  const refused = guardGrant(given.account, given.authority, { permissions: command.permissions });
  if (refused !== null) return refused;
  const { userId, membershipId } = target;
  const permissions = sorted(command.permissions).filter((p) => !target.permissions.includes(p));
  return permissions.length === 0
    ? []
    : [{ type: 'PermissionsGranted', data: { userId, membershipId, permissions } }];
};

/** Takes back permissions granted singly; those a role carries go with the role. */
export const revokePermissions = (given: Case, command: RevokePermissions): Decision<AccountEvent> => {
  const target = findTarget(given, command);
  if (isRejection(target)) return target;
  const { userId, membershipId } = target;
  const permissions = sorted(command.permissions).filter((p) => target.permissions.includes(p));
  return permissions.length === 0
    ? []
    : [{ type: 'PermissionsRevoked', data: { userId, membershipId, permissions } }];
};

const findTarget = (
  { state, account, authority, context }: Case,
  command: GrantPermissions | RevokePermissions,
): Membership | Rejection => {
  const target = findLiveMembership(state, command.userId);
  if (isRejection(target)) return target;
  const isSelf = context.actor.kind === 'USER' && context.actor.userId === target.userId;
  return (
    (isSelf ? null : guardRank(account.policy, authority, target)) ??
    checkPermissions(command.permissions) ??
    target
  );
};

const sorted = (permissions: readonly string[]): readonly string[] => [...new Set(permissions)].sort();
