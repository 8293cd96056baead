import { MaxLength, MinLength } from 'class-validator';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { takesLines } from '../multiline.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

const MAX_SUBJECT_CHARS = 200;
const MAX_TEXT_CHARS = 10_000;

@InputType({ description: 'Whom to mail, and what.' })
export class NotifyUserInput extends MemberMutationInput {
  @Field(() => String, { description: `Subject: one line, 1 to ${MAX_SUBJECT_CHARS} characters.` })
  @MinLength(1, { message: 'subject must not be empty' })
  @MaxLength(MAX_SUBJECT_CHARS, { message: `subject has at most ${MAX_SUBJECT_CHARS} characters` })
  subject!: string;

  @takesLines()
  @Field(() => String, { description: `Plain text, 1 to ${MAX_TEXT_CHARS} characters; lines may be broken.` })
  @MinLength(1, { message: 'text must not be empty' })
  @MaxLength(MAX_TEXT_CHARS, { message: `text has at most ${MAX_TEXT_CHARS} characters` })
  text!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to notifyUser.' })
export class NotifyUserPayload extends MembershipPayload {}

@Resolver()
export class NotifyUserMutation {
  @decider('users.edit')
  @Mutation(() => NotifyUserPayload, {
    description:
      'Asks for a mail to a member, in the name of the account. It goes out afterwards, once; to somebody who has no access then it is recorded as SUPPRESSED and never sent later (PP-3, PP-17). Subject and text are kept encrypted under the person’s key only. Somebody only invited gives INVITATION_PENDING, somebody gone MEMBERSHIP_ENDED; the 21st to one person within 24 hours TOO_SOON with `availableAt`. Needs users.edit. Writes UserNotified.',
  })
  notifyUser(
    @Arg('input', () => NotifyUserInput, { description: 'What to do.' }) input: NotifyUserInput,
    @Ctx() context: RequestContext,
  ): Promise<NotifyUserPayload> {
    const { accountId, userId, subject, text } = input;
    return runMutation({
      context,
      input,
      payload: NotifyUserPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.notifyUser({ ...options, accountId, userId, subject, text }),
      read: readMembership(context, () => userId),
      done: (payload) => `A mail to ${nameOf(payload)} has been asked for.`,
    });
  }
}
