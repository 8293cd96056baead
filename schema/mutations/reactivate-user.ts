import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { ConfirmedInput, confirmationFrom } from './end-membership.js';
import { nameOf } from './membership-payload.js';
import { RestoringPayload, readRestored } from './restoring-payload.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whom, and the confirmation.' })
export class ReactivateUserInput extends ConfirmedInput {
  @Field(() => ID, { description: 'The user; the person, not the membership.' })
  userId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to reactivateUser.' })
export class ReactivateUserPayload extends RestoringPayload {}

@Resolver()
export class ReactivateUserMutation {
  @decider('users.manage')
  @Mutation(() => ReactivateUserPayload, {
    description:
      'Switches access on again, with role, permissions and the groups that still exist (D3-4, D3-33, PP-10). Contact duties that have moved on stay where they are; `notRestored` tells them. Asks for a seat: SEAT_LIMIT_EXCEEDED (D3-35). A frozen member gives MEMBERSHIP_FROZEN; one who is active is UNCHANGED (PP-18). Mails nobody (PP-14). Needs users.manage or the role ADMIN, as the policy says. Writes UserReactivated.',
  })
  reactivateUser(
    @Arg('input', () => ReactivateUserInput, { description: 'What to do.' }) input: ReactivateUserInput,
    @Ctx() context: RequestContext,
  ): Promise<ReactivateUserPayload> {
    return runOnAccount({
      context,
      input,
      payload: ReactivateUserPayload,
      command: { type: 'reactivateUser', userId: input.userId, confirmation: confirmationFrom(input) },
      read: readRestored(context, input.userId),
      done: (payload) => `${nameOf(payload)} has been reactivated.`,
    });
  }
}
