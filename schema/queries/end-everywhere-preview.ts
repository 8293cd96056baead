import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import type { EndingOperation as Operation } from '../../src/domain/account/policy.js';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { EndingOperation } from '../enums.js';
import { atMost } from '../list-size.js';
import { refusedQuery } from '../refused-query.js';
import { BulkPreview, ofOnePerson } from '../types/bulk-preview.js';

/** Accounts that one person is reckoned to be in when the size of an answer is limited. */
const USUAL_ACCOUNTS = 100;

@ArgsType()
class EndEverywherePreviewArgs {
  @Field(() => ID, { description: 'The user; the person, not a membership.' })
  userId!: string;

  @Field(() => EndingOperation, {
    nullable: true,
    description: 'As it would be sent to endEverywhere. Default: each account’s own.',
  })
  operation?: Operation | null;
}

@Resolver()
export class EndEverywherePreviewQuery {
  @visible('bulk.run')
  @atMost(USUAL_ACCOUNTS)
  @Query(() => BulkPreview, {
    nullable: true,
    description:
      'What endEverywhere would meet, before anything is done: one item for each account that the caller may see, with what would be done there, the contact duties, what has to be confirmed, and the token. Each account is decided on the log itself. Null when the person is in no account that the caller may see. SERVICE_UNAVAILABLE while it cannot be told which accounts there are.',
  })
  async endEverywherePreview(
    @Args(() => EndEverywherePreviewArgs) { userId, operation }: EndEverywherePreviewArgs,
    @Ctx() context: RequestContext,
  ): Promise<BulkPreview | null> {
    const actor = { kind: 'USER', userId: context.actorId } as const;
    const request = { actor, userId, operation: operation ?? null };
    const preview = await context.application.bulk.previewEverywhere(request);
    return isRejection(preview) ? refusedQuery(preview) : new BulkPreview(preview, context, ofOnePerson);
  }
}
