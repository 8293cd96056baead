import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { inInput } from '../types/user-error.js';
import { BulkPayload } from './bulk-payload.js';
import { MutationInput } from './mutation-input.js';
import { runBulk } from './run-bulk.js';

@InputType({ description: 'Which bulk operation.' })
export class UndoBulkOperationInput extends MutationInput {
  @Field(() => ID, { description: 'The operation; `bulkOperationId` of its answer.' })
  bulkOperationId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: BulkPayload, description: 'Answer to undoBulkOperation.' })
export class UndoBulkOperationPayload extends BulkPayload {}

@Resolver()
export class UndoBulkOperationMutation {
  @decider('bulk.run')
  @Mutation(() => UndoBulkOperationPayload, {
    description:
      'Takes back what a bulk operation did, person by person: deactivations, reactivations and removals that nothing has happened to since; what has changed meanwhile is refused with STALE_VALUE and left as it is, and deletions cannot be undone (UNDO_IMPOSSIBLE). Contact duties stay with whoever took them over. It is a bulk operation itself, as atomic as every other. Needs bulk.run in each account beside what reactivating, deactivating or reinstating needs.',
  })
  undoBulkOperation(
    @Arg('input', () => UndoBulkOperationInput, { description: 'What to do.' }) input: UndoBulkOperationInput,
    @Ctx() context: RequestContext,
  ): Promise<UndoBulkOperationPayload> {
    const { bulkOperationId } = input;
    return runBulk({
      context,
      input,
      fields: { ofWhole: inInput, ofItem: () => () => 'input.bulkOperationId' },
      payload: UndoBulkOperationPayload,
      act: (options) => context.application.bulk.undo({ ...options, bulkOperationId }),
      done: 'restored',
    });
  }
}
