import { Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MemberKind, Role } from '../enums.js';
import { InvitationStatus } from '../lifecycle-enums.js';
import { atMost } from '../list-size.js';
import type { InvitationRow } from '../pending-reads.js';
import type { AsOf } from '../reads.js';
import { DateTime } from '../scalars.js';
import { recordedLabel } from './attribution.js';
import { connectionOf } from './connection.js';
import { Group } from './group.js';
import { User } from './user.js';

/** Most groups an invitation can promise. */
export const MAX_GROUPS_PROMISED = 100;

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'Somebody was asked into an account; what it promises holds from acceptance on (SW-15).',
})
export class Invitation {
  @Field(() => ID, { description: 'Names the invitation; every resend keeps it.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'Who is invited; what mutations take as `userId`.' })
  readonly userId: string;

  @Field(() => InvitationStatus, { description: 'What became of it.' })
  readonly status: string;

  @Field(() => MemberKind, { description: 'How the person is to sign in.' })
  readonly kind: string;

  @Field(() => Role, { description: 'The role promised.' })
  readonly role: string;

  @Field(() => DateTime, { description: 'When the person was invited first.' })
  readonly invitedAt: number;

  @Field(() => DateTime, { description: 'When the newest link was made; every older one is dead.' })
  readonly lastSentAt: number;

  @Field(() => DateTime, { description: 'From this moment on the newest link cannot be accepted (SW-15).' })
  readonly expiresAt: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was accepted, declined, revoked, ended by a removal or expired; null while PENDING.',
  })
  readonly endedAt: number | null;

  readonly #row: InvitationRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: InvitationRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.invitationId;
    this.accountId = row.accountId;
    this.userId = row.userId;
    this.status = row.status;
    this.kind = row.kind;
    this.role = row.role;
    this.invitedAt = row.invitedAt;
    this.lastSentAt = row.lastSentAt;
    this.expiresAt = row.expiresAt;
    this.endedAt = row.endedAt;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => User, { description: 'Who is invited.' })
  get user(): User {
    return User.asOf(this.userId, this.#context, { asOf: this.#asOf });
  }

  @Field(() => User, {
    nullable: true,
    description: 'Who invited; null when it was no person.',
  })
  get inviter(): User | null {
    const { inviterId } = this.#row;
    return inviterId === null
      ? null
      : User.asOf(inviterId, this.#context, { asOf: this.#asOf, recordedIn: [this.accountId] });
  }

  @Field(() => String, {
    nullable: true,
    description:
      'What to show for whoever invited: the name to whoever may see it, else a made-up one that stays the same in this account. Null when it was no person.',
  })
  async inviterLabel(): Promise<string | null> {
    const { inviterId } = this.#row;
    if (inviterId === null) return null;
    return recordedLabel({ accountId: this.accountId, userId: inviterId }, this.#context);
  }

  @Field(() => [String], { description: 'Permissions promised singly, beside those of the role; sorted.' })
  get permissions(): readonly string[] {
    return JSON.parse(this.#row.permissions) as readonly string[];
  }

  @atMost(MAX_GROUPS_PROMISED)
  @Field(() => [Group], { description: 'Groups promised that still exist.' })
  get groups(): readonly Group[] {
    const groupIds = JSON.parse(this.#row.groupIds) as readonly string[];
    return groupIds.flatMap((groupId) => {
      const row = this.#context.reads.group(this.accountId, groupId, this.#asOf);
      const isGone = row === null || (this.#asOf === null && row.deletedAt !== null);
      return isGone ? [] : [new Group(row, this.#context, this.#asOf)];
    });
  }
}

export const InvitationConnection = connectionOf('Invitation', () => Invitation, 'invitations');
