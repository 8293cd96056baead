import { type Rejection, reject } from '../rejection.js';
import type { Actor, OperatorAuthority, UserActor } from './actor.js';
import type { AccountCommand } from './commands.js';
import type { Case } from './decide.js';
import { holds } from './holds.js';
import type { AccountPolicy } from './policy.js';
import { requirement } from './requirement.js';
import { isAtom, isOperatorAtom, misspeltAtom, type PermissionAtom, type Role, rankOf } from './roles.js';
import { ACCOUNT, type AccountRow, type AccountState, type Membership, type ScheduledEnd } from './state.js';

/** The right under which a command is carried out. */
export interface Authority {
  readonly via: 'MEMBERSHIP' | 'OPERATOR' | 'SYSTEM' | 'INVITATION' | 'SCHEDULE';
  readonly role: Role;
  /** A machine with a token of its own. */
  readonly isService: boolean;
  /** Who ordered what runs now; only of a schedule. */
  readonly orderedBy?: string;
  holds(permission: string): boolean;
  /** Where an operator's right was read; null for the account's own members. */
  readonly source: { readonly stream: string; readonly revision: number } | null;
}

const systemAuthority: Authority = {
  via: 'SYSTEM',
  role: 'OWNER',
  isService: false,
  holds: () => true,
  source: null,
};

/** Whoever holds the link; that he is the person invited is decided with the invitation itself. */
const inviteeAuthority: Authority = {
  via: 'INVITATION',
  role: 'REVIEWER',
  isService: false,
  holds: () => false,
  source: null,
};

/** What somebody ordered runs as his act, with the rank he had then. */
export const scheduleAuthority = (scheduled: ScheduledEnd): Authority => ({
  ...systemAuthority,
  via: 'SCHEDULE',
  role: scheduled.orderedAs,
  isService: scheduled.orderedByService,
  orderedBy: scheduled.orderedBy,
});

/** The highest right that allows the command, or why there is none: unknown before forbidden. */
export const permit = (state: AccountState, command: AccountCommand, actor: Actor): Authority | Rejection => {
  const account = state.account.get(ACCOUNT);
  const need = requirement[command.type];
  if (actor.kind !== 'USER') return systemAuthority;
  if (need === 'ROOT') return permitRoot(state, command, actor);
  if (account === undefined) return unknownAccount();
  if (need === 'INVITEE') return inviteeAuthority;

  const candidates = authoritiesOf(state, account, actor);
  if (candidates.length === 0) return unknownAccount();
  if (need === 'IMPORT' || need === 'SCHEDULER') return denied(need.toLowerCase());
  if (need === 'SELF') {
    return (
      candidates.find((candidate) => candidate.via === 'MEMBERSHIP') ??
      reject('NOT_A_MEMBER', 'You are not a member of this account, so there is nothing to leave.')
    );
  }
  const allowed = candidates.filter((candidate) => suffices(need, account.policy, candidate));
  const [first, ...others] = allowed;
  if (first === undefined) return deniedFor(need, account.policy);
  return others.reduce((best, other) => (rankOf[other.role] > rankOf[best.role] ? other : best), first);
};

/** The right to read something of an account: unknown before forbidden. */
export const permitReading = (
  state: AccountState,
  permission: PermissionAtom,
  actor: Actor,
): Authority | Rejection => {
  const account = state.account.get(ACCOUNT);
  if (account === undefined) return unknownAccount();
  if (actor.kind !== 'USER') return systemAuthority;
  const candidates = authoritiesOf(state, account, actor);
  if (candidates.length === 0) return unknownAccount();
  return candidates.find((candidate) => candidate.holds(permission)) ?? denied(permission);
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
  isService: own.kind === 'SERVICE',
  holds: (permission) => holds(own, permission),
  source: null,
});

const operatorAuthority = (operator: OperatorAuthority): Authority => ({
  via: 'OPERATOR',
  role: operator.role,
  isService: operator.kind === 'SERVICE',
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

const suffices = (
  need: PermissionAtom | 'LIFECYCLE' | 'DIRECTORY',
  policy: AccountPolicy,
  authority: Authority,
): boolean => {
  if (need === 'LIFECYCLE') return mayManage(policy, authority);
  return need === 'DIRECTORY' ? authority.isService && authority.holds('users.edit') : authority.holds(need);
};

const deniedFor = (need: PermissionAtom | 'LIFECYCLE' | 'DIRECTORY', policy: AccountPolicy): Rejection => {
  if (need === 'LIFECYCLE') return lifecycleDenied(policy);
  return need === 'DIRECTORY'
    ? reject(
        'PERMISSION_DENIED',
        'Only a directory may do this: a member of kind SERVICE in an operator account, with users.edit.',
        { permission: 'users.edit' },
      )
    : denied(need);
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

/** The asker, or whoever ordered it, acts on his own membership. */
export const isSelf = ({ context: { actor }, authority }: Case, target: Membership): boolean =>
  (authority.orderedBy ?? (actor.kind === 'USER' ? actor.userId : null)) === target.userId;

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

/** Nobody gives the access back to himself, whatever right he comes by. */
export const guardOwnAccess = (given: Case, target: Membership): Rejection | null =>
  isSelf(given, target)
    ? reject('TARGET_OUTRANKS_ACTOR', 'Somebody else must give you the access back.', { field: 'userId' })
    : null;

/**
 * A directory owns this member's state, and with it what gives access, groups too: only a service changes it here
 * (PP-15), and brings back whom it owned at the end. Imports state what happened.
 */
export const guardManaged = ({ account, authority }: Case, target: Membership): Rejection | null =>
  target.directory === null ||
  authority.isService ||
  authority.via === 'SYSTEM' ||
  account.policy.directoryManagedUsers === 'LOCAL_CHANGES_ALLOWED'
    ? null
    : reject(
        'MANAGED_EXTERNALLY',
        `This user is managed in the directory ${target.directory}; change it there, and it is changed here.`,
        { field: 'userId', directory: target.directory },
      );

/**
 * Ending or freezing one's own membership, as the policy says (SW-7, SW-20, D3-29). Not while frozen: an end that one can
 * take back oneself would be a way out.
 */
export const guardSelf = (given: Case, target: Membership): Rejection | null =>
  isSelf(given, target) && (given.account.policy.selfRemoval === 'FORBIDDEN' || target.status === 'FROZEN')
    ? reject('SELF_REMOVAL_FORBIDDEN', 'You cannot end your own membership; ask another administrator.', {
        field: 'userId',
      })
    : null;

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
  for (const permission of grant.permissions) {
    const meant = misspeltAtom(permission);
    if (meant !== null)
      return reject(
        'INVALID_INPUT',
        `Muster has no permission ${permission}; did you mean ${meant}? Words of your own must look different.`,
        { field: 'permissions' },
      );
  }
  if (grant.role !== undefined && rankOf[grant.role] > rankOf[authority.role])
    return reject(
      'ROLE_NOT_GRANTABLE',
      `With role ${authority.role} you cannot grant the role ${grant.role}.`,
      {
        field: 'role',
        highestRole: authority.role,
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
