import { Field, ID, Int, ObjectType } from 'type-graphql';
import { atomsOf, type Role as RoleName } from '../../src/domain/account/roles.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { GroupRole, MemberKind, MembershipEnd, MembershipStatus, Role } from '../enums.js';
import type { AsOf, MembershipAsOfRow, MembershipRow, UserGroupRow } from '../reads.js';
import { DateTime } from '../scalars.js';
import { Account } from './account.js';
import { connectionOf } from './connection.js';
import { Group } from './group.js';
import { Responsibility } from './responsibility.js';
import { User } from './user.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A user in one account. It goes on under the same id after removal; only DELETED is terminal.',
})
export class Membership {
  @Field(() => ID, { description: 'Names the membership.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person; what mutations take as `userId`.' })
  readonly userId: string;

  @Field(() => MembershipStatus, { description: 'Where the membership stands (SW-14).' })
  readonly status: string;

  @Field(() => MembershipEnd, { nullable: true, description: 'How it ended; null while ACTIVE or INACTIVE.' })
  readonly endedBy: string | null;

  @Field(() => MemberKind, { description: 'How the person signs in (D3-22).' })
  readonly kind: string;

  @Field(() => Role, { description: 'The role; of an ended membership, the last one.' })
  readonly role: RoleName;

  @Field(() => DateTime, {
    description: 'Since when the status is what it is; under `asOf`, since when all of this is as it is.',
  })
  readonly since: number;

  readonly #row: MembershipRow | MembershipAsOfRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: MembershipRow | MembershipAsOfRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.membershipId;
    this.accountId = row.accountId;
    this.userId = row.userId;
    this.status = row.status;
    this.endedBy = row.endedBy;
    this.kind = row.kind;
    this.role = row.role as RoleName;
    this.since = 'statusSince' in row ? row.statusSince : row.validFrom;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'Revision of the event that made the status what it is; what correctMembershipPeriod takes. Null under `asOf`.',
  })
  get statusRevision(): number | null {
    return 'statusRevision' in this.#row ? this.#row.statusRevision : null;
  }

  @Field(() => [String], { description: 'Granted singly, beside those of the role; sorted.' })
  get permissions(): readonly string[] {
    return JSON.parse(this.#row.permissions) as readonly string[];
  }

  @Field(() => DateTime, { description: 'When the person joined, the last time.' })
  get joinedAt(): number {
    if ('joinedAt' in this.#row) return this.#row.joinedAt;
    return this.#context.reads.membershipById(this.id)?.joinedAt ?? this.since;
  }

  @Field(() => [String], {
    description:
      'What the person may do in the account: the role’s atoms and the single grants; empty unless ACTIVE.',
  })
  get effectivePermissions(): readonly string[] {
    if (this.status !== 'ACTIVE') return [];
    return [...new Set([...atomsOf[this.role], ...this.permissions])].sort();
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }

  @Field(() => Account, { nullable: true, description: 'The account; null when the caller may not see it.' })
  get account(): Account | null {
    return Account.visible(this.accountId, this.#context);
  }

  @Field(() => [GroupPlace], {
    description: 'The groups the person is in (SW-3), in the order of joining them.',
  })
  get groups(): readonly GroupPlace[] {
    const rows = this.#context.reads.groupsOfMember(this.accountId, this.userId, this.#asOf);
    return rows.map((row) => new GroupPlace(row, this.#context, this.#asOf));
  }

  @Field(() => [Responsibility], { description: 'The contact duties the person holds (SO-10).' })
  get responsibilities(): readonly Responsibility[] {
    const rows = this.#context.reads.responsibilitiesOf(this.accountId, this.userId, this.#asOf);
    return rows.map((row) => new Responsibility(row, this.#context));
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A member’s place in a group.' })
export class GroupPlace {
  @Field(() => ID, { description: 'The group.' })
  readonly groupId: string;

  @Field(() => String, { description: 'Name of the group.' })
  readonly name: string;

  @Field(() => GroupRole, { description: 'What the member is in it.' })
  readonly role: string;

  @Field(() => DateTime, {
    description: 'When the member came into it; under `asOf`, since when in this role.',
  })
  readonly addedAt: number;

  readonly #row: UserGroupRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: UserGroupRow, context: RequestContext, asOf: AsOf | null) {
    this.groupId = row.groupId;
    this.name = row.name;
    this.role = row.role;
    this.addedAt = row.addedAt;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => Group, { nullable: true, description: 'The group itself.' })
  get group(): Group | null {
    const { accountId, groupId, name, parentId } = this.#row;
    const row = this.#context.reads.group(accountId, groupId);
    return row === null ? null : new Group({ ...row, name, parentId }, this.#context, this.#asOf);
  }
}

export const MembershipConnection = connectionOf('Membership', () => Membership, 'memberships');
