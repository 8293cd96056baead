import { Args, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Rejection } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import { BulkErrorPolicy, BulkItemOutcome, BulkOperationKind, BulkOperationStatus } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { UserErrorCode } from '../enums.js';
import type { BulkItemRow, BulkOperationRow } from '../ledger-reads.js';
import { costs } from '../list-size.js';
import { pageByNumber } from '../page.js';
import { DateTime, Position } from '../scalars.js';
import { BulkCounts } from './bulk-counts.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';
import { Membership } from './membership.js';
import { User } from './user.js';
import { UserError, userErrorFrom } from './user-error.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'One person of a bulk operation, as recorded.' })
export class BulkOperationItem {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person.' })
  readonly userId: string;

  @Field(() => BulkItemOutcome, {
    nullable: true,
    description: 'What became of it; null while it is not decided.',
  })
  readonly outcome: string | null;

  @Field(() => UserErrorCode, {
    nullable: true,
    description:
      'Why it was refused, when REJECTED, or passed over, when UNCHANGED; null also when it was so already, or a crash has swallowed the reason.',
  })
  readonly code: string | null;

  readonly #context: RequestContext;

  constructor({ accountId, userId, outcome, code }: BulkItemRow, context: RequestContext) {
    this.accountId = accountId;
    this.userId = userId;
    this.outcome = outcome;
    this.code = code;
    this.#context = context;
  }

  @Field(() => Membership, {
    nullable: true,
    description: 'The person in the account as of now; null when the caller may not see it.',
  })
  get membership(): Membership | null {
    const { rights, reads } = this.#context;
    const row = rights.on(this.accountId).has('users.read')
      ? reads.membership(this.accountId, this.userId)
      : null;
    return row === null ? null : new Membership(row, this.#context);
  }
}

export const BulkOperationItemConnection = connectionOf(
  'BulkOperationItem',
  () => BulkOperationItem,
  'people of a bulk operation',
);

/** What of it the caller may see: all, or the items of some accounts. */
export type BulkOperationView = { readonly accountIds: readonly string[] } | 'EVERYTHING';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'Something done to many people at once. The people change in their accounts’ own streams, under one correlation id.',
})
export class BulkOperation {
  @Field(() => ID, { description: 'Names it for ever.' })
  readonly id: string;

  @Field(() => BulkOperationKind, { description: 'What was to be done to each.' })
  readonly operation: string;

  @Field(() => BulkErrorPolicy, { description: 'What one refusal meant for the others.' })
  readonly errorPolicy: string;

  @Field(() => BulkOperationStatus, { description: 'How far it is.' })
  readonly status: string;

  @Field(() => ID, { nullable: true, description: 'The bulk operation it takes back; null = none.' })
  readonly undoes: string | null;

  @Field(() => DateTime, { description: 'When it began.' })
  readonly startedAt: number;

  @Field(() => DateTime, { nullable: true, description: 'When every item was decided; null while RUNNING.' })
  readonly finishedAt: number | null;

  @Field(() => Position, { description: 'Where in the log it began.' })
  readonly startedPosition: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many people it names; null for those who see only a part of it.',
  })
  readonly requested: number | null;

  @Field(() => BulkCounts, {
    nullable: true,
    description: 'How many have had which outcome so far; null for those who see only a part of it.',
  })
  readonly counts: BulkCounts | null;

  #whyNotUndone: Promise<Rejection | null> | null = null;
  readonly #row: BulkOperationRow;
  readonly #view: BulkOperationView;
  readonly #context: RequestContext;

  constructor(row: BulkOperationRow, view: BulkOperationView, context: RequestContext) {
    this.id = row.bulkOperationId;
    this.operation = row.operation;
    this.errorPolicy = row.errorPolicy;
    this.status = row.status;
    this.undoes = row.undoes;
    this.startedAt = row.startedAt;
    this.finishedAt = row.finishedAt;
    this.startedPosition = row.startedPosition;
    this.requested = view === 'EVERYTHING' ? row.requested : null;
    this.counts = view === 'EVERYTHING' ? countsOf(row) : null;
    this.#row = row;
    this.#view = view;
    this.#context = context;
  }

  @Field(() => User, { description: 'Who asked for it.' })
  get actor(): User {
    const recordedIn = this.#view === 'EVERYTHING' ? [] : this.#view.accountIds;
    return new User(this.#row.actorId, this.#context, recordedIn);
  }

  @Field(() => BulkOperation, {
    nullable: true,
    description:
      'The last bulk operation that took it back, in whole or in part; null when there is none that the caller may see.',
  })
  get undoneBy(): BulkOperation | null {
    return bulkOperationFrom(this.#context.ledgers.undoOfBulkOperation(this.id), this.#context);
  }

  @costs({ items: 50 })
  @Field(() => Boolean, {
    description:
      'undoBulkOperation by the caller would give back at least one person now. Decided on the log itself by trying it out, never stale.',
  })
  async canUndo(): Promise<boolean> {
    return (await this.#refusal()) === null;
  }

  @costs({ items: 50 })
  @Field(() => UserError, {
    nullable: true,
    description:
      'Why it cannot be undone: UNDO_IMPOSSIBLE after deleting, STALE_VALUE when they have changed since, ALREADY_DONE when all is as it was before already, as after an undo, PERMISSION_DENIED without the right; of several reasons the first. Null exactly when `canUndo`.',
  })
  async undoRefusal(): Promise<UserError | null> {
    const refusal = await this.#refusal();
    return refusal === null ? null : userErrorFrom(refusal, () => null);
  }

  /** Tried out once, whatever is asked of it. */
  #refusal(): Promise<Rejection | null> {
    const { application, actorId } = this.#context;
    this.#whyNotUndone ??= application.bulk.whyNotUndone({
      actor: { kind: 'USER', userId: actorId },
      bulkOperationId: this.id,
    });
    return this.#whyNotUndone;
  }

  @Field(() => BulkOperationItemConnection, {
    description:
      'The people, in the order they were named: for whoever asked for it those of accounts he may still see; for others those of accounts where they hold audit.read or bulk.run.',
  })
  items(@Args(() => PageArgs) args: PageArgs): Connection<BulkOperationItem> {
    const { ledgers } = this.#context;
    const accountIds = this.#view === 'EVERYTHING' ? null : this.#view.accountIds;
    const question = { bulkOperationId: this.id, accountIds };
    const page = pageByNumber({
      list: 'bulk-items',
      args,
      rows: (of) => ledgers.bulkItems(question, of),
      count: () => ledgers.countBulkItems(question),
      keyOf: (row) => row.number,
      nodeOf: (row) => new BulkOperationItem(row, this.#context),
    });
    return new BulkOperationItemConnection(page);
  }
}

export const BulkOperationConnection = connectionOf('BulkOperation', () => BulkOperation, 'bulk operations');

/** As far as the caller may see it: whoever ordered it what lies in accounts he may still see, others in accounts of theirs. */
export function bulkOperationFrom(
  row: BulkOperationRow | null,
  context: RequestContext,
): BulkOperation | null {
  if (row === null) return null;
  const view = viewOf(row, context);
  const isNothing = view !== 'EVERYTHING' && view.accountIds.length === 0;
  return isNothing ? null : new BulkOperation(row, view, context);
}

function viewOf(
  { actorId, bulkOperationId }: BulkOperationRow,
  { ledgers, rights, userId }: RequestContext,
): BulkOperationView {
  const all = ledgers.accountsOfBulkOperation(bulkOperationId);
  const accountIds = all.filter((accountId) => {
    if (actorId === userId) return rights.maySee(accountId);
    const held = rights.on(accountId);
    return held.has('audit.read') || held.has('bulk.run');
  });
  return accountIds.length === all.length ? 'EVERYTHING' : { accountIds };
}

const countsOf = ({ applied, unchanged, rejected, notAttempted }: BulkOperationRow): BulkCounts =>
  new BulkCounts({
    APPLIED: applied,
    UNCHANGED: unchanged,
    REJECTED: rejected,
    NOT_ATTEMPTED: notAttempted,
  });

export function bulkOperationsOf(
  accountId: string,
  args: PageArgs,
  context: RequestContext,
): Connection<BulkOperation> {
  const { ledgers } = context;
  const page = pageByNumber({
    list: 'bulk-operations',
    args,
    // Newest first: what follows lies before.
    rows: ({ after, limit }) => ledgers.bulkOperations(accountId, { before: after, limit }),
    count: () => ledgers.countBulkOperations(accountId),
    keyOf: (row) => row.number,
    nodeOf: (row) => new BulkOperation(row, viewOf(row, context), context),
  });
  return new BulkOperationConnection(page);
}
