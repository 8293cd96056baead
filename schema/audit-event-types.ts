import { type AccountEventType, accountEventTypes } from '../src/domain/account/events.js';
import { editDistance } from '../src/domain/edit-distance.js';
import type { DomainEventType } from '../src/domain/event.js';
import type { LinkEvent, UserEvent } from '../src/domain/user/events.js';
import { badInput } from './api-error.js';

/** Of the streams about people: persons, addresses and identities. */
export const peoplesEventTypes: readonly string[] = Object.keys({
  UserRegistered: true,
  ProfileRecorded: true,
  IdentityLinked: true,
  LegalHoldPlaced: true,
  LegalHoldReleased: true,
  ErasureRequested: true,
  PersonalDataErased: true,
  EmailClaimed: true,
  IdentityClaimed: true,
} satisfies Record<(UserEvent | LinkEvent)['type'], true>);

/** Beside those of accounts; the compiler keeps it complete. */
const otherTypes: Readonly<Record<Exclude<DomainEventType, AccountEventType>, true>> = {
  AttemptRefused: true,
  AuditRead: true,
  MailRequested: true,
  MailSent: true,
  MailSuppressed: true,
  MailFailed: true,
  BulkOperationStarted: true,
  BulkPartDone: true,
  BulkOperationFinished: true,
  UserRegistered: true,
  ProfileRecorded: true,
  IdentityLinked: true,
  EmailClaimed: true,
  IdentityClaimed: true,
  LegalHoldPlaced: true,
  LegalHoldReleased: true,
  ErasureRequested: true,
  PersonalDataErased: true,
  WebhookDeliveryClaimed: true,
  WebhookDelivered: true,
  WebhookAttemptFailed: true,
  WebhookEventGivenUp: true,
  WebhookSentOnRequest: true,
  WebhookDeliveryEnded: true,
  RootAccountNamed: true,
  CheckpointSigned: true,
};

const known: ReadonlySet<string> = new Set([...accountEventTypes, ...Object.keys(otherTypes)]);

/**
 * A type that no event has would find nothing, which reads like "it never happened".
 * @throws BAD_USER_INPUT naming the nearest type there is
 */
export function checkEventTypes(types: readonly string[], field: string): void {
  for (const [index, type] of types.entries())
    if (!known.has(type))
      throw badInput(
        `${field}.${index}`,
        `there is no event type ${JSON.stringify(type)}; did you mean ${nearestTo(type)}?`,
      );
}

function nearestTo(type: string): string {
  const distances = [...known].map(
    (name) => [editDistance(type.toLowerCase(), name.toLowerCase()), name] as const,
  );
  return distances.reduce((best, other) => (other[0] < best[0] ? other : best))[1];
}
