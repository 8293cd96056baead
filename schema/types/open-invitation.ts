import { Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MemberKind, Role } from '../enums.js';
import type { InvitationRow } from '../pending-reads.js';
import { DateTime } from '../scalars.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'An invitation as the person invited sees it: nothing of the account but its name. Accepting needs the token of the link.',
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

  readonly #context: RequestContext;

  constructor(row: InvitationRow, context: RequestContext) {
    this.id = row.invitationId;
    this.accountId = row.accountId;
    this.kind = row.kind;
    this.role = row.role;
    this.invitedAt = row.invitedAt;
    this.expiresAt = row.expiresAt;
    this.#context = context;
  }

  @Field(() => String, { description: 'Name of the account.' })
  get accountName(): string {
    return this.#context.reads.account(this.accountId)?.name ?? '';
  }
}
