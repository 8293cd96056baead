import { Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MemberKind, Role } from '../enums.js';
import type { InvitationRow } from '../pending-reads.js';
import { DateTime } from '../scalars.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'Who invites: the name only, as in the mail, and nothing else of the person.',
})
export class Inviter {
  @Field(() => ID, { description: 'The person.' })
  readonly id: string;

  @Field(() => String, {
    nullable: true,
    description: 'Null when unknown or erased, or taken away by a delete in the account (D3-10).',
  })
  readonly name: string | null;

  constructor(id: string, name: string | null) {
    this.id = id;
    this.name = name;
  }

  static of(
    { inviterId, accountId }: { readonly inviterId: string; readonly accountId: string },
    { reads }: RequestContext,
  ): Inviter {
    const isNameless = reads.namelessIn(inviterId).has(accountId);
    return new Inviter(inviterId, isNameless ? null : (reads.person(inviterId)?.name ?? null));
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'An invitation as the person invited sees it: nothing of the account but its name. acceptInvitation and declineInvitation take its id.',
})
export class OpenInvitation {
  @Field(() => ID, { description: 'Names the invitation.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account; visible only after accepting.' })
  readonly accountId: string;

  @Field(() => MemberKind, { description: 'How the person is to sign in.' })
  readonly kind: string;

  @Field(() => Role, { description: 'The role promised.' })
  readonly role: string;

  @Field(() => DateTime, { description: 'When the person was invited first.' })
  readonly invitedAt: number;

  @Field(() => DateTime, { description: 'From this moment on it cannot be accepted.' })
  readonly expiresAt: number;

  readonly #row: InvitationRow;
  readonly #context: RequestContext;

  constructor(row: InvitationRow, context: RequestContext) {
    this.id = row.invitationId;
    this.accountId = row.accountId;
    this.kind = row.kind;
    this.role = row.role;
    this.invitedAt = row.invitedAt;
    this.expiresAt = row.expiresAt;
    this.#row = row;
    this.#context = context;
  }

  @Field(() => Inviter, {
    nullable: true,
    description: 'Who invites, as the mail says it; null when it was no person.',
  })
  get inviter(): Inviter | null {
    const { inviterId } = this.#row;
    return inviterId === null ? null : Inviter.of({ inviterId, accountId: this.accountId }, this.#context);
  }

  @Field(() => [String], { description: 'Names of the groups promised, those that are gone left out.' })
  get groupNames(): readonly string[] {
    const ids = JSON.parse(this.#row.groupIds) as readonly string[];
    const groups = ids.map((id) => this.#context.reads.group(this.accountId, id));
    return groups.flatMap((group) => (group === null || group.deletedAt !== null ? [] : [group.name]));
  }

  @Field(() => String, { description: 'Name of the account.' })
  get accountName(): string {
    return this.#context.reads.account(this.accountId)?.name ?? '';
  }
}
