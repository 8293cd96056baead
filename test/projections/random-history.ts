import fc from 'fast-check';
import type { AccountEvent, GroupRole } from '../../src/domain/account/events.js';
import { presets } from '../../src/domain/account/policy.js';
import type { Role } from '../../src/domain/account/roles.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';

/** One roll of the dice; what it does depends on what the account then holds. */
export interface Step {
  readonly what: number;
  readonly a: number;
  readonly b: number;
  /** Minutes since the step before; 0 = the same moment. */
  readonly minutes: number;
  /** Same append as the step before: same times. */
  readonly together: boolean;
}

export const steps = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      what: fc.nat(109),
      a: fc.nat(1000),
      b: fc.nat(1000),
      minutes: fc.oneof(fc.nat(3), fc.nat(60)),
      together: fc.boolean(),
    }),
    { minLength: 1, maxLength, size: 'max' },
  );

const START = Date.parse('2020-01-01T00:00:00.000Z');
const MINUTE = 60_000;
const roles: readonly Role[] = ['OWNER', 'ADMIN', 'CONTRIBUTOR', 'REVIEWER'];
const PEOPLE = 6;

interface Member {
  readonly membershipId: string;
  /** End of the membership before, which was deleted: no correction goes beyond it. */
  readonly notBefore: number;
  status: 'ACTIVE' | 'INACTIVE' | 'REMOVED' | 'DELETED';
  role: Role;
  permissions: string[];
  /** Revision and effective time of each change of status of this membership, and of each change of role. */
  changes: { revision: number; at: number; ofStatus: boolean; isJoin: boolean }[];
}

/** Plays the steps into the log as a valid history of one account: what the decider would let through. */
export async function play(
  store: EventStore,
  plan: readonly Step[],
  { accountId = 'a1', imported = false }: { accountId?: string; imported?: boolean } = {},
): Promise<void> {
  const state = new Account(accountId);
  let now = START;
  const occurred = () => new Date(now).toISOString();
  // An import records old events much later, in a time of its own.
  const recorded = () => new Date(imported ? START + 1e11 + (now - START) / 7 : now).toISOString();
  const builder = eventBuilder({ accountId, clock: occurred });
  const times = () => ({ occurredAt: occurred(), recordedAt: recorded() });
  await builder.append(store, [opened()], times());
  let batch: AccountEvent[] = [];
  const flush = async () => {
    if (batch.length > 0) await builder.append(store, batch, times());
    batch = [];
  };
  for (const step of plan) {
    if (!step.together) {
      await flush();
      now += step.minutes * MINUTE;
    }
    for (const event of state.step(step, now, builder.revision + batch.length + 1)) batch.push(event);
  }
  await flush();
}

function opened(): AccountEvent {
  return {
    type: 'AccountOpened',
    data: {
      name: 'Acme',
      kind: 'STANDARD',
      operators: ['operator'],
      preset: 'DEFAULT',
      policy: presets.DEFAULT,
      policyVersion: 1,
    },
  };
}

class Account {
  readonly #id: string;
  readonly #members = new Map<string, Member>();
  readonly #groups = new Map<
    string,
    { name: string; parentId: string | null; members: Map<string, GroupRole> }
  >();
  readonly #contacts = new Map<string, string | null>([['ACCOUNT_TECHNICAL_CONTACT', null]]);
  #counter = 0;

  constructor(id: string) {
    this.#id = id;
  }

  step({ what, a, b }: Step, now: number, revision: number): AccountEvent[] {
    const userId = `u${a % PEOPLE}`;
    const member = this.#members.get(userId);
    if (what < 40) return this.#lifecycle(userId, member, { b, now, revision });
    if (what < 50) return this.#role(userId, member, { b, now, revision });
    if (what < 58 || what >= 100) return this.#correct(userId, member, { b, now });
    if (what < 70) return this.#group(a, b);
    if (what < 90) return this.#groupMember(userId, member, b);
    return this.#contact(userId, member, b);
  }

  #lifecycle(userId: string, member: Member | undefined, { b, now, revision }: Dice): AccountEvent[] {
    const join = (membershipId: string) => ({
      userId,
      membershipId,
      kind: 'STANDARD' as const,
      role: roles[b % 4] ?? 'REVIEWER',
      permissions: b % 3 === 0 ? ['app-store'] : [],
    });
    if (member === undefined || member.status === 'DELETED') {
      this.#counter += 1;
      const membershipId = uuidOf(`${this.#id} ${userId} ${this.#counter}`);
      const data = join(membershipId);
      this.#members.set(userId, {
        membershipId,
        notBefore: member === undefined ? 0 : Math.max(...member.changes.map(({ at }) => at)),
        status: 'ACTIVE',
        role: data.role,
        permissions: data.permissions,
        changes: [{ revision, at: now, ofStatus: true, isJoin: true }],
      });
      return [{ type: 'UserAdded', data }];
    }
    const { membershipId } = member;
    const turn = (status: Member['status'], isJoin = false) => {
      member.status = status;
      member.changes.push({ revision, at: now, ofStatus: true, isJoin });
    };
    if (member.status === 'REMOVED') {
      const data = join(membershipId);
      turn('ACTIVE', true);
      member.role = data.role;
      member.permissions = data.permissions;
      return [{ type: 'UserRejoined', data }];
    }
    const snapshot = {
      kind: 'STANDARD' as const,
      role: member.role,
      permissions: member.permissions,
      groups: [],
      responsibilities: [],
    };
    const data = { userId, membershipId, snapshot };
    if (b % 5 < 2 && member.status === 'ACTIVE') {
      turn('INACTIVE');
      return [{ type: 'UserDeactivated', data }];
    }
    if (b % 5 < 2) {
      turn('ACTIVE');
      const notRestored = { responsibilities: [], groupIds: [] };
      return [{ type: 'UserReactivated', data: { userId, membershipId, notRestored } }];
    }
    for (const group of this.#groups.values()) group.members.delete(userId);
    turn(b % 5 === 4 ? 'DELETED' : 'REMOVED');
    return [{ type: b % 5 === 4 ? 'UserDeleted' : b % 5 === 3 ? 'UserLeft' : 'UserRemoved', data }];
  }

  #role(userId: string, member: Member | undefined, { b, now, revision }: Dice): AccountEvent[] {
    if (member === undefined || (member.status !== 'ACTIVE' && member.status !== 'INACTIVE')) return [];
    const { membershipId } = member;
    member.changes.push({ revision, at: now, ofStatus: false, isJoin: false });
    if (b % 3 === 0) {
      const from = member.role;
      member.role = roles[(roles.indexOf(from) + 1 + (b % 2)) % 4] ?? 'REVIEWER';
      return [{ type: 'RoleChanged', data: { userId, membershipId, from, to: member.role } }];
    }
    const permissions = [`p${b % 4}`];
    if (b % 3 === 1) return [{ type: 'PermissionsGranted', data: { userId, membershipId, permissions } }];
    return [{ type: 'PermissionsRevoked', data: { userId, membershipId, permissions } }];
  }

  /** Between the neighbouring changes of status; a join not past a change of role. The neighbours' very times too. */
  #correct(
    userId: string,
    member: Member | undefined,
    { b, now }: { b: number; now: number },
  ): AccountEvent[] {
    const candidates = member?.changes.filter((change) => change.ofStatus) ?? [];
    const change = candidates[b % candidates.length];
    if (member === undefined || change === undefined) return [];
    const at = member.changes.indexOf(change);
    // By time, not by place: an end that was moved may lie before a change of role that came earlier.
    const limits = (list: Member['changes']) =>
      list.filter((other) => other.ofStatus || change.isJoin).map((other) => other.at);
    const before = limits(member.changes.slice(0, at));
    const low = Math.max(member.notBefore, ...(before.length === 0 ? [change.at - 5 * MINUTE] : before));
    const high = Math.min(now, ...limits(member.changes.slice(at + 1)));
    const to = low + Math.round(((high - low) * ((b >> 3) % 5)) / 4 / MINUTE) * MINUTE;
    if (to === change.at || to > high) return [];
    const event: AccountEvent = {
      type: 'MembershipPeriodCorrected',
      data: {
        userId,
        membershipId: member.membershipId,
        correctedRevision: change.revision,
        from: new Date(change.at).toISOString(),
        to: new Date(to).toISOString(),
      },
    };
    change.at = to;
    return [event];
  }

  #group(a: number, b: number): AccountEvent[] {
    const ids = [...this.#groups.keys()];
    const groupId = ids[a % ids.length];
    const group = groupId === undefined ? undefined : this.#groups.get(groupId);
    if (group === undefined || groupId === undefined || b % 4 === 0) {
      this.#counter += 1;
      const id = uuidOf(`${this.#id} group ${this.#counter}`);
      const name = `g${this.#counter}`;
      const parentId = ids[b % (ids.length + 1)] ?? null;
      this.#groups.set(id, { name, parentId, members: new Map() });
      return [{ type: 'GroupCreated', data: { groupId: id, name, parentId } }];
    }
    if (b % 4 === 1) {
      this.#counter += 1;
      const from = group.name;
      group.name = `g${this.#counter}`;
      return [{ type: 'GroupRenamed', data: { groupId, from, to: group.name } }];
    }
    if (b % 4 === 2) {
      const from = group.parentId;
      group.parentId = from === null ? (ids.find((id) => id !== groupId) ?? null) : null;
      return from === group.parentId
        ? []
        : [{ type: 'GroupMoved', data: { groupId, from, to: group.parentId } }];
    }
    this.#groups.delete(groupId);
    return [{ type: 'GroupDeleted', data: { groupId, name: group.name } }];
  }

  #groupMember(userId: string, member: Member | undefined, b: number): AccountEvent[] {
    const ids = [...this.#groups.keys()];
    const groupId = ids[b % ids.length];
    const group = groupId === undefined ? undefined : this.#groups.get(groupId);
    if (group === undefined || groupId === undefined || member === undefined) return [];
    if (member.status !== 'ACTIVE' && member.status !== 'INACTIVE') return [];
    const role = group.members.get(userId);
    if (role === undefined) {
      const first: GroupRole = b % 2 === 0 ? 'MEMBER' : 'MAINTAINER';
      group.members.set(userId, first);
      return [{ type: 'GroupMemberAdded', data: { groupId, userId, role: first } }];
    }
    if (b % 2 === 0) {
      const to: GroupRole = role === 'MEMBER' ? 'MAINTAINER' : 'MEMBER';
      group.members.set(userId, to);
      return [{ type: 'GroupRoleChanged', data: { groupId, userId, from: role, to } }];
    }
    group.members.delete(userId);
    return [{ type: 'GroupMemberRemoved', data: { groupId, userId, role } }];
  }

  #contact(userId: string, member: Member | undefined, b: number): AccountEvent[] {
    const applications = [...this.#contacts.keys()].filter((key) => key.startsWith('app'));
    if (b % 5 === 0) {
      this.#counter += 1;
      const applicationId = `app${this.#id}${this.#counter}`;
      this.#contacts.set(applicationId, null);
      return [{ type: 'ApplicationRegistered', data: { applicationId, name: `A${this.#counter}` } }];
    }
    const applicationId = applications[b % (applications.length + 1)] ?? null;
    const key = applicationId ?? 'ACCOUNT_TECHNICAL_CONTACT';
    const holder = this.#contacts.get(key) ?? null;
    if (b % 5 === 1 && applicationId !== null) {
      this.#contacts.delete(key);
      const data = { applicationId, name: 'A', technicalContactUserId: holder };
      return [{ type: 'ApplicationRetired', data }];
    }
    if (member === undefined || holder === userId) return [];
    const responsibility =
      applicationId === null
        ? { kind: 'ACCOUNT_TECHNICAL_CONTACT' as const, applicationId }
        : { kind: 'APPLICATION_TECHNICAL_CONTACT' as const, applicationId };
    if (holder === null) {
      this.#contacts.set(key, userId);
      return [{ type: 'ContactAssigned', data: { responsibility, userId } }];
    }
    if (b % 5 === 2) {
      this.#contacts.set(key, null);
      return [{ type: 'ContactVacated', data: { responsibility, fromUserId: holder } }];
    }
    this.#contacts.set(key, userId);
    return [{ type: 'ContactReassigned', data: { responsibility, fromUserId: holder, toUserId: userId } }];
  }
}

interface Dice {
  readonly b: number;
  readonly now: number;
  readonly revision: number;
}
