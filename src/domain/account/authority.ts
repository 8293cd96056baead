import { type Rejection, reject } from '../rejection.js';
import type { Actor, OperatorAuthority, UserActor } from './actor.js';
import type { AccountCommand } from './commands.js';
import type { Case } from './decide.js';
import type { AccountPolicy } from './policy.js';
import { atomsOf, isAtom, isOperatorAtom, type PermissionAtom, type Role, rankOf } from './roles.js';
import { ACCOUNT, type AccountRow, type AccountState, type Membership } from './state.js';

/** The right under which a command is carried out. */
export interface Authority {
  readonly via: 'MEMBERSHIP' | 'OPERATOR' | 'SYSTEM';
  readonly role: Role;
  holds(permission: string): boolean;
  /** Where an operator's right was read; null for the account's own members. */
  readonly source: { readonly stream: string; readonly revision: number } | null;
}

const systemAuthority: Authority = { via: 'SYSTEM', role: 'OWNER', holds: () => true, source: null };

/** What each command needs; the compiler keeps the list complete, and nothing is allowed by omission. */
const requirement: Readonly<Record<AccountCommand['type'], PermissionAtom | Requirement>> = {
  openAccount: 'ROOT',
  linkOperator: 'ROOT',
  unlinkOperator: 'ROOT',
  changePolicy: 'policy.write',
  addUser: 'users.invite',
  removeUser: 'LIFECYCLE',
  leaveAccount: 'SELF',
  deactivateUser: 'LIFECYCLE',
  reactivateUser: 'LIFECYCLE',
  deleteUser: 'LIFECYCLE',
  changeRole: 'users.edit',
  grantPermissions: 'users.edit',
  revokePermissions: 'users.edit',
  createGroup: 'users.edit',
  renameGroup: 'users.edit',
  moveGroup: 'users.edit',
  deleteGroup: 'users.edit',
  addGroupMember: 'users.edit',
  changeGroupRole: 'users.edit',
  removeGroupMember: 'users.edit',
  registerApplication: 'contacts.reassign',
  retireApplication: 'contacts.reassign',
  assignContact: 'contacts.reassign',
  reassignContacts: 'contacts.reassign',
  correctMembershipPeriod: 'users.manage',
  recordChangeSet: 'IMPORT',
};

/**
 * ROOT: accounts.create in the root operator account · LIFECYCLE: users.manage, or a role, as the policy says ·
 * SELF: the person's own membership · IMPORT: only an import.
 */
type Requirement = 'ROOT' | 'LIFECYCLE' | 'SELF' | 'IMPORT';

/** The highest right that allows the command, or why there is none: unknown before forbidden. */
export const permit = (state: AccountState, command: AccountCommand, actor: Actor): Authority | Rejection => {
  const account = state.account.get(ACCOUNT);
  const need = requirement[command.type];
  if (actor.kind !== 'USER') return systemAuthority;
  if (need === 'ROOT') return permitRoot(state, command, actor);
  if (account === undefined) return unknownAccount();

  const candidates = authoritiesOf(state, account, actor);
  if (candidates.length === 0) return unknownAccount();
  if (need === 'IMPORT') return denied('import');
  if (need === 'SELF') {
    return (
      candidates.find((candidate) => candidate.via === 'MEMBERSHIP') ??
      reject('NOT_A_MEMBER', 'You are not a member of this account, so there is nothing to leave.')
    );
  }
  const allowed = candidates.filter((candidate) =>
    need === 'LIFECYCLE' ? mayManage(account.policy, candidate) : candidate.holds(need),
  );
  const [first, ...others] = allowed;
  if (first === undefined) return need === 'LIFECYCLE' ? lifecycleDenied(account.policy) : denied(need);
  return others.reduce((best, other) => (rankOf[other.role] > rankOf[best.role] ? other : best), first);
};

/** True when the actor may see the account at all. */
export const maySee = (state: AccountState, actor: Actor): boolean => {
  const account = state.account.get(ACCOUNT);
  return account !== undefined && (actor.kind !== 'USER' || authoritiesOf(state, account, actor).length > 0);
};

export const unknownAccount = (): Rejection =>
  reject('NOT_FOUND', 'There is no such account, or you may not see it.', { field: 'accountId' });

const authoritiesOf = (state: AccountState, account: AccountRow, actor: UserActor): readonly Authority[] => {
  const own = state.memberships.get(actor.userId);
  const operators = actor.operatorAuthorities.filter(
    (operator) =>
      account.operators.includes(operator.accountId) &&
      operator.permissions.has('accounts.operate') &&
      operator.permissions.has('account.read'),
  );
  return [
    ...(own?.status === 'ACTIVE' ? [membershipAuthority(own)] : []),
    ...operators.map(operatorAuthority),
  ];
};

const membershipAuthority = (own: Membership): Authority => ({
  via: 'MEMBERSHIP',
  role: own.role,
  holds: (permission) => atomsOf[own.role].has(permission) || own.permissions.includes(permission),
  source: null,
});

const operatorAuthority = (operator: OperatorAuthority): Authority => ({
  via: 'OPERATOR',
  role: operator.role,
  holds: (permission) => operator.permissions.has(permission),
  source: { stream: operator.stream, revision: operator.revision },
});

/** Who holds it reaches every account; the others are not even told that an account exists which they may not see. */
const permitRoot = (
  state: AccountState,
  command: AccountCommand,
  actor: UserActor,
): Authority | Rejection => {
  const root = actor.operatorAuthorities.find((operator) => operator.isRoot);
  const isNew = command.type === 'openAccount';
  if (root?.permissions.has('accounts.create') === true)
    return isNew || state.account.has(ACCOUNT) ? operatorAuthority(root) : unknownAccount();
  return isNew || maySee(state, actor)
    ? denied('accounts.create', 'the root operator account')
    : unknownAccount();
};

const mayManage = (policy: AccountPolicy, authority: Authority): boolean =>
  policy.lifecycleAuthority === 'ROLE'
    ? authority.role === 'OWNER' || authority.role === 'ADMIN'
    : authority.holds('users.manage');

const lifecycleDenied = (policy: AccountPolicy): Rejection =>
  policy.lifecycleAuthority === 'ROLE'
    ? reject(
        'PERMISSION_DENIED',
        'Only an administrator of this account (role OWNER or ADMIN) may do this.',
        {
          permission: 'role:ADMIN',
        },
      )
    : denied('users.manage');

export const denied = (permission: string, where = 'this account'): Rejection =>
  reject('PERMISSION_DENIED', `You need the permission ${permission} in ${where}.`, { permission });

/** The asker acts on his own membership. */
export const isSelf = ({ context: { actor } }: Case, target: Membership): boolean =>
  actor.kind === 'USER' && actor.userId === target.userId;

/**
 * Nobody acts on a higher rank; equals as the policy says (D3-12, D3-13, D3-30). One's own membership counts as a
 * higher rank too, when one comes as an operator of a lower one: nobody gives back to himself what was taken away.
 */
export const guardRank = (given: Case, target: Membership): Rejection | null => {
  const { authority } = given;
  const { policy } = given.account;
  if (authority.via === 'SYSTEM') return null;
  const outranked = (message: string) => reject('TARGET_OUTRANKS_ACTOR', message, { field: 'userId' });
  if (policy.rankGuard && rankOf[target.role] > rankOf[authority.role])
    return outranked(`A member with role ${authority.role} may not act on one with role ${target.role}.`);
  if (isSelf(given, target)) return null;
  if (target.role === 'ADMIN' && authority.role === 'ADMIN' && !policy.adminManagesAdmins)
    return outranked('Under this policy an ADMIN may not act on another ADMIN; ask an OWNER.');
  if (target.role === 'OWNER' && authority.role === 'OWNER' && !policy.ownerManagesOwners)
    return outranked('Under this policy an OWNER may not act on another OWNER.');
  return null;
};

/** Nobody hands out what he does not have: no higher role, no atom he lacks. */
export const guardGrant = (
  account: AccountRow,
  authority: Authority,
  grant: { readonly role?: Role; readonly permissions: readonly string[] },
): Rejection | null => {
  const misplaced = grant.permissions.find((p) => isOperatorAtom(p) && account.kind !== 'OPERATOR');
  if (misplaced !== undefined)
    return reject('PERMISSION_NOT_GRANTABLE', `${misplaced} can be held only in an operator account.`, {
      field: 'permissions',
      permission: misplaced,
    });
  if (authority.via === 'SYSTEM') return null;
  if (grant.role !== undefined && rankOf[grant.role] > rankOf[authority.role])
    return reject(
      'ROLE_NOT_GRANTABLE',
      `With role ${authority.role} you cannot grant the role ${grant.role}.`,
      {
        field: 'role',
      },
    );
  const beyond = grant.permissions.find((p) => isAtom(p) && !authority.holds(p));
  if (beyond !== undefined)
    return reject('PERMISSION_NOT_GRANTABLE', `You cannot grant ${beyond}: you do not hold it yourself.`, {
      field: 'permissions',
      permission: beyond,
    });
  return null;
};
