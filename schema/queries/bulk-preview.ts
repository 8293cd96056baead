import { ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, Query, Resolver } from 'type-graphql';
import type { ConfirmedOperation as Operation } from '../../src/domain/account/policy.js';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { ConfirmedOperation } from '../enums.js';
import { takesUpTo } from '../list-size.js';
import { checkMembers, MAX_SELECTED, MembersInput } from '../selection.js';
import { BulkPreview, ofSelection } from '../types/bulk-preview.js';

@ArgsType()
class BulkPreviewArgs {
  @Field(() => ConfirmedOperation, { description: 'What is about to be done.' })
  operation!: Operation;

  @takesUpTo(MAX_SELECTED)
  @Field(() => [MembersInput], {
    description:
      'Whom, account by account. More than 1,000 people are not looked at: every account answers BULK_LIMIT_EXCEEDED then.',
  })
  @ValidateNested()
  selection!: MembersInput[];
}

@Resolver()
export class BulkPreviewQuery {
  @visible('bulk.run')
  @Query(() => BulkPreview, {
    description:
      'What a bulk mutation would meet, before anything is done (D3-24, D3-34), and the tokens it needs where the confirmation is PREVIEW_TOKEN. Decided on the log itself, never stale. An account or a person that is unknown or not visible answers NOT_FOUND in its place.',
  })
  async bulkPreview(
    @Args(() => BulkPreviewArgs) { operation, selection }: BulkPreviewArgs,
    @Ctx() context: RequestContext,
  ): Promise<BulkPreview> {
    checkMembers(selection, 'selection');
    const actor = { kind: 'USER', userId: context.actorId } as const;
    const preview = await context.application.bulk.preview({ actor, operation, selection });
    return new BulkPreview(preview, context, ofSelection);
  }
}
