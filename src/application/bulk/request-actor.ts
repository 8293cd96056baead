import type { EventActor } from '../../domain/event.js';
import type { RequestActor } from '../account-commands.js';

/** Whoever an event names, as one who asks again: what he may do is read anew. */
export const requestActorOf = ({ kind, id, onBehalfOf }: EventActor): RequestActor =>
  kind === 'USER' || kind === 'SERVICE' ? { kind: 'USER', userId: id } : { kind, id, onBehalfOf };
