import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountPayload, readAccount } from './account-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Who is to operate which account.' })
export class LinkOperatorInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The account whose members shall act on this one; of kind OPERATOR.' })
  operatorAccountId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to linkOperator.' })
export class LinkOperatorPayload extends AccountPayload {}

@Resolver()
export class LinkOperatorMutation {
  @decider('accounts.create')
  @Mutation(() => LinkOperatorPayload, {
    description:
      'Lets the members of an operator account act on this account, each with the permissions held there (PP-12). Needs accounts.create in the root operator account. Writes OperatorLinked.',
  })
  linkOperator(
    @Arg('input', () => LinkOperatorInput, { description: 'What to do.' }) input: LinkOperatorInput,
    @Ctx() context: RequestContext,
  ): Promise<LinkOperatorPayload> {
    const { accountId, operatorAccountId } = input;
    return runMutation({
      context,
      input,
      payload: LinkOperatorPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.linkOperator({ ...options, accountId, operatorAccountId }),
      read: readAccount(context),
      done: () => 'The operator has been linked.',
    });
  }
}
