import type { AccountEvent } from './account/events.js';
import type { AuditEvent } from './audit/events.js';
import type { BulkEvent } from './bulk/events.js';
import type { CheckpointEvent } from './checkpoint/events.js';
import type { InstallationEvent } from './installation/events.js';
import type { MailEvent } from './mail/events.js';
import type { LinkEvent, UserEvent } from './user/events.js';
import type { WebhookDeliveryEvent } from './webhook/events.js';

/** Every event a log of this build can hold. */
export type DomainEvent =
  | AccountEvent
  | UserEvent
  | LinkEvent
  | InstallationEvent
  | BulkEvent
  | MailEvent
  | CheckpointEvent
  | WebhookDeliveryEvent
  | AuditEvent;
export type DomainEventType = DomainEvent['type'];

/** Who did it, and by which right. */
export interface EventActor {
  readonly kind: 'USER' | 'SERVICE' | 'SCHEDULER' | 'IMPORT' | 'SYSTEM';
  /** User id for USER, a fixed word otherwise. */
  readonly id: string;
  readonly onBehalfOf: string | null;
  /**
   * Where the right was read when it does not come from the account's own stream: the operator account's stream and
   * the revision it stood at.
   */
  readonly authority: { readonly stream: string; readonly revision: number } | null;
}

/** Why it was done, as the caller said. */
export interface EventReason {
  /** A short code, letters, digits, `.`, `_`, `-`; at most 64. */
  readonly code: string;
  /** Reference in another system; at most 128 characters. No personal data. */
  readonly ticket: string | null;
}

/**
 * What every event says of itself; built once, as one JSON text together with `data`. The hash of an event is the
 * SHA-256 of that text's UTF-8 bytes; `previousHash` inside it makes the chain of the stream.
 */
export interface Envelope {
  readonly eventId: string;
  readonly type: DomainEventType;
  readonly schemaVersion: number;
  readonly stream: string;
  readonly revision: number;
  /** When it happened, ISO 8601 UTC with milliseconds; never decreases within a stream. */
  readonly occurredAt: string;
  /** When Muster recorded it; never decreases within a stream. */
  readonly recordedAt: string;
  /** Null for the streams about people, but for what the root account decides about them. */
  readonly accountId: string | null;
  /** The person the event is about, when it is about one. */
  readonly subjectId: string | null;
  readonly actor: EventActor;
  readonly commandId: string;
  /** Fingerprint of the input, when the caller sent an idempotency key; such commands are remembered. */
  readonly fingerprint: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly reason: EventReason | null;
  /** The version of the account's policy the decision was made under; 0 outside accounts. */
  readonly policyVersion: number;
  /** Hash of the stream's previous event; null for revision 0. */
  readonly previousHash: string | null;
}

/** An event as stored: the parsed body. */
export type StoredEvent<E extends DomainEvent = DomainEvent> = Envelope & E;
