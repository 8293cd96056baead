import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { requireAuditSomewhere } from '../audits-somewhere.js';
import type { RequestContext } from '../context.js';
import { InclusionProof } from '../types/log-proof.js';

@Resolver()
export class InclusionProofQuery {
  @visible('audit.read')
  @Query(() => InclusionProof, {
    nullable: true,
    description:
      'That an event is in the log that the latest checkpoint has signed. Null for an unknown event, and for one that is not covered yet: signCheckpoint covers it. Needs audit.read in any account: PERMISSION_DENIED.',
  })
  inclusionProof(
    @Arg('eventId', () => ID, { description: 'The event: `id` of an audit entry or of a written event.' })
    eventId: string,
    @Ctx() context: RequestContext,
  ): InclusionProof | null {
    requireAuditSomewhere(context);
    const checkpoint = context.proofs.latestCheckpoint();
    if (checkpoint === null) return null;
    const { size, note } = checkpoint.signed;
    const row = context.proofs.inclusion(eventId, size);
    return row === null ? null : new InclusionProof(row, note);
  }
}
