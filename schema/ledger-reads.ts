import { type AccessRow, accessRow, accessRowAsOf } from '../projections/queries/access.js';
import { rootAccountId } from '../projections/queries/accounts.js';
import type { AsOf } from '../projections/queries/as-of.js';
import {
  type AuditEntryRow,
  type AuditFilter,
  auditLogAfter,
  auditLogCount,
  auditLogPage,
} from '../projections/queries/audit-log.js';
import {
  accountsOfBulkOperation,
  type BulkItemFilter,
  type BulkItemRow,
  type BulkOperationOfAccountRow,
  type BulkOperationRow,
  bulkItemsCount,
  bulkItemsPage,
  bulkOperation,
  bulkOperationsCount,
  bulkOperationsPage,
  undoOfBulkOperation,
} from '../projections/queries/bulk.js';
import { type ContactRow, contactsCount, contactsPage } from '../projections/queries/contacts.js';
import {
  type DifferenceQuestion,
  differenceCount,
  differencePage,
} from '../projections/queries/difference.js';
import type { DifferenceKey, DifferenceRow } from '../projections/queries/difference-sources.js';
import {
  type ErasureRow,
  erasureOf,
  type LegalHoldRow,
  legalHoldsOf,
} from '../projections/queries/erasures.js';
import { eventPosition } from '../projections/queries/event-position.js';
import { type MailFilter, type MailRow, mailsCount, mailsPage } from '../projections/queries/mails.js';
import type { Page, PageRequest } from '../projections/queries/page.js';
import {
  type SeatLedgerFilter,
  type SeatLedgerRow,
  seatLedgerCount,
  seatLedgerPage,
} from '../projections/queries/seats.js';
import {
  type DeadLetterFilter,
  deadLetterOf,
  deadLettersCount,
  deadLettersPage,
  lastLetterBefore,
  lastPing,
  positionOf,
  type WebhookPostRow,
  type WebhookRow,
  webhook,
  webhooksOfAccount,
} from '../projections/queries/webhooks.js';
import { resultInTurns } from './in-turns.js';
import type { ReadDatabases } from './reads.js';

export type {
  AccessRow,
  AuditEntryRow,
  AuditFilter,
  BulkItemRow,
  BulkOperationRow,
  ContactRow,
  DifferenceKey,
  DifferenceQuestion,
  DifferenceRow,
  MailRow,
  SeatLedgerRow,
  WebhookPostRow,
  WebhookRow,
};

/** What the read model tells of what became of things: access, contacts, history, bulk operations, seats, mail, webhooks. */
export class LedgerReads {
  readonly #databases: () => ReadDatabases;

  constructor(databases: () => ReadDatabases) {
    this.#databases = databases;
  }

  access(of: { readonly accountId: string; readonly userId: string }, asOf: AsOf | null): AccessRow | null {
    return asOf === null ? accessRow(this.#members, of) : accessRowAsOf(this.#members, of, asOf);
  }

  /** Newest first. */
  auditLog(filter: AuditFilter, page: PageRequest): Page<AuditEntryRow> {
    return auditLogPage(this.#databases().audit, filter, { ...page, newestFirst: true });
  }

  /** Oldest first, from one position (exclusive) to another (inclusive). */
  auditLogAfter(
    accountId: string,
    stretch: { readonly after: number; readonly upTo: number; readonly limit: number },
  ): readonly AuditEntryRow[] {
    return auditLogAfter(this.#databases().audit, accountId, stretch);
  }

  countAuditLog(filter: AuditFilter): number {
    return auditLogCount(this.#databases().audit, filter);
  }

  contacts(
    of: { readonly accountId: string; readonly asOf: AsOf | null },
    page: { after: string | null; limit: number },
  ): Page<ContactRow> {
    return contactsPage(this.#members, of, page);
  }

  countContacts(of: { readonly accountId: string; readonly asOf: AsOf | null }): number {
    return contactsCount(this.#members, of);
  }

  /** What is not the same at two moments; read in several turns of the event loop. */
  difference(
    question: DifferenceQuestion,
    page: { readonly after: DifferenceKey | null; readonly limit: number },
  ): Promise<Page<DifferenceRow>> {
    return resultInTurns(differencePage(() => this.#members, question, page));
  }

  countDifference(question: DifferenceQuestion): Promise<number> {
    return resultInTurns(differenceCount(() => this.#members, question));
  }

  bulkOperation(bulkOperationId: string): BulkOperationRow | null {
    return bulkOperation(this.#members, bulkOperationId);
  }

  /** The last operation that takes this one back. */
  undoOfBulkOperation(bulkOperationId: string): BulkOperationRow | null {
    return undoOfBulkOperation(this.#members, bulkOperationId);
  }

  /** Newest first: what follows in the list lies before. */
  bulkOperations(accountId: string, page: PageRequest): Page<BulkOperationOfAccountRow> {
    return bulkOperationsPage(this.#members, accountId, page);
  }

  countBulkOperations(accountId: string): number {
    return bulkOperationsCount(this.#members, accountId);
  }

  /** Ids of the accounts whose people it names. */
  accountsOfBulkOperation(bulkOperationId: string): readonly string[] {
    return accountsOfBulkOperation(this.#members, bulkOperationId);
  }

  bulkItems(filter: BulkItemFilter, page: PageRequest): Page<BulkItemRow> {
    return bulkItemsPage(this.#members, filter, page);
  }

  countBulkItems(filter: BulkItemFilter): number {
    return bulkItemsCount(this.#members, filter);
  }

  erasure(userId: string): ErasureRow | null {
    return erasureOf(this.#members, userId);
  }

  legalHolds(userId: string): readonly LegalHoldRow[] {
    return legalHoldsOf(this.#members, userId);
  }

  /** Null before `muster init`. */
  rootAccountId(): string | null {
    return rootAccountId(this.#members);
  }

  seatLedger(filter: SeatLedgerFilter, page: PageRequest): Page<SeatLedgerRow> {
    return seatLedgerPage(this.#members, filter, page);
  }

  countSeatLedger(filter: SeatLedgerFilter): number {
    return seatLedgerCount(this.#members, filter);
  }

  mails(filter: MailFilter, page: PageRequest): Page<MailRow> {
    return mailsPage(this.#members, filter, page);
  }

  countMails(filter: MailFilter): number {
    return mailsCount(this.#members, filter);
  }

  webhooks(accountId: string): readonly WebhookRow[] {
    return webhooksOfAccount(this.#members, accountId);
  }

  webhook(webhookId: string): WebhookRow | null {
    return webhook(this.#members, webhookId);
  }

  deadLetters(filter: DeadLetterFilter, page: PageRequest): Page<WebhookPostRow> {
    return deadLettersPage(this.#members, filter, page);
  }

  countDeadLetters(filter: DeadLetterFilter): number {
    return deadLettersCount(this.#members, filter);
  }

  deadLetterOf(of: { readonly webhookId: string; readonly eventId: string }): WebhookPostRow | null {
    return deadLetterOf(this.#members, of);
  }

  /** Number of the last one of an event before a position; 0 = none. */
  lastLetterBefore(of: { readonly webhookId: string; readonly position: number }): number {
    return lastLetterBefore(this.#databases(), of);
  }

  lastPing(webhookId: string): WebhookPostRow | null {
    return lastPing(this.#members, webhookId);
  }

  positionOfPost(post: Pick<WebhookPostRow, 'eventId'>): number {
    return positionOf(this.#databases().audit, post);
  }

  /** Every event up to here is settled, perhaps more. */
  settledUpTo({ lastSettled, registeredPosition }: WebhookRow): number {
    const settled = lastSettled === null ? null : eventPosition(this.#databases().audit, lastSettled);
    return settled ?? registeredPosition;
  }

  get #members() {
    return this.#databases().members;
  }
}
