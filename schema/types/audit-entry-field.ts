import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { GroupRole as GroupRoleName, MembershipSnapshot } from '../../src/domain/account/events.js';
import type { Responsibility } from '../../src/domain/account/responsibility.js';
import type { MemberKind as KindName, Role as RoleName } from '../../src/domain/account/roles.js';
import type { MembershipStatus as StatusName } from '../../src/domain/account/state.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { GroupRole, MemberKind, MembershipStatus, Role } from '../enums.js';
import { DateTime } from '../scalars.js';
import { ResponsibilityName } from './responsibility-name.js';
import { User } from './user.js';

/** Where the event of an entry stands, for what its data only names by id. */
export interface EntryPlace {
  readonly accountId: string | null;
  readonly context: RequestContext;
}

/** One field of an entry's type, and how it is read from the event's data. */
export interface EntryField<Data> {
  readonly type: Parameters<typeof Field>[0];
  readonly description: string;
  readonly nullable: boolean;
  readonly read: (data: Data, place: EntryPlace) => unknown;
}

type Read<Data, Value> = (data: Data, place: EntryPlace) => Value;

const field =
  <Value>(type: Parameters<typeof Field>[0], nullable = false) =>
  <Data>(description: string, read: Read<Data, Value>): EntryField<Data> => ({
    type,
    description,
    nullable,
    read,
  });

export const id = field<string>(() => ID);
export const idOrNull = field<string | null>(() => ID, true);
export const text = field<string>(() => String);
export const textOrNull = field<string | null>(() => String, true);
export const texts = field<readonly string[]>(() => [String]);
export const int = field<number>(() => Int);
export const intOrNull = field<number | null>(() => Int, true);
export const flag = field<boolean>(() => Boolean);
export const role = field<RoleName>(() => Role);
export const memberKind = field<KindName>(() => MemberKind);
export const groupRole = field<GroupRoleName>(() => GroupRole);
export const statusOrNull = field<StatusName | null>(() => MembershipStatus, true);
export const duty = field<Responsibility>(() => ResponsibilityName);

/** Of an enum, or of an object type of its own. */
export const one = <Value>(type: Parameters<typeof Field>[0], isNullable = false) =>
  field<Value>(type, isNullable);

export const time = <Data>(description: string, read: Read<Data, string>): EntryField<Data> =>
  field<number>(() => DateTime)(description, (data: Data, place) => Date.parse(read(data, place)));

export const timeOrNull = <Data>(description: string, read: Read<Data, string | null>): EntryField<Data> =>
  field<number | null>(() => DateTime, true)(description, (data: Data, place) => {
    const iso = read(data, place);
    return iso === null ? null : Date.parse(iso);
  });

export const person = <Data>(description: string, read: Read<Data, string>): EntryField<Data> =>
  field<User>(() => User)(description, (data: Data, place) => new User(read(data, place), place.context));

export const personOrNull = <Data>(description: string, read: Read<Data, string | null>): EntryField<Data> =>
  field<User | null>(() => User, true)(description, (data: Data, place) => {
    const userId = read(data, place);
    return userId === null ? null : new User(userId, place.context);
  });

export const group = <Data>(description: string, read: Read<Data, string>): EntryField<Data> =>
  field<EntryGroup>(() => EntryGroup)(
    description,
    (data: Data, place) => new EntryGroup(read(data, place), place),
  );

export const groupOrNull = <Data>(description: string, read: Read<Data, string | null>): EntryField<Data> =>
  field<EntryGroup | null>(() => EntryGroup, true)(description, (data: Data, place) => {
    const groupId = read(data, place);
    return groupId === null ? null : new EntryGroup(groupId, place);
  });

export const groups = <Data>(description: string, read: Read<Data, readonly string[]>): EntryField<Data> =>
  field<readonly EntryGroup[]>(() => [EntryGroup])(description, (data: Data, place) =>
    read(data, place).map((groupId) => new EntryGroup(groupId, place)),
  );

export const snapshot = <Data>(description: string, read: Read<Data, MembershipSnapshot>): EntryField<Data> =>
  field<EntrySnapshot>(() => EntrySnapshot)(
    description,
    (data: Data, place) => new EntrySnapshot(read(data, place), place),
  );

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A group that an event names.' })
export class EntryGroup {
  @Field(() => ID, { description: 'The group; also a deleted one.' })
  readonly id: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its name now, or the last it had; null when it is unknown.',
  })
  readonly name: string | null;

  constructor(groupId: string, { accountId, context }: EntryPlace) {
    this.id = groupId;
    this.name = accountId === null ? null : (context.reads.group(accountId, groupId)?.name ?? null);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A place in a group, as an event names it.' })
export class EntryGroupPlace {
  @Field(() => EntryGroup, { description: 'The group.' })
  readonly group: EntryGroup;

  @Field(() => GroupRole, { description: 'What the person was in it.' })
  readonly role: GroupRoleName;

  constructor({ groupId, role: as }: MembershipSnapshot['groups'][number], place: EntryPlace) {
    this.group = new EntryGroup(groupId, place);
    this.role = as;
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What a member had when access ended.' })
export class EntrySnapshot {
  @Field(() => MemberKind, { description: 'How the person signed in.' })
  readonly kind: KindName;

  @Field(() => Role, { description: 'The role.' })
  readonly role: RoleName;

  @Field(() => [String], { description: 'Permissions granted singly.' })
  readonly permissions: readonly string[];

  @Field(() => [EntryGroupPlace], {
    description: 'The groups; for whoever was only invited, those promised.',
  })
  readonly groups: readonly EntryGroupPlace[];

  @Field(() => [ResponsibilityName], { description: 'The contact duties held.' })
  readonly responsibilities: readonly ResponsibilityName[];

  constructor(held: MembershipSnapshot, place: EntryPlace) {
    this.kind = held.kind;
    this.role = held.role;
    this.permissions = held.permissions;
    this.groups = held.groups.map((at) => new EntryGroupPlace(at, place));
    this.responsibilities = [...held.responsibilities];
  }
}
