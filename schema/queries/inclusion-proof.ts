import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { badInput } from '../api-error.js';
import { requireAuditSomewhere } from '../audits-somewhere.js';
import type { RequestContext } from '../context.js';
import type { CheckpointRow } from '../proof-reads.js';
import { InclusionProof } from '../types/log-proof.js';

@Resolver()
export class InclusionProofQuery {
  @visible('audit.read')
  @Query(() => InclusionProof, {
    nullable: true,
    description:
      'That an event is in the log that the latest checkpoint has signed. Null for an unknown event; for one that no checkpoint in the log covers yet BAD_USER_INPUT, and the message says what will. Needs audit.read in any account: PERMISSION_DENIED.',
  })
  inclusionProof(
    @Arg('eventId', () => ID, { description: 'The event: `id` of an audit entry or of a written event.' })
    eventId: string,
    @Ctx() context: RequestContext,
  ): InclusionProof | null {
    requireAuditSomewhere(context);
    const index = context.proofs.indexOf(eventId);
    if (index === null) return null;
    const checkpoint = context.proofs.latestCheckpoint();
    if (checkpoint === null || index >= checkpoint.signed.size) throw notCovered(checkpoint);
    const { size, note } = checkpoint.signed;
    return new InclusionProof(context.proofs.inclusion(index, size), note);
  }
}

const notCovered = (latest: CheckpointRow | null) =>
  badInput(
    'eventId',
    `${latest === null ? 'No checkpoint has been signed in this log yet' : 'This event was written after the latest checkpoint'}: the ` +
      'next one covers it, which signCheckpoint makes at once. Those of the command line stand in no log, and do not count here.',
  );
