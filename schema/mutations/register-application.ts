import { MaxLength } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { ApplicationPayload, applicationRegisteredBy, readApplication } from './application-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'The new application.' })
export class RegisterApplicationInput extends AccountMutationInput {
  @Field(() => String, {
    description: '1 to 200 characters, one line; unique in the account without regard to case.',
  })
  @MaxLength(200, { message: 'name has at most 200 characters' })
  name!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Its technical contact, an active member. May be left out only where the policy lets duties be vacant.',
  })
  technicalContactUserId?: string | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to registerApplication.',
})
export class RegisterApplicationPayload extends ApplicationPayload {}

@Resolver()
export class RegisterApplicationMutation {
  @decider('contacts.reassign')
  @Mutation(() => RegisterApplicationPayload, {
    description:
      'Registers an application; with it begins its technical contact duty (SO-10, SO-20). Needs contacts.reassign. Writes ApplicationRegistered and ContactAssigned.',
  })
  registerApplication(
    @Arg('input', () => RegisterApplicationInput, { description: 'What to do.' })
    input: RegisterApplicationInput,
    @Ctx() context: RequestContext,
  ): Promise<RegisterApplicationPayload> {
    return runOnAccount({
      context,
      input,
      payload: RegisterApplicationPayload,
      command: {
        type: 'registerApplication',
        applicationId: context.newId(),
        name: input.name,
        technicalContactUserId: input.technicalContactUserId ?? null,
      },
      read: readApplication(context, applicationRegisteredBy),
      done: () => `The application ${input.name} has been registered.`,
    });
  }
}
