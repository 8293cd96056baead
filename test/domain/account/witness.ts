import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountEvent, AccountEventType } from '../../../src/domain/account/events.js';
import { atomsOf, isAtom, type Role, rankOf } from '../../../src/domain/account/roles.js';
import { ACCOUNT, type AccountState, type Membership } from '../../../src/domain/account/state.js';

/** Watches every event of one account as it is written, and says when something happened that never may. */
export class Witness {
  /** When each open invitation can last be accepted, ms; by invitation. */
  readonly #open = new Map<string, number>();
  readonly #invitationOf = new Map<string, string>();
  readonly #accepted = new Set<string>();
  readonly #deleted = new Set<string>();

  /**
   * One event, with the state before it.
   * @param by who asked for it; null when time alone brought it
   */
  see(event: AccountEvent, state: AccountState, { by, at }: { by: Actor | null; at: number }): void {
    this.#seeInvitation(event, at);
    this.#seeDeletion(event);
    seeSuccessor(event, state);
    if (by?.kind === 'USER' && by.operatorAuthorities.length === 0) seeMember(event, state, by.userId);
    if (by?.kind === 'USER') seeDirectory(event, state, by);
  }

  #seeInvitation(event: AccountEvent, at: number): void {
    switch (event.type) {
      case 'UserInvited':
      case 'InvitationResent':
        this.#open.set(event.data.invitationId, Date.parse(event.data.expiresAt));
        this.#invitationOf.set(event.data.userId, event.data.invitationId);
        return;
      case 'InvitationAccepted': {
        const { invitationId } = event.data;
        expect(this.#accepted.has(invitationId)).to.equal(false, 'an invitation is accepted at most once');
        expect(at).to.be.lessThan(this.#open.get(invitationId) ?? 0, 'and only while it is open');
        this.#accepted.add(invitationId);
        this.#open.delete(invitationId);
        return;
      }
      case 'InvitationDeclined':
      case 'InvitationRevoked':
      case 'InvitationExpired':
        this.#open.delete(event.data.invitationId);
        return;
      case 'UserRemoved':
      case 'UserDeleted':
        this.#open.delete(this.#invitationOf.get(event.data.userId) ?? '');
        return;
      default:
        return;
    }
  }

  #seeDeletion(event: AccountEvent): void {
    const { membershipId } = event.data as { membershipId?: string };
    // A directory may let go of somebody it has deleted; a run tells of the very deletion.
    const isAfterwards = event.type === 'ScheduledEndRun' || event.type === 'DirectoryManagementEnded';
    if (membershipId !== undefined && !isAfterwards)
      expect(this.#deleted.has(membershipId)).to.equal(
        false,
        `${event.type} after DELETED, which is for good`,
      );
    if (event.type === 'UserDeleted') this.#deleted.add(event.data.membershipId);
  }
}

const seeSuccessor = (event: AccountEvent, state: AccountState): void => {
  if (event.type !== 'ContactReassigned' && event.type !== 'ContactAssigned') return;
  const userId = event.type === 'ContactAssigned' ? event.data.userId : event.data.toUserId;
  expect(state.memberships.get(userId)?.status).to.equal('ACTIVE', 'who takes over is an active member');
  if (event.type === 'ContactReassigned')
    expect(userId).not.to.equal(event.data.fromUserId, 'and somebody else');
};

/** What can be done with a member only by somebody of no lower rank. */
const lifecycle: ReadonlySet<AccountEventType> = new Set<AccountEventType>([
  'UserRemoved',
  'UserDeactivated',
  'UserReactivated',
  'UserDeleted',
  'UserFrozen',
  'UserUnfrozen',
  'SessionAccessEnded',
  'EndScheduled',
  'EndRescheduled',
  'ScheduledEndCancelled',
  'InvitationRevoked',
  'RoleChanged',
  'PermissionsGranted',
  'PermissionsRevoked',
]);

/** What somebody does by nothing but his own membership: with access only, on nobody above him, giving only what he has. */
const seeMember = (event: AccountEvent, state: AccountState, actorId: string): void => {
  if (event.type === 'InvitationAccepted' || event.type === 'InvitationDeclined') {
    expect(event.data.userId).to.equal(actorId, 'an invitation is answered by the person invited');
    return;
  }
  const own = state.memberships.get(actorId);
  const { userId } = event.data as { userId?: string };
  if (own === undefined || wasAnsweredBy(own, event) || userId === undefined) return;
  const target = state.memberships.get(userId);
  expect(own.status).to.equal('ACTIVE', `whoever does ${event.type} has access`);
  if (lifecycle.has(event.type) && target !== undefined && state.account.get(ACCOUNT)?.policy.rankGuard)
    expect(rankOf[target.role]).to.be.at.most(rankOf[own.role], `${event.type} on a higher rank`);
  if (event.type === 'UserUnfrozen') expect(userId).not.to.equal(actorId, 'nobody unfreezes himself');
  const given = grantIn(event, target);
  if (given === null) return;
  if (given.role !== null)
    expect(rankOf[given.role]).to.be.at.most(rankOf[own.role], `${event.type} gives a higher role`);
  for (const permission of given.permissions.filter(isAtom))
    expect(atomsOf[own.role].has(permission) || own.permissions.includes(permission)).to.equal(
      true,
      `${event.type} gives ${permission}, which the giver lacks`,
    );
};

/** The groups that were promised come with the answer of the person himself. */
const wasAnsweredBy = ({ userId }: Membership, event: AccountEvent): boolean =>
  event.type === 'GroupMemberAdded' && event.data.userId === userId;

const grantIn = (
  event: AccountEvent,
  target: Membership | undefined,
): { readonly role: Role | null; readonly permissions: readonly string[] } | null => {
  switch (event.type) {
    case 'UserAdded':
    case 'UserRejoined':
    case 'UserInvited':
    case 'UserReinstated':
      return event.data;
    case 'InvitationResent':
    case 'InvitationLinkCopied':
      return target ?? null;
    case 'RoleChanged':
      return { role: event.data.to, permissions: [] };
    case 'PermissionsGranted':
      return { role: null, permissions: event.data.permissions };
    default:
      return null;
  }
};

/** What is a directory's to do with the members it owns, unless the policy lets others. */
const managed: ReadonlySet<AccountEventType> = new Set<AccountEventType>([
  'UserRemoved',
  'UserLeft',
  'UserDeactivated',
  'UserReactivated',
  'UserDeleted',
  'RoleChanged',
  'PermissionsGranted',
  'PermissionsRevoked',
  'EndScheduled',
  'EndRescheduled',
  'ScheduledEndCancelled',
  'UserAdded',
  'UserRejoined',
  'UserReinstated',
  'UserInvited',
  'InvitationResent',
  'InvitationRevoked',
  'GroupRoleChanged',
  'GroupMemberRemoved',
]);

const seeDirectory = (
  event: AccountEvent,
  state: AccountState,
  by: Extract<Actor, { kind: 'USER' }>,
): void => {
  const isService = by.operatorAuthorities.some(({ kind }) => kind === 'SERVICE');
  const { userId } = event.data as { userId?: string };
  const target = userId === undefined ? undefined : state.memberships.get(userId);
  const isForbidden = state.account.get(ACCOUNT)?.policy.directoryManagedUsers === 'LOCAL_CHANGES_FORBIDDEN';
  if (isService || !isForbidden || !managed.has(event.type)) return;
  expect(target?.directory ?? null).to.equal(null, `${event.type} of a member that a directory owns`);
};
