import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { SeatHold } from '../ledger-enums.js';
import type { SeatLedgerRow } from '../ledger-reads.js';
import { pageByNumber } from '../page.js';
import { DateTime, Position } from '../scalars.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';
import { User } from './user.js';

@ArgsType()
export class SeatLedgerArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only seats this person took.' })
  userId?: string | null;

  @Field(() => Position, {
    nullable: true,
    description:
      'Only seats taken at this place in the log: as many as the account counted as in use and reserved there.',
  })
  atPosition?: number | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'One seat and how long it was taken: from one event, up to and without another.',
})
export class SeatLedgerEntry {
  @Field(() => ID, { description: 'Whose seat.' })
  readonly userId: string;

  @Field(() => ID, { description: 'By which membership.' })
  readonly membershipId: string;

  @Field(() => SeatHold, { description: 'How it is taken.' })
  readonly hold: string;

  @Field(() => Position, { description: 'From this place in the log on.' })
  readonly fromPosition: number;

  @Field(() => DateTime, { description: 'When that was.' })
  readonly fromAt: number;

  @Field(() => String, { description: 'Type of the event that took it, like `UserAdded`.' })
  readonly takenBy: string;

  @Field(() => Position, {
    nullable: true,
    description: 'Until before this place in the log; null = to this day.',
  })
  readonly toPosition: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When that was.' })
  readonly toAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Type of the event that freed it, like `UserDeactivated` (D3-5, D3-9).',
  })
  readonly releasedBy: string | null;

  readonly #context: RequestContext;

  constructor(row: SeatLedgerRow, context: RequestContext) {
    this.userId = row.userId;
    this.membershipId = row.membershipId;
    this.hold = row.hold;
    this.fromPosition = row.fromPosition;
    this.fromAt = row.fromAt;
    this.takenBy = row.takenBy;
    this.toPosition = row.toPosition;
    this.toAt = row.toAt;
    this.releasedBy = row.releasedBy;
    this.#context = context;
  }

  @Field(() => User, { description: 'Whose seat.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }
}

export const SeatLedgerEntryConnection = connectionOf(
  'SeatLedgerEntry',
  () => SeatLedgerEntry,
  'seats and who took them',
);

export function seatLedgerOf(
  accountId: string,
  args: SeatLedgerArgs,
  context: RequestContext,
): Connection<SeatLedgerEntry> {
  const { ledgers } = context;
  const question = { accountId, userId: args.userId ?? null, atPosition: args.atPosition ?? null };
  const page = pageByNumber({
    list: 'seat-ledger',
    args,
    rows: (of) => ledgers.seatLedger(question, of),
    count: () => ledgers.countSeatLedger(question),
    keyOf: (row) => row.number,
    nodeOf: (row) => new SeatLedgerEntry(row, context),
  });
  return new SeatLedgerEntryConnection(page);
}
