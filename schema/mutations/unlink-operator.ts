import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountPayload, readAccount } from './account-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Who is no longer to operate which account.' })
export class UnlinkOperatorInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The account whose members shall no longer act on this one.' })
  operatorAccountId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to unlinkOperator.' })
export class UnlinkOperatorPayload extends AccountPayload {}

@Resolver()
export class UnlinkOperatorMutation {
  @decider('accounts.create')
  @Mutation(() => UnlinkOperatorPayload, {
    description:
      'Ends what linkOperator began. Needs accounts.create in the root operator account. Writes OperatorUnlinked.',
  })
  unlinkOperator(
    @Arg('input', () => UnlinkOperatorInput, { description: 'What to do.' }) input: UnlinkOperatorInput,
    @Ctx() context: RequestContext,
  ): Promise<UnlinkOperatorPayload> {
    return runOnAccount({
      context,
      input,
      payload: UnlinkOperatorPayload,
      command: { type: 'unlinkOperator', operatorAccountId: input.operatorAccountId },
      read: readAccount(context),
      done: () => 'The operator has been unlinked.',
    });
  }
}
