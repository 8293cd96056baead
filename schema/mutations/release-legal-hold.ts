import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { User } from '../types/user.js';
import { MutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Which hold to release.' })
export class ReleaseLegalHoldInput extends MutationInput {
  @Field(() => ID, { description: 'The person.' })
  userId!: string;

  @Field(() => ID, { description: 'The hold, as `LegalHold.id` names it.' })
  holdId!: string;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to releaseLegalHold.',
})
export class ReleaseLegalHoldPayload extends MutationPayload {
  @Field(() => User, { nullable: true, description: 'The person, with all holds; null when refused.' })
  get user(): User | null {
    this.readNow();
    return this.readUser;
  }

  readUser: User | null = null;
}

@Resolver()
export class ReleaseLegalHoldMutation {
  @decider('legalhold.write')
  @Mutation(() => ReleaseLegalHoldPayload, {
    description:
      'Releases one legal hold; others stand. UNCHANGED when it was released before; NOT_FOUND when the person has no such hold. Needs legalhold.write, granted singly in the root operator account. Writes LegalHoldReleased.',
  })
  releaseLegalHold(
    @Arg('input', () => ReleaseLegalHoldInput, { description: 'What to do.' }) input: ReleaseLegalHoldInput,
    @Ctx() context: RequestContext,
  ): Promise<ReleaseLegalHoldPayload> {
    const { userId, holdId } = input;
    return runMutation({
      context,
      input,
      payload: ReleaseLegalHoldPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.persons.releaseLegalHold({ ...options, userId, holdId }),
      read: (payload) => {
        payload.readUser = new User(userId, context);
      },
      done: () => 'The legal hold is released.',
    });
  }
}
