import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import type { PeriodTable } from './period-table.js';
import { plainCache } from './plain-cache.js';
import type { Row, RowCache } from './row-cache.js';
import { type WebhookCaches, webhookCaches } from './webhook-rows.js';

export interface InvitationRow extends Row {
  readonly invitationId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
  /** Null: not sent by a person. */
  readonly inviterId: string | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  /** JSON array. */
  readonly groupIds: string;
  status: 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED' | 'REMOVED';
  generation: number;
  readonly invitedAt: number;
  lastSentAt: number;
  expiresAt: number;
  endedAt: number | null;
  lastPosition: number;
}

export interface ScheduledEndRow extends Row {
  readonly scheduleId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
  readonly operation: string;
  at: number;
  readonly successorId: string | null;
  readonly orderedBy: string;
  readonly orderedAt: number;
  readonly orderEventId: string;
  status: 'SCHEDULED' | 'CANCELLED' | 'APPLIED' | 'UNCHANGED' | 'REFUSED' | 'ENDED_EARLIER';
  code: string | null;
  endedAt: number | null;
  /** Of the event that ended the membership while the order stood. */
  endedRevision: number | null;
}

export interface BulkOperationRow extends Row {
  readonly bulkOperationId: string;
  readonly operation: string;
  readonly errorPolicy: string;
  readonly actorId: string;
  readonly undoes: string | null;
  readonly requested: number;
  status: 'RUNNING' | 'FINISHED';
  readonly startedAt: number;
  finishedAt: number | null;
  readonly startedPosition: number;
  applied: number;
  unchanged: number;
  rejected: number;
  notAttempted: number;
}

export interface BulkItemRow extends Row {
  readonly bulkOperationId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly operation: string;
  /** The first of its account in the operation: 1, else 0. */
  readonly leadsAccount: number;
  /** Null while undecided. */
  outcome: string | null;
  code: string | null;
}

export interface MailRow extends Row {
  readonly causeEventId: string;
  readonly kind: string;
  readonly accountId: string;
  readonly userId: string;
  status: 'DUE' | 'REQUESTED' | 'SENT' | 'SUPPRESSED' | 'FAILED';
  reason: string | null;
  code: string | null;
  attempts: number;
  readonly dueAt: number;
  nextAttemptAt: number | null;
  endedAt: number | null;
  readonly causePosition: number;
}

export interface ErasureRow extends Row {
  readonly userId: string;
  status: 'REQUESTED' | 'ERASED';
  readonly requestedAt: number;
  readonly requestedBy: string;
  erasedAt: number | null;
  /** JSON. */
  receipt: string | null;
}

export interface LegalHoldRow extends Row {
  readonly holdId: string;
  readonly userId: string;
  readonly placedAt: number;
  readonly placedBy: string;
  readonly reasonCode: string | null;
  readonly ticket: string | null;
  releasedAt: number | null;
}

export const bulkItemKey = (bulkOperationId: string, accountId: string, userId: string): string =>
  `${bulkOperationId} ${accountId} ${userId}`;

/** Rows of what is ordered in one event and settled by later ones. */
export interface ProcessCaches extends WebhookCaches {
  readonly invitations: RowCache<InvitationRow>;
  readonly scheduledEnds: RowCache<ScheduledEndRow>;
  readonly bulkOperations: RowCache<BulkOperationRow>;
  readonly bulkItems: RowCache<BulkItemRow>;
  readonly mails: RowCache<MailRow>;
  readonly erasures: RowCache<ErasureRow>;
  readonly legalHolds: RowCache<LegalHoldRow>;
}

export function processCaches(
  db: Database.Database,
  mode: WriteMode,
  periods: { readonly invitations: PeriodTable; readonly scheduledEnds: PeriodTable },
): ProcessCaches {
  return {
    ...webhookCaches(db, mode),
    invitations: plainCache<InvitationRow>(db, mode, {
      table: 'invitations',
      numberColumn: 'invitation_number',
      periods: periods.invitations,
      key: ['invitationId'],
      columns: {
        invitationId: 'invitation_id',
        accountId: 'account_id',
        userId: 'user_id',
        membershipId: 'membership_id',
        inviterId: 'inviter_id',
        kind: 'kind',
        role: 'role',
        permissions: 'permissions',
        groupIds: 'group_ids',
        invitedAt: 'invited_at',
        status: 'status',
        generation: 'generation',
        lastSentAt: 'last_sent_at',
        expiresAt: 'expires_at',
        endedAt: 'ended_at',
        lastPosition: 'last_position',
      },
      changing: ['status', 'generation', 'lastSentAt', 'expiresAt', 'endedAt', 'lastPosition'],
    }),
    scheduledEnds: plainCache<ScheduledEndRow>(db, mode, {
      table: 'scheduled_ends',
      numberColumn: 'schedule_number',
      periods: periods.scheduledEnds,
      key: ['scheduleId'],
      columns: {
        scheduleId: 'schedule_id',
        accountId: 'account_id',
        userId: 'user_id',
        membershipId: 'membership_id',
        operation: 'operation',
        successorId: 'successor_id',
        orderedBy: 'ordered_by',
        orderedAt: 'ordered_at',
        orderEventId: 'order_event_id',
        at: 'at',
        status: 'status',
        code: 'code',
        endedAt: 'ended_at',
        endedRevision: 'ended_revision',
      },
      changing: ['at', 'status', 'code', 'endedAt', 'endedRevision'],
    }),
    bulkOperations: plainCache<BulkOperationRow>(db, mode, {
      table: 'bulk_operations',
      numberColumn: 'bulk_operation_number',
      key: ['bulkOperationId'],
      columns: {
        bulkOperationId: 'bulk_operation_id',
        operation: 'operation',
        errorPolicy: 'error_policy',
        actorId: 'actor_id',
        undoes: 'undoes',
        requested: 'requested',
        startedAt: 'started_at',
        startedPosition: 'started_position',
        status: 'status',
        finishedAt: 'finished_at',
        applied: 'applied',
        unchanged: 'unchanged',
        rejected: 'rejected',
        notAttempted: 'not_attempted',
      },
      changing: ['status', 'finishedAt', 'applied', 'unchanged', 'rejected', 'notAttempted'],
    }),
    bulkItems: plainCache<BulkItemRow>(db, mode, {
      table: 'bulk_items',
      numberColumn: 'item_number',
      key: ['bulkOperationId', 'accountId', 'userId'],
      columns: {
        bulkOperationId: 'bulk_operation_id',
        accountId: 'account_id',
        userId: 'user_id',
        operation: 'operation',
        leadsAccount: 'leads_account',
        outcome: 'outcome',
        code: 'code',
      },
      changing: ['outcome', 'code'],
    }),
    mails: plainCache<MailRow>(db, mode, {
      table: 'mails',
      numberColumn: 'mail_number',
      key: ['causeEventId'],
      columns: {
        causeEventId: 'cause_event_id',
        kind: 'kind',
        accountId: 'account_id',
        userId: 'user_id',
        dueAt: 'due_at',
        causePosition: 'cause_position',
        status: 'status',
        reason: 'reason',
        code: 'code',
        attempts: 'attempts',
        nextAttemptAt: 'next_attempt_at',
        endedAt: 'ended_at',
      },
      changing: ['status', 'reason', 'code', 'attempts', 'nextAttemptAt', 'endedAt'],
    }),
    erasures: plainCache<ErasureRow>(db, mode, {
      table: 'erasures',
      numberColumn: 'erasure_number',
      key: ['userId'],
      columns: {
        userId: 'user_id',
        requestedAt: 'requested_at',
        requestedBy: 'requested_by',
        status: 'status',
        erasedAt: 'erased_at',
        receipt: 'receipt',
      },
      changing: ['status', 'erasedAt', 'receipt'],
    }),
    legalHolds: plainCache<LegalHoldRow>(db, mode, {
      table: 'legal_holds',
      numberColumn: 'hold_number',
      key: ['holdId'],
      columns: {
        holdId: 'hold_id',
        userId: 'user_id',
        placedAt: 'placed_at',
        placedBy: 'placed_by',
        reasonCode: 'reason_code',
        ticket: 'ticket',
        releasedAt: 'released_at',
      },
      changing: ['releasedAt'],
    }),
  };
}
