import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { costs } from '../list-size.js';

@Resolver()
export class OffboardingEvidenceQuery {
  @visible('audit.export')
  @costs({ items: 300 })
  @Query(() => String, {
    nullable: true,
    description:
      'What concerns one person in one account, as a file that proves itself: duties, groups, invitations sent, seats, sessions, mails. Save it byte for byte; `muster verify FILE --key KEY` needs no server. Ids only. Taking it is recorded like reading the audit log. Needs audit.export: PERMISSION_DENIED in an account that the caller may see otherwise; null for one that is unknown or not visible, and when nothing concerns the person.',
  })
  async offboardingEvidence(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Ctx() context: RequestContext,
  ): Promise<string | null> {
    const { rights, application, actor, requestId } = context;
    if (!rights.maySee(accountId)) return null;
    rights.require(accountId, 'audit.export');
    await application.auditReadings.record({
      actor: actor(),
      kind: 'EXPORT',
      accountIds: [accountId],
      filter: { subjectIds: [userId] },
      correlationId: requestId,
    });
    return context.offboardingEvidence({ accountId, userId });
  }
}
