import { Args, Field, ID, Int, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { BulkErrorPolicy, BulkItemOutcome, BulkOperationKind, BulkOperationStatus } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { UserErrorCode } from '../enums.js';
import type { BulkItemRow, BulkOperationRow } from '../ledger-reads.js';
import { pageByNumber } from '../page.js';
import { DateTime, Position } from '../scalars.js';
import { BulkCounts } from './bulk-counts.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';
import { Membership } from './membership.js';
import { User } from './user.js';

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
    return new User(this.#row.actorId, this.#context);
  }

  @Field(() => BulkOperationItemConnection, {
    description:
      'The people, in the order they were named. All of them for whoever asked for it; for others those of accounts where they hold audit.read.',
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

const countsOf = ({ applied, unchanged, rejected, notAttempted }: BulkOperationRow): BulkCounts =>
  new BulkCounts({
    APPLIED: applied,
    UNCHANGED: unchanged,
    REJECTED: rejected,
    NOT_ATTEMPTED: notAttempted,
  });
