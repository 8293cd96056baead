import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { ApplicationPayload, readApplication } from './application-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which application.' })
export class RetireApplicationInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The application.' })
  applicationId!: string;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to retireApplication.',
})
export class RetireApplicationPayload extends ApplicationPayload {}

@Resolver()
export class RetireApplicationMutation {
  @decider('contacts.reassign')
  @Mutation(() => RetireApplicationPayload, {
    description:
      'Takes an application out of use; its technical contact duty ends. Needs contacts.reassign. Writes ApplicationRetired.',
  })
  retireApplication(
    @Arg('input', () => RetireApplicationInput, { description: 'What to do.' }) input: RetireApplicationInput,
    @Ctx() context: RequestContext,
  ): Promise<RetireApplicationPayload> {
    return runOnAccount({
      context,
      input,
      payload: RetireApplicationPayload,
      command: { type: 'retireApplication', applicationId: input.applicationId },
      read: readApplication(context, () => input.applicationId),
      done: () => 'The application has been retired.',
    });
  }
}
