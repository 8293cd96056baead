import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { ConfirmedOperation as Operation } from '../../src/domain/account/policy.js';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import { apiError } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { ConfirmedOperation } from '../enums.js';
import { OffboardingPreview } from '../types/offboarding-preview.js';

@Resolver()
export class OffboardingPreviewQuery {
  @visible('users.manage')
  @Query(() => OffboardingPreview, {
    nullable: true,
    description:
      'What ending or reactivating a membership would meet, before anything is done (SO-9, SW-3). Decided on the log itself, never stale. Null when account or user is unknown or not visible; PERMISSION_DENIED for those who may not do the operation.',
  })
  async offboardingPreview(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('operation', () => ConfirmedOperation, { description: 'What is about to be done.' })
    operation: Operation,
    @Ctx() context: RequestContext,
  ): Promise<OffboardingPreview | null> {
    const actor = { kind: 'USER', userId: context.actorId } as const;
    const preview = await context.application.previewOffboarding({ actor, accountId, userId, operation });
    if (!isRejection(preview)) return new OffboardingPreview(preview, context);
    if (preview.code === 'NOT_FOUND') return null;
    const { permission } = preview;
    throw apiError('PERMISSION_DENIED', preview.message, permission === undefined ? {} : { permission });
  }
}
