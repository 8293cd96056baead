import { ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import type { PreviewedOperation as PreviewedOperationName } from '../../src/application/application.js';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import { PreviewedOperation } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { costs } from '../list-size.js';
import { SuccessorsInput, successorsFrom } from '../mutations/end-membership.js';
import { refusedQuery } from '../refused-query.js';
import { OffboardingPreview } from '../types/offboarding-preview.js';

@ArgsType()
class OffboardingPreviewArgs {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => ID, { description: 'The person.' })
  userId!: string;

  @Field(() => PreviewedOperation, { description: 'What is about to be done.' })
  operation!: PreviewedOperationName;

  @Field(() => SuccessorsInput, {
    nullable: true,
    description: 'Who is to take over, as it would be sent; decides `canCommit` (SO-15). Default: nobody.',
  })
  @ValidateNested()
  successors?: SuccessorsInput | null;
}

@Resolver()
export class OffboardingPreviewQuery {
  @costs({ items: 100 })
  @visible('users.manage')
  @Query(() => OffboardingPreview, {
    nullable: true,
    description:
      'What ending or reactivating a membership would meet, before anything is done (SO-9, SW-3). Decided on the log itself, never stale. Null when account or user is unknown or not visible; PERMISSION_DENIED for those who may not do the operation; LEAVE of oneself needs no permission.',
  })
  async offboardingPreview(
    @Args(() => OffboardingPreviewArgs) args: OffboardingPreviewArgs,
    @Ctx() context: RequestContext,
  ): Promise<OffboardingPreview | null> {
    const { accountId, userId, operation } = args;
    const preview = await context.application.offboarding.preview({
      actor: { kind: 'USER', userId: context.actorId },
      accountId,
      userId,
      operation,
      successors: successorsFrom(args.successors, 'successors'),
    });
    return isRejection(preview) ? refusedQuery(preview) : new OffboardingPreview(preview, context);
  }
}
