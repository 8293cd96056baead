import type { AccountEventType } from '../../src/domain/account/events.js';
import type { DomainEvent, DomainEventType } from '../../src/domain/event.js';
import { BulkErrorPolicy, BulkOperationKind } from '../bulk-enums.js';
import { UserErrorCode } from '../enums.js';
import { AuditReadKind, MailKind, SuppressionReason } from '../ledger-enums.js';
import { Json } from '../scalars.js';
import type { EntryShape } from './account-entries.js';
import * as field from './audit-entry-field.js';

const mail = {
  mailKind: field.one<keyof typeof MailKind>(() => MailKind)<{ kind: keyof typeof MailKind }>(
    'What it is about.',
    (data) => data.kind,
  ),
  causeEventId: field.id<{ causeEventId: string }>(
    'The event that asked for it.',
    (data) => data.causeEventId,
  ),
};
const bulkOperationId = field.id<{ bulkOperationId: string }>(
  'The operation.',
  (data) => data.bulkOperationId,
);
const holdId = field.id<{ holdId: string }>('The hold.', (data) => data.holdId);
const delivery = {
  webhookId: field.id<{ webhookId: string }>('The webhook.', (data) => data.webhookId),
};
const posted = {
  ...delivery,
  postedEventId: field.id<{ eventId: string }>('The event posted.', (data) => data.eventId),
};
const registered = { registered: field.person<{ userId: string }>('The person.', (data) => data.userId) };

type OtherType = Exclude<DomainEventType, AccountEventType>;
type Data<T extends DomainEventType> = Extract<DomainEvent, { type: T }>['data'];

/** The same for events of other streams. */
export const otherEntries: { readonly [T in OtherType]: EntryShape<Data<T>> } = {
  AttemptRefused: {
    description:
      'Somebody tried what he may not do, or to read what he may not, and was refused; by rank, right or guard. Of one actor, command, code and account at most one entry a minute.',
    fields: {
      command: field.text(
        'The mutation; or the field that was to be read, like `Account.seats`.',
        (data) => data.command,
      ),
      refusedWith: field.one<keyof typeof UserErrorCode>(() => UserErrorCode)('Why.', (data) => data.code),
      target: field.personOrNull(
        'Whom it was to be done to, where one was named.',
        (data) => data.targetUserId,
      ),
      count: field.int('Attempts it stands for: those too since the entry before.', (data) => data.count),
      dropped: field.int(
        'Attempts of whatever kind and account that were too many to be recorded, until then.',
        (data) => data.dropped,
      ),
    },
  },
  AuditRead: {
    description:
      'The audit log was read; at most once for each actor, question and hour. Shown only where `types` asks for it.',
    fields: {
      readKind: field.one<keyof typeof AuditReadKind>(() => AuditReadKind)('How.', (data) => data.kind),
      accountIds: field.texts(
        'Of which accounts. Outside of the root operator account: of this one, whichever others were asked with it.',
        (data) => data.accountIds,
      ),
      filter: field.one<unknown>(() => Json)(
        'With which conditions. Where several accounts were asked together: `{}`, but at the root operator account.',
        (data) => data.filter,
      ),
      filterDigest: field.text(
        'SHA-256 of the question; the same question again has the same.',
        (data) => data.filterDigest,
      ),
    },
  },
  MailRequested: { description: 'A mail was taken up.', fields: mail },
  MailSent: {
    description: 'The receiving server has taken a mail.',
    fields: { ...mail, attempts: field.int('Attempts it took.', (data) => data.attempts) },
  },
  MailSuppressed: {
    description: 'A mail was not sent, and will not be.',
    fields: {
      ...mail,
      suppressedBecause: field.one<keyof typeof SuppressionReason>(() => SuppressionReason)(
        'Why.',
        (data) => data.reason,
      ),
    },
  },
  MailFailed: {
    description: 'An attempt to send a mail failed.',
    fields: {
      ...mail,
      attempt: field.int('From 1.', (data) => data.attempt),
      failureCode: field.text('SMTP reply code, or the kind of network fault.', (data) => data.code),
      nextAttemptAt: field.timeOrNull(
        'When it is tried again; null = given up.',
        (data) => data.nextAttemptAt,
      ),
    },
  },
  BulkOperationStarted: {
    description: 'A bulk operation began; it belongs to no account.',
    fields: {
      bulkOperationId,
      bulkOperation: field.one<keyof typeof BulkOperationKind>(() => BulkOperationKind)(
        'What is to be done.',
        (data) => data.operation,
      ),
      errorPolicy: field.one<keyof typeof BulkErrorPolicy>(() => BulkErrorPolicy)(
        'What a refusal means for the others.',
        (data) => data.errorPolicy,
      ),
    },
  },
  BulkPartDone: { description: 'Some people of a bulk operation were decided.', fields: { bulkOperationId } },
  BulkOperationFinished: { description: 'All of a bulk operation was decided.', fields: { bulkOperationId } },
  UserRegistered: {
    description: 'Muster came to know a person.',
    fields: {
      ...registered,
      hasProfile: field.flag('A name or address came with it.', (data) => data.sealedProfile !== null),
    },
  },
  ProfileRecorded: { description: 'Name or address of a person were recorded.', fields: registered },
  IdentityLinked: {
    description: 'A person was linked with a sign-in identity.',
    fields: {
      ...registered,
      identity: field.text('Its blind index: tells nothing of the identity.', (data) => data.identity),
      issuer: field.text('Blind index of the issuer alone.', (data) => data.issuer),
    },
  },
  LegalHoldPlaced: { description: 'A person must not be erased.', fields: { ...registered, holdId } },
  LegalHoldReleased: { description: 'A legal hold was lifted.', fields: { ...registered, holdId } },
  ErasureRequested: { description: 'A person is to be erased, for good.', fields: registered },
  PersonalDataErased: {
    description: 'What names a person was destroyed; `receipt` says what, when and by what.',
    fields: {
      ...registered,
      receipt: field.one<unknown>(() => Json)('The receipt.', (data) => data.receipt),
    },
  },
  EmailClaimed: { description: 'An address was given to a person.', fields: registered },
  IdentityClaimed: { description: 'A sign-in identity was given to a person.', fields: registered },
  CheckpointSigned: {
    description: 'The log was signed as it stood.',
    fields: {
      size: field.int('Events covered; this one is not among them.', (data) => data.size),
      root: field.text('Root of the log tree, base64.', (data) => data.root),
      headsRoot: field.text(
        'Root of the tree over the last events of all streams, base64.',
        (data) => data.headsRoot,
      ),
      note: field.text('The signed note (C2SP).', (data) => data.note),
    },
  },
  WebhookDeliveryClaimed: { description: 'A node posts to a webhook for a while.', fields: delivery },
  WebhookDelivered: {
    description: 'A receiver has taken events.',
    fields: { ...delivery, count: field.int('How many.', (data) => data.count) },
  },
  WebhookAttemptFailed: {
    description: 'A receiver has not taken an event; it is tried again.',
    fields: {
      ...posted,
      failureCode: field.text('HTTP status, or the kind of network fault.', (data) => data.code),
    },
  },
  WebhookEventGivenUp: {
    description: 'A receiver has not taken an event, and is not tried again with it.',
    fields: {
      ...posted,
      failureCode: field.text('HTTP status, or the kind of network fault.', (data) => data.code),
    },
  },
  WebhookSentOnRequest: {
    description: 'A dead letter or a ping was posted.',
    fields: { ...posted, taken: field.flag('The receiver has taken it.', (data) => data.code === null) },
  },
  WebhookDeliveryEnded: {
    description: 'Address and secrets of a removed webhook were destroyed.',
    fields: delivery,
  },
  RootAccountNamed: {
    description: 'The root operator account was named.',
    fields: { rootAccountId: field.id('That account.', (data) => data.accountId) },
  },
};
