import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { dutyFrom, ResponsibilityInput } from '../types/responsibility.js';
import { AccountMutationInput } from './mutation-input.js';
import { ResponsibilitiesPayload, readResponsibilities } from './responsibilities-payload.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which duty, and to whom.' })
export class AssignContactInput extends AccountMutationInput {
  @Field(() => ResponsibilityInput, { description: 'The duty; must be vacant.' })
  responsibility!: ResponsibilityInput;

  @Field(() => ID, { description: 'The person; an active member of the account.' })
  userId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to assignContact.' })
export class AssignContactPayload extends ResponsibilitiesPayload {}

@Resolver()
export class AssignContactMutation {
  @decider('contacts.reassign')
  @Mutation(() => AssignContactPayload, {
    description:
      'Gives a vacant contact duty to an active member. Needs contacts.reassign. Writes ContactAssigned.',
  })
  async assignContact(
    @Arg('input', () => AssignContactInput, { description: 'What to do.' }) input: AssignContactInput,
    @Ctx() context: RequestContext,
  ): Promise<AssignContactPayload> {
    const responsibility = dutyFrom(input.responsibility, 'input.responsibility');
    return runOnAccount({
      context,
      input,
      payload: AssignContactPayload,
      command: { type: 'assignContact', responsibility, userId: input.userId },
      read: readResponsibilities(context, [responsibility]),
      done: () => 'The contact has been assigned.',
    });
  }
}
