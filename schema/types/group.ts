import { Args, Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { asOfFrom } from '../as-of.js';
import { AsOfPageArgs } from '../as-of-args.js';
import type { RequestContext } from '../context.js';
import { GroupRole } from '../enums.js';
import { pageByNumber } from '../page.js';
import type { AsOf, GroupMemberRow, GroupRow } from '../reads.js';
import { DateTime } from '../scalars.js';
import { type Connection, connectionOf } from './connection.js';
import { User } from './user.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A group of an account; groups nest.' })
export class Group {
  @Field(() => ID, { description: 'Made by Muster; stays for ever.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => String, { description: 'Unique in the account, without regard to case.' })
  readonly name: string;

  @Field(() => ID, { nullable: true, description: 'The group it is nested in; null at the top level.' })
  readonly parentId: string | null;

  @Field(() => DateTime, { description: 'When it was created.' })
  readonly createdAt: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was deleted; null while it exists.' })
  readonly deletedAt: number | null;

  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: GroupRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.groupId;
    this.accountId = row.accountId;
    this.name = row.name;
    this.parentId = row.parentId;
    this.createdAt = row.createdAt;
    this.deletedAt = row.deletedAt;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => GroupMemberConnection, {
    description: 'The people in it, in the order they came; as of the same moment unless asked for another.',
  })
  members(@Args(() => AsOfPageArgs) args: AsOfPageArgs): Connection<GroupMember> {
    const { id, accountId } = this;
    const { reads } = this.#context;
    const asOf = asOfFrom(args.asOf, { accountId, context: this.#context }) ?? this.#asOf;
    const page = pageByNumber({
      list: 'group-members',
      args,
      rows: (of) => reads.groupMembers(id, asOf, of),
      count: () => reads.countGroupMembers(id, asOf),
      keyOf: (row) => row.number,
      nodeOf: (row) => new GroupMember(row, this.#context, asOf),
    });
    return new GroupMemberConnection(page);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Somebody in a group.' })
export class GroupMember {
  @Field(() => ID, { description: 'The person.' })
  readonly userId: string;

  @Field(() => GroupRole, { description: 'What the person is in the group.' })
  readonly role: GroupMemberRow['role'];

  @Field(() => DateTime, { description: 'When the person came into the group.' })
  readonly addedAt: number;

  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: GroupMemberRow, context: RequestContext, asOf: AsOf | null) {
    this.userId = row.userId;
    this.role = row.role;
    this.addedAt = row.addedAt;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return User.asOf(this.userId, this.#context, { asOf: this.#asOf });
  }
}

export const GroupConnection = connectionOf('Group', () => Group, 'groups');
export const GroupMemberConnection = connectionOf('GroupMember', () => GroupMember, 'group members');
