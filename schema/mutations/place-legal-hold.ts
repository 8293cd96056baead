import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { User } from '../types/user.js';
import { MutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

@InputType({
  description:
    'Who must not be erased. A `reason` is required: whoever finds the hold later must know why it stands.',
})
export class PlaceLegalHoldInput extends MutationInput {
  @Field(() => ID, { description: 'The person.' })
  userId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to placeLegalHold.' })
export class PlaceLegalHoldPayload extends MutationPayload {
  @Field(() => User, { nullable: true, description: 'The person, with all holds; null when refused.' })
  get user(): User | null {
    this.readNow();
    return this.readUser;
  }

  readUser: User | null = null;
}

@Resolver()
export class PlaceLegalHoldMutation {
  @decider('legalhold.write')
  @Mutation(() => PlaceLegalHoldPayload, {
    description:
      'Forbids to erase a person until the hold is released. Each hold stands for itself: two cases are two holds. INVALID_INPUT without a reason; PERSON_ERASED when it comes too late. Needs legalhold.write, granted singly in the root operator account. Writes LegalHoldPlaced.',
  })
  placeLegalHold(
    @Arg('input', () => PlaceLegalHoldInput, { description: 'What to do.' }) input: PlaceLegalHoldInput,
    @Ctx() context: RequestContext,
  ): Promise<PlaceLegalHoldPayload> {
    const { userId } = input;
    return runMutation({
      context,
      input,
      payload: PlaceLegalHoldPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.persons.placeLegalHold({ ...options, userId }),
      read: (payload) => {
        payload.readUser = new User(userId, context);
      },
      done: () => 'The legal hold stands.',
    });
  }
}
