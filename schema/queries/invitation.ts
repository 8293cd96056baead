import { MaxLength } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import type { InvitationSeen } from '../../src/application/application.js';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import { signedIn, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Role } from '../enums.js';
import { InvitationLinkState } from '../lifecycle-enums.js';
import { DateTime } from '../scalars.js';
import { Inviter } from '../types/open-invitation.js';

const MAX_TOKEN_CHARS = 500;

@ArgsType()
class InvitationArgs {
  @Field(() => String, { description: 'As in the link.' })
  @MaxLength(MAX_TOKEN_CHARS, { message: `token has at most ${MAX_TOKEN_CHARS} characters` })
  token!: string;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'What a link leads to. Everything but the state is null where it is FOR_ANOTHER_ADDRESS.',
})
export class InvitationLink {
  @Field(() => InvitationLinkState, { description: 'What acceptInvitation would meet.' })
  readonly state: InvitationSeen['state'];

  @Field(() => String, { nullable: true, description: 'Name of the account.' })
  readonly accountName: string | null;

  @Field(() => Role, { nullable: true, description: 'The role promised; once accepted, the role held.' })
  readonly role: RoleName | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From this moment on the newest link cannot be accepted.',
  })
  readonly expiresAt: number | null;

  readonly #seen: InvitationSeen;
  readonly #context: RequestContext;

  constructor(seen: InvitationSeen, context: RequestContext) {
    this.state = seen.state;
    this.accountName = seen.promise?.accountName ?? null;
    this.role = seen.promise?.role ?? null;
    this.expiresAt = seen.promise?.expiresAt ?? null;
    this.#seen = seen;
    this.#context = context;
  }

  @Field(() => Inviter, {
    nullable: true,
    description: 'Who invites, as the mail says it; null also when it was no person.',
  })
  get inviter(): Inviter | null {
    const { accountId, inviterId = null } = this.#seen.promise ?? {};
    return accountId === undefined || inviterId === null
      ? null
      : Inviter.of({ inviterId, accountId }, this.#context);
  }
}

@Resolver()
export class InvitationQuery {
  @signedIn()
  @Query(() => InvitationLink, {
    nullable: true,
    description:
      'What the link of an invitation leads to, without answering it (SW-15). Decided on the log itself, never stale; writes nothing. Null when the token is none of Muster’s.',
  })
  async invitation(
    @Args(() => InvitationArgs) { token }: InvitationArgs,
    @Ctx() context: RequestContext,
  ): Promise<InvitationLink | null> {
    const { application, actorId } = context;
    const seen = await application.invitations.look({ actor: { kind: 'USER', userId: actorId }, token });
    return seen === null ? null : new InvitationLink(seen, context);
  }
}
