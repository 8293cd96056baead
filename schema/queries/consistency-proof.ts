import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { badInput } from '../api-error.js';
import { requireAuditSomewhere } from '../audits-somewhere.js';
import type { RequestContext } from '../context.js';
import { ConsistencyProof } from '../types/log-proof.js';

@Resolver()
export class ConsistencyProofQuery {
  @visible('audit.read')
  @Query(() => ConsistencyProof, {
    nullable: true,
    description:
      'That the log of `from` events is the beginning of the log of `to` events: `size` of two checkpoints. Null while the log has fewer than `to`. Needs audit.read in any account: PERMISSION_DENIED.',
  })
  consistencyProof(
    @Arg('from', () => String, { description: 'Events, from 1 to `to`: decimal digits.' }) from: string,
    @Arg('to', () => String, { description: 'Events: decimal digits.' }) to: string,
    @Ctx() context: RequestContext,
  ): ConsistencyProof | null {
    requireAuditSomewhere(context);
    const [older, newer] = [sizeFrom(from, 'from'), sizeFrom(to, 'to')];
    if (older > newer) throw badInput('from', 'from must not be greater than to');
    const row = context.proofs.consistency(older, newer);
    return row === null ? null : new ConsistencyProof(row);
  }
}

function sizeFrom(text: string, field: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw badInput(field, `${field} is a number of events from 1, in decimal digits`);
}
