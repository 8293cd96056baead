import type { EventActor } from '../domain/event.js';
import type { CommandRequest, RequestActor } from './account-commands.js';

type Options = Pick<
  CommandRequest,
  'actor' | 'idempotencyKey' | 'dryRun' | 'reason' | 'correlationId' | 'causationId' | 'occurredAt'
>;

/** What every request passes on to the commands it comes down to. */
export const optionsOf = ({
  actor,
  idempotencyKey,
  dryRun,
  reason,
  correlationId,
  causationId,
  occurredAt,
}: Options): Options => ({
  actor,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  ...(dryRun === undefined ? {} : { dryRun }),
  ...(reason === undefined ? {} : { reason }),
  ...(correlationId === undefined ? {} : { correlationId }),
  ...(causationId === undefined ? {} : { causationId }),
  ...(occurredAt === undefined ? {} : { occurredAt }),
});

export const actorIdOf = (actor: RequestActor): string => (actor.kind === 'USER' ? actor.userId : actor.id);

export const eventActorOf = (actor: RequestActor): EventActor => ({
  kind: actor.kind,
  id: actorIdOf(actor),
  onBehalfOf: actor.kind === 'USER' ? null : (actor.onBehalfOf ?? null),
  authority: null,
});
