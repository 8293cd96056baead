import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { fieldsOfSelection } from './bulk-field.js';
import { BulkInput, bulkChoiceFrom } from './bulk-input.js';
import { BulkPayload } from './bulk-payload.js';
import { runBulk } from './run-bulk.js';

@InputType({ description: 'Whom, and the confirmation.' })
export class DeleteUsersInput extends BulkInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: BulkPayload, description: 'Answer to deleteUsers.' })
export class DeleteUsersPayload extends BulkPayload {}

@Resolver()
export class DeleteUsersMutation {
  @decider('bulk.run')
  @Mutation(() => DeleteUsersPayload, {
    description:
      'Ends several memberships for good, in one or several accounts (D3-34); there is no way back, deactivateUsers keeps one. Atomic is one append of one account: an account’s people go in one append as far as they fit, 250 at a time, all of those or none on disk; there is nothing atomic over several appends or accounts, but what a crash interrupts goes on by itself. Needs bulk.run in each account beside what the operation itself needs. Writes UserDeleted for each, after its ContactReassigned.',
  })
  deleteUsers(
    @Arg('input', () => DeleteUsersInput, { description: 'What to do.' }) input: DeleteUsersInput,
    @Ctx() context: RequestContext,
  ): Promise<DeleteUsersPayload> {
    const choice = bulkChoiceFrom(input);
    return runBulk({
      context,
      input,
      fields: fieldsOfSelection(input),
      payload: DeleteUsersPayload,
      act: (options) => context.application.bulk.run({ ...options, ...choice, operation: 'DELETE' }),
      done: 'deleted',
    });
  }
}
