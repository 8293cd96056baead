import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { requireAuditSomewhere } from '../audits-somewhere.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { LogCheckpoint } from '../types/log-checkpoint.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class CheckpointQuery {
  @visible('audit.read')
  @Query(() => LogCheckpoint, {
    nullable: true,
    description:
      'The latest signed checkpoint of the log; null before the first. Needs audit.read in any account: PERMISSION_DENIED.',
  })
  async checkpoint(
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<LogCheckpoint | null> {
    await untilReadable(context, minPosition);
    requireAuditSomewhere(context);
    const row = context.proofs.latestCheckpoint();
    return row === null ? null : new LogCheckpoint(row, context.checkpoints.verifierKey);
  }
}
