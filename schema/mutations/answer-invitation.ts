import { MaxLength } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AnsweredInvitation } from '../../src/application/application.js';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { Account } from '../types/account.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, readMembership } from './membership-payload.js';
import { MutationInput } from './mutation-input.js';

@InputType({ description: 'Answers an invitation.' })
export abstract class AnswerInvitationInput extends MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'The token of the link, as it stands there, at most 500 characters. One that is cut or made up gives NOT_FOUND.',
  })
  @MaxLength(500, { message: 'token is not the token of an invitation' })
  token?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Instead of a token: the `id` of an invitation of `viewer.invitations`. Answered as with its newest link; one that is not the caller’s, or whose links were destroyed, gives NOT_FOUND.',
  })
  invitationId?: string | null;
}

/** @throws BAD_USER_INPUT unless one of both is given */
export function answeredFrom(
  { token, invitationId }: AnswerInvitationInput,
  { pending, userId }: RequestContext,
): AnsweredInvitation {
  if ((token == null) === (invitationId == null))
    throw badInput('input.token', 'give the token or the invitationId, one of them');
  if (token != null) return { token };
  const row = userId === null || invitationId == null ? null : pending.invitationFor(userId, invitationId);
  return { invitation: row };
}

/** Payload of what the invited person does: the account may come into view, or not. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to what an invited person does.',
})
export abstract class AnswerInvitationPayload extends MembershipPayload {
  @Field(() => Account, {
    nullable: true,
    description: 'The account, where the caller may see it afterwards: after accepting, not after declining.',
  })
  get account(): Account | null {
    this.readNow();
    return this.#account;
  }

  set account(account: Account | null) {
    this.#account = account;
  }

  #account: Account | null = null;
}

/** Reads account and membership as the invited person may see them after the answer. */
export const readAnswered = (context: RequestContext) => {
  const readOwn = readMembership(context, () => context.userId);
  return (payload: AnswerInvitationPayload, outcome: Outcome): void => {
    payload.account = Account.visible(outcome.accountId, context);
    readOwn(payload, outcome);
  };
};
