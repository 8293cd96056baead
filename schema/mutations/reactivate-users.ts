import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { fieldsOfSelection } from './bulk-field.js';
import { BulkInput, bulkChoiceFrom } from './bulk-input.js';
import { BulkPayload } from './bulk-payload.js';
import { runBulk } from './run-bulk.js';

@InputType({ description: 'Whom, and the confirmation.' })
export class ReactivateUsersInput extends BulkInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: BulkPayload, description: 'Answer to reactivateUsers.' })
export class ReactivateUsersPayload extends BulkPayload {}

@Resolver()
export class ReactivateUsersMutation {
  @decider('bulk.run')
  @Mutation(() => ReactivateUsersPayload, {
    description:
      'Switches the access of several people on again, in one or several accounts (D3-24, PP-7). Atomic is one append of one account: an account’s people go in one append as far as they fit, 250 at a time, all of those or none on disk; there is nothing atomic over several appends or accounts, but what a crash interrupts goes on by itself. Needs bulk.run in each account beside what the operation itself needs. Writes UserReactivated for each.',
  })
  reactivateUsers(
    @Arg('input', () => ReactivateUsersInput, { description: 'What to do.' }) input: ReactivateUsersInput,
    @Ctx() context: RequestContext,
  ): Promise<ReactivateUsersPayload> {
    const choice = bulkChoiceFrom(input);
    return runBulk({
      context,
      input,
      fields: fieldsOfSelection(input),
      payload: ReactivateUsersPayload,
      act: (options) => context.application.bulk.run({ ...options, ...choice, operation: 'REACTIVATE' }),
      done: 'reactivated',
    });
  }
}
