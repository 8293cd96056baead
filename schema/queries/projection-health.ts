import { Ctx, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { apiError } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { ProjectionHealth } from '../types/projection-health.js';

@Resolver()
export class ProjectionHealthQuery {
  @visible('audit.read')
  @Query(() => ProjectionHealth, {
    nullable: true,
    description:
      'How far the read model of this node is. Needs audit.read in the root operator account, looked up in the log, so that it answers also when the read model has stopped: PERMISSION_DENIED.',
  })
  async projectionHealth(@Ctx() context: RequestContext): Promise<ProjectionHealth> {
    const actor = { kind: 'USER', userId: context.actorId } as const;
    const refusal = await context.application.refusalInRoot(actor, 'audit.read');
    if (refusal !== null) throw apiError('PERMISSION_DENIED', refusal.message, { permission: 'audit.read' });
    return new ProjectionHealth(await context.progress.look());
  }
}
