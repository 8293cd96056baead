import type Database from 'better-sqlite3';
import type { AuditEvent } from '../../src/domain/audit/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { MailEvent } from '../../src/domain/mail/events.js';
import type { WebhookDeliveryEvent } from '../../src/domain/webhook/events.js';
import {
  type Applier,
  type Handlers,
  handle,
  interestOf,
  type Moment,
  type Projection,
} from '../projection.js';
import { auditIndexes, auditTables } from './tables.js';

/** Every event is an entry, without exception: no `ignored` here. */
const entry = (rows: AuditRows, event: StoredEvent, moment: Moment): void => rows.add(event, event, moment);

/** Found under the root account, by whose right it was done, though it stands in the person's stream. */
const personEntry = (rows: AuditRows, event: StoredEvent, moment: Moment): void => {
  rows.add(event, event, moment);
  if (event.accountId !== null) rows.addForeign(event.accountId, moment);
};

/** Found under the account and the person of the mail, though it stands in a stream of its own. */
const mailEntry = (rows: AuditRows, event: StoredEvent<MailEvent>, moment: Moment): void => {
  const { accountId, userId } = event.data;
  rows.add(event, { accountId, subjectId: userId }, moment);
  rows.addForeign(accountId, moment);
};

/** Found under the account it was about, though it stands in a stream of its own. */
const noteEntry = (rows: AuditRows, event: StoredEvent<AuditEvent>, moment: Moment): void => {
  rows.add(event, event, moment);
  if (event.accountId !== null) rows.addForeign(event.accountId, moment);
};

/** Found under no account: what became of deliveries is told with the webhook, and would be delivered in its turn. */
const deliveryEntry = (rows: AuditRows, event: StoredEvent<WebhookDeliveryEvent>, moment: Moment): void =>
  rows.add(event, { accountId: null, subjectId: null }, moment);

const handlers: Handlers<AuditRows> = {
  RootAccountNamed: entry,
  CheckpointSigned: entry,
  AccountOpened: entry,
  PolicyChanged: entry,
  OperatorLinked: entry,
  OperatorUnlinked: entry,
  UserAdded: entry,
  UserRejoined: entry,
  UserRemoved: entry,
  UserLeft: entry,
  UserDeleted: entry,
  UserDeactivated: entry,
  UserReactivated: entry,
  RoleChanged: entry,
  PermissionsGranted: entry,
  PermissionsRevoked: entry,
  MembershipPeriodCorrected: entry,
  GroupCreated: entry,
  GroupRenamed: entry,
  GroupMoved: entry,
  GroupDeleted: entry,
  GroupMemberAdded: entry,
  GroupRoleChanged: entry,
  GroupMemberRemoved: entry,
  ApplicationRegistered: entry,
  ApplicationRetired: entry,
  ContactAssigned: entry,
  ContactReassigned: entry,
  ContactVacated: entry,
  WebhookRegistered: entry,
  WebhookChanged: entry,
  WebhookSecretRotated: entry,
  WebhookPinged: entry,
  WebhookRedeliveryRequested: entry,
  WebhookDisabled: entry,
  WebhookRemoved: entry,
  SeatPlanChanged: entry,
  UserInvited: entry,
  InvitationResent: entry,
  InvitationLinkCopied: entry,
  InvitationAccepted: entry,
  InvitationDeclined: entry,
  InvitationRevoked: entry,
  InvitationExpired: entry,
  UserFrozen: entry,
  UserUnfrozen: entry,
  SessionAccessEnded: entry,
  UserReinstated: entry,
  EndScheduled: entry,
  EndRescheduled: entry,
  ScheduledEndCancelled: entry,
  ScheduledEndRun: entry,
  DirectoryManagementStarted: entry,
  DirectoryManagementEnded: entry,
  UserNotified: entry,
  BulkOperationStarted: entry,
  BulkPartDone: entry,
  BulkOperationFinished: entry,
  MailRequested: mailEntry,
  MailSent: mailEntry,
  MailSuppressed: mailEntry,
  MailFailed: mailEntry,
  WebhookDeliveryClaimed: deliveryEntry,
  WebhookDelivered: deliveryEntry,
  WebhookAttemptFailed: deliveryEntry,
  WebhookEventGivenUp: deliveryEntry,
  WebhookSentOnRequest: deliveryEntry,
  WebhookDeliveryEnded: deliveryEntry,
  AttemptRefused: noteEntry,
  AuditRead: noteEntry,
  ChangeSetImported: entry,
  UserRegistered: entry,
  ProfileRecorded: entry,
  IdentityLinked: entry,
  LegalHoldPlaced: personEntry,
  LegalHoldReleased: personEntry,
  ErasureRequested: personEntry,
  PersonalDataErased: personEntry,
  EmailClaimed: entry,
  IdentityClaimed: entry,
};

/** The audit log: one typed entry per event of the log, of every stream. */
export const auditProjection: Projection = {
  name: 'audit',
  version: 4,
  tables: auditTables,
  indexes: auditIndexes,
  fillIndexes: [],
  interest: interestOf(handlers),
  open(db): Applier {
    const rows = new AuditRows(db);
    return {
      apply: (event, moment) => handle(handlers, rows, event, moment),
      write() {},
      finish() {},
      heldRows: 0,
    };
  },
};

class AuditRows {
  readonly #insert: Database.Statement<unknown[]>;
  readonly #insertForeign: Database.Statement<[string, number, number]>;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO audit_log (position, event_id, type, stream, revision, account_id, subject_id, actor_kind, actor_id,
         on_behalf_of, operator_account_id, occurred_at, recorded_at, reason_code, ticket, command_id, correlation_id, causation_id,
         policy_version, hash, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertForeign = db.prepare('INSERT INTO foreign_entries VALUES (?, ?, ?)');
  }

  add(event: StoredEvent, { accountId, subjectId }: About, moment: Moment): void {
    const { recorded, occurredAt, recordedAt } = moment;
    const { actor, reason } = event;
    this.#insert.run(
      recorded.position,
      event.eventId,
      event.type,
      event.stream,
      event.revision,
      accountId,
      subjectId,
      actor.kind,
      actor.id,
      actor.onBehalfOf,
      actor.authority === null ? null : actor.authority.stream.slice(ACCOUNT_STREAM.length),
      occurredAt,
      recordedAt,
      reason === null ? null : reason.code,
      reason === null ? null : reason.ticket,
      event.commandId,
      event.correlationId,
      event.causationId,
      event.policyVersion,
      recorded.hash,
      dataTextOf(recorded.body, event),
    );
  }

  /** An entry about an account that is not of the account's own stream. */
  addForeign(accountId: string, { occurredAt, position }: Moment): void {
    this.#insertForeign.run(accountId, occurredAt, position);
  }
}

/** The right of an operator is read from the stream of the operator account. */
const ACCOUNT_STREAM = 'account-';

type About = Pick<StoredEvent, 'accountId' | 'subjectId'>;

/** Cut out of the body where `data` closes it, as Muster writes it: half the cost of writing JSON again. */
function dataTextOf(body: string, event: StoredEvent): string {
  // Quotes inside JSON strings are escaped, so this can only be the key; nothing before `data` has one of that name.
  const at = body.indexOf(',"data":{');
  if (at === -1 || !isLastKey(event)) return JSON.stringify(event.data);
  return body.slice(at + 8, -1);
}

function isLastKey(event: StoredEvent): boolean {
  let last = '';
  for (const key in event) last = key;
  return last === 'data';
}
