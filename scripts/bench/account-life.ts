import type { AccountEvent, GroupRole, MembershipSnapshot } from '../../src/domain/account/events.js';
import type { Role } from '../../src/domain/account/roles.js';
import type { DomainEvent } from '../../src/domain/event.js';
import { idOf, userIdOf } from './generate-log.js';

/** The events of one command. */
export interface Deed {
  /** The next person, who was not known before, is its subject. */
  readonly newPerson: boolean;
  readonly events: readonly DomainEvent[];
}

interface Member {
  readonly userId: string;
  readonly membershipId: string;
  status: 'ACTIVE' | 'INACTIVE' | 'REMOVED';
  role: Role;
  permissions: string[];
  readonly groups: Map<string, GroupRole>;
  /** The last change of status. */
  changed: { revision: number; at: number };
}

/** Rolls 0 … bound - 1. */
type Dice = (bound: number) => number;

const roles: readonly Role[] = ['ADMIN', 'CONTRIBUTOR', 'CONTRIBUTOR', 'REVIEWER'];
const GROUPS = 12;
const APPLICATIONS = 4;

/** What happens in one account, one valid command after the other. */
export class AccountLife {
  readonly number: number;
  readonly #size: number;
  readonly #members: Member[] = [];
  readonly #byId = new Map<string, Member>();
  readonly #groups: string[] = [];
  readonly #contacts: { applicationId: string; holder: string | null }[] = [];
  #made = 0;

  constructor(number: number, size: number) {
    this.number = number;
    this.#size = size;
  }

  firstOwner(person: number): AccountEvent[] {
    return [this.#add(person, 'OWNER')];
  }

  next(dice: Dice, people: number): Deed {
    const roll = dice(100);
    if (this.#groups.length < GROUPS && roll < 20) return deed(this.#createGroup(dice));
    if (this.#contacts.length < APPLICATIONS && roll < 25) return deed(this.#registerApplication());
    if (this.#members.length < this.#size && roll < 60) {
      const known = people > 1000 && dice(97) < 20 ? dice(people) : people;
      if (known !== people && this.#byId.has(userIdOf(known))) return this.#change(dice);
      const role = roles[dice(4)] ?? 'REVIEWER';
      return { newPerson: known === people, events: [this.#add(known, role)] };
    }
    return this.#change(dice);
  }

  /** Told of what was written, for a later correction. */
  recorded(event: DomainEvent, moment: { revision: number; at: number }): void {
    if (!('membershipId' in event.data)) return;
    if (event.type === 'RoleChanged' || event.type.startsWith('Permission')) return;
    const member = this.#byId.get(event.data.userId);
    if (member !== undefined && event.type !== 'MembershipPeriodCorrected') member.changed = moment;
  }

  #change(dice: Dice): Deed {
    const member = this.#members[dice(this.#members.length)];
    if (member === undefined) return deed([]);
    const { userId, membershipId } = member;
    const who = { userId, membershipId };
    if (member.status === 'REMOVED') return deed([this.#rejoin(member)]);
    const roll = dice(1000);
    if (roll < 5) return deed([correction(member)]);
    if (member.role === 'OWNER' || roll < 80) return deed(this.#contact(member, dice));
    if (roll < 420) return deed(this.#group(member, dice));
    if (roll < 520) {
      const from = member.role;
      member.role = from === 'ADMIN' ? 'CONTRIBUTOR' : 'ADMIN';
      return deed([{ type: 'RoleChanged', data: { ...who, from, to: member.role } }]);
    }
    if (roll < 600) {
      const permission = `portal.area-${dice(7)}`;
      const has = member.permissions.includes(permission);
      const data = { ...who, permissions: [permission] };
      member.permissions = has
        ? member.permissions.filter((other) => other !== permission)
        : [...member.permissions, permission].sort();
      return deed([{ type: has ? 'PermissionsRevoked' : 'PermissionsGranted', data }]);
    }
    if (member.status === 'INACTIVE') {
      member.status = 'ACTIVE';
      const notRestored = { responsibilities: [], groupIds: [] };
      return deed([{ type: 'UserReactivated', data: { ...who, notRestored } }]);
    }
    return deed(this.#end(member, roll));
  }

  #end(member: Member, roll: number): AccountEvent[] {
    const { userId, membershipId } = member;
    const events: AccountEvent[] = [];
    const snapshot: MembershipSnapshot = {
      kind: 'STANDARD',
      role: member.role,
      permissions: member.permissions,
      groups: [...member.groups].map(([groupId, role]) => ({ groupId, role })),
      responsibilities: [],
    };
    for (const duty of this.#contacts) {
      if (duty.holder !== userId) continue;
      duty.holder = null;
      const responsibility = {
        kind: 'APPLICATION_TECHNICAL_CONTACT',
        applicationId: duty.applicationId,
      } as const;
      events.push({ type: 'ContactVacated', data: { responsibility, fromUserId: userId } });
    }
    const data = { userId, membershipId, snapshot };
    if (roll < 800) {
      member.status = 'INACTIVE';
      return [...events, { type: 'UserDeactivated', data }];
    }
    member.status = 'REMOVED';
    member.groups.clear();
    return [...events, { type: roll < 960 ? 'UserRemoved' : 'UserLeft', data }];
  }

  #add(person: number, role: Role): AccountEvent {
    const userId = userIdOf(person);
    this.#made += 1;
    const member: Member = {
      userId,
      membershipId: idOf(6, this.number * 1_000_003 + this.#made),
      status: 'ACTIVE',
      role,
      permissions: [],
      groups: new Map(),
      changed: { revision: 0, at: 0 },
    };
    this.#members.push(member);
    this.#byId.set(userId, member);
    const { membershipId } = member;
    return { type: 'UserAdded', data: { userId, membershipId, kind: 'STANDARD', role, permissions: [] } };
  }

  #rejoin(member: Member): AccountEvent {
    const { userId, membershipId, role } = member;
    member.status = 'ACTIVE';
    member.permissions = [];
    return { type: 'UserRejoined', data: { userId, membershipId, kind: 'STANDARD', role, permissions: [] } };
  }

  #createGroup(dice: Dice): AccountEvent[] {
    this.#made += 1;
    const groupId = idOf(7, this.number * 1_000_003 + this.#made);
    const parentId = this.#groups[dice(this.#groups.length + 3)] ?? null;
    this.#groups.push(groupId);
    return [{ type: 'GroupCreated', data: { groupId, name: `Group ${this.#made}`, parentId } }];
  }

  #group(member: Member, dice: Dice): AccountEvent[] {
    const groupId = this.#groups[dice(this.#groups.length)];
    const { userId } = member;
    if (groupId === undefined) return this.#createGroup(dice);
    const role = member.groups.get(groupId);
    if (role === undefined) {
      member.groups.set(groupId, 'MEMBER');
      return [{ type: 'GroupMemberAdded', data: { groupId, userId, role: 'MEMBER' } }];
    }
    if (dice(4) === 0) {
      const to: GroupRole = role === 'MEMBER' ? 'MAINTAINER' : 'MEMBER';
      member.groups.set(groupId, to);
      return [{ type: 'GroupRoleChanged', data: { groupId, userId, from: role, to } }];
    }
    member.groups.delete(groupId);
    return [{ type: 'GroupMemberRemoved', data: { groupId, userId, role } }];
  }

  #registerApplication(): AccountEvent[] {
    this.#made += 1;
    const applicationId = idOf(8, this.number * 1_000_003 + this.#made);
    this.#contacts.push({ applicationId, holder: null });
    return [{ type: 'ApplicationRegistered', data: { applicationId, name: `Application ${this.#made}` } }];
  }

  #contact({ userId, status }: Member, dice: Dice): AccountEvent[] {
    const duty = this.#contacts[dice(this.#contacts.length)];
    if (duty === undefined) return this.#registerApplication();
    if (status !== 'ACTIVE' || duty.holder === userId) return [];
    const responsibility = {
      kind: 'APPLICATION_TECHNICAL_CONTACT',
      applicationId: duty.applicationId,
    } as const;
    const from = duty.holder;
    duty.holder = userId;
    if (from === null) return [{ type: 'ContactAssigned', data: { responsibility, userId } }];
    return [{ type: 'ContactReassigned', data: { responsibility, fromUserId: from, toUserId: userId } }];
  }
}

function deed(events: readonly AccountEvent[]): Deed {
  return { newPerson: false, events };
}

/** The last change of status took effect a second earlier. */
function correction({ userId, membershipId, changed }: Member): AccountEvent {
  const from = new Date(changed.at).toISOString();
  changed.at -= 1000;
  const to = new Date(changed.at).toISOString();
  return {
    type: 'MembershipPeriodCorrected',
    data: { userId, membershipId, correctedRevision: changed.revision, from, to },
  };
}
