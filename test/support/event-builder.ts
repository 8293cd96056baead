import { createHash } from 'node:crypto';
import type { DomainEvent, Envelope, EventActor, EventReason } from '../../src/domain/event.js';
import type { EventStore, NewEvent } from '../../src/event-store/event-store.js';

/** What an event of the batch says of itself beside its data; the rest is filled in. */
export interface EnvelopeChoice {
  /** Default: the clock. */
  readonly occurredAt?: string;
  /** Default: the clock. */
  readonly recordedAt?: string;
  readonly actor?: EventActor;
  readonly reason?: EventReason | null;
  readonly commandId?: string;
  readonly correlationId?: string;
  readonly causationId?: string | null;
  readonly fingerprint?: string | null;
}

export interface EventBuilder {
  readonly stream: string;
  /** Of the last event built; -1 before the first. */
  readonly revision: number;
  /** One append's worth of stored events, each with its place in the chain. */
  batch(events: readonly DomainEvent[], envelope?: EnvelopeChoice): NewEvent[];
  /** Builds and appends at once. */
  append(store: EventStore, events: readonly DomainEvent[], envelope?: EnvelopeChoice): Promise<number>;
}

/** Builds the events of one stream as Muster stores them: envelopes, bodies, hash chain. Same input, same bytes. */
export function eventBuilder(options: {
  readonly accountId: string | null;
  /** Default: the stream of the account. */
  readonly stream?: string;
  /** Gives ISO 8601 in UTC. */
  readonly clock: () => string;
  readonly actor?: EventActor;
}): EventBuilder {
  const { accountId, clock } = options;
  const stream = options.stream ?? `account-${accountId}`;
  let revision = -1;
  let previousHash: string | null = null;
  let policyVersion = 0;

  const build = (event: DomainEvent, choice: EnvelopeChoice): NewEvent => {
    revision += 1;
    if (event.type === 'AccountOpened' || event.type === 'PolicyChanged')
      policyVersion = event.data.policyVersion;
    const id = uuidOf(`${stream} ${revision}`);
    const commandId = choice.commandId ?? uuidOf(`command ${stream} ${revision}`);
    const envelope: Envelope = {
      eventId: id,
      type: event.type,
      schemaVersion: 1,
      stream,
      revision,
      occurredAt: choice.occurredAt ?? clock(),
      recordedAt: choice.recordedAt ?? clock(),
      accountId,
      subjectId: 'userId' in event.data ? event.data.userId : null,
      actor: choice.actor ??
        options.actor ?? { kind: 'USER', id: 'user-admin', onBehalfOf: null, authority: null },
      commandId,
      fingerprint: choice.fingerprint ?? null,
      correlationId: choice.correlationId ?? commandId,
      causationId: choice.causationId ?? null,
      reason: choice.reason ?? null,
      policyVersion,
      previousHash,
    };
    const body = JSON.stringify({ ...envelope, data: event.data });
    const hash = createHash('sha256').update(body).digest('hex');
    previousHash = hash;
    return { id, type: event.type, body, hash };
  };

  return {
    stream,
    get revision() {
      return revision;
    },
    batch: (events, envelope = {}) => events.map((event) => build(event, envelope)),
    async append(store, events, envelope = {}) {
      const expectedRevision = revision === -1 ? 'NO_STREAM' : revision;
      const built = events.map((event) => build(event, envelope));
      const { position } = await store.append({ stream, expectedRevision, events: built });
      return position;
    },
  };
}

/** A UUID that only the text decides. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
