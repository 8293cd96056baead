import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { fieldsOfSelection } from './bulk-field.js';
import { BulkInput, bulkChoiceFrom } from './bulk-input.js';
import { BulkPayload } from './bulk-payload.js';
import { runBulk } from './run-bulk.js';

@InputType({ description: 'Whom, and the confirmation.' })
export class DeactivateUsersInput extends BulkInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: BulkPayload, description: 'Answer to deactivateUsers.' })
export class DeactivateUsersPayload extends BulkPayload {}

@Resolver()
export class DeactivateUsersMutation {
  @decider('bulk.run')
  @Mutation(() => DeactivateUsersPayload, {
    description:
      'Switches off the access of several people, in one or several accounts (D3-18, PP-7, PP-13). Atomic is one append of one account: an account’s people go in one append as far as they fit, 250 at a time, all of those or none on disk; there is nothing atomic over several appends or accounts, but what a crash interrupts goes on by itself. Needs bulk.run in each account beside what the operation itself needs. Writes UserDeactivated for each, after its ContactReassigned.',
  })
  deactivateUsers(
    @Arg('input', () => DeactivateUsersInput, { description: 'What to do.' }) input: DeactivateUsersInput,
    @Ctx() context: RequestContext,
  ): Promise<DeactivateUsersPayload> {
    const choice = bulkChoiceFrom(input);
    return runBulk({
      context,
      input,
      fields: fieldsOfSelection(input),
      payload: DeactivateUsersPayload,
      act: (options) => context.application.bulk.run({ ...options, ...choice, operation: 'DEACTIVATE' }),
      done: 'deactivated',
    });
  }
}
