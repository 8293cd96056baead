import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { MailStatus as MailStatusName } from '../../projections/queries/mails.js';
import type { MailKind as Kind, SuppressionReason as Reason } from '../../src/domain/mail/events.js';
import { throughParent } from '../access.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { MailKind, MailStatus, SuppressionReason } from '../ledger-enums.js';
import type { MailRow } from '../ledger-reads.js';
import { pageByNumber } from '../page.js';
import { DateTime, Position } from '../scalars.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';
import { User } from './user.js';

@ArgsType()
export class MailsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only mail to this person.' })
  userId?: string | null;

  @Field(() => [MailStatus], {
    nullable: true,
    description: 'Only these statuses. Default, also for an empty list: all.',
  })
  status?: MailStatusName[] | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'A mail that an event of the account asked for, and what became of it (SW-11, SW-13, PP-3). Never an address, never its text.',
})
export class Mail {
  @Field(() => ID, {
    description: 'The event that asked for it; there is at most one mail per event (SW-13).',
  })
  readonly causeEventId: string;

  @Field(() => Position, { description: 'That event’s place in the log.' })
  readonly causePosition: number;

  @Field(() => MailKind, { description: 'What it is about.' })
  readonly kind: Kind;

  @Field(() => ID, { description: 'To whom.' })
  readonly userId: string;

  @Field(() => MailStatus, { description: 'What became of it.' })
  readonly status: MailStatusName;

  @Field(() => SuppressionReason, { nullable: true, description: 'Why it was not sent, when SUPPRESSED.' })
  readonly reason: Reason | null;

  @Field(() => Int, { description: 'How often it was tried.' })
  readonly attempts: number;

  @Field(() => String, {
    nullable: true,
    description: 'Of the last attempt that failed: the SMTP reply code or the kind of network fault.',
  })
  readonly code: string | null;

  @Field(() => DateTime, { description: 'Since when it is to be sent.' })
  readonly dueAt: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is tried again after a failure; null otherwise.',
  })
  readonly nextAttemptAt: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was sent, suppressed or given up; null before.',
  })
  readonly endedAt: number | null;

  readonly #context: RequestContext;

  constructor(row: MailRow, context: RequestContext) {
    this.causeEventId = row.causeEventId;
    this.causePosition = row.causePosition;
    this.kind = row.kind;
    this.userId = row.userId;
    this.status = row.status;
    this.reason = row.reason;
    this.attempts = row.attempts;
    this.code = row.code;
    this.dueAt = row.dueAt;
    this.nextAttemptAt = row.nextAttemptAt;
    this.endedAt = row.endedAt;
    this.#context = context;
  }

  @Field(() => User, { description: 'To whom.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }
}

export const MailConnection = connectionOf('Mail', () => Mail, 'mails');

export function mailsOf(accountId: string, args: MailsArgs, context: RequestContext): Connection<Mail> {
  const { ledgers } = context;
  const question = { accountId, userId: args.userId ?? null, status: chosen(args.status) };
  const page = pageByNumber({
    list: 'mails',
    args,
    rows: (of) => ledgers.mails(question, of),
    count: () => ledgers.countMails(question),
    keyOf: (row) => row.number,
    nodeOf: (row) => new Mail(row, context),
  });
  return new MailConnection(page);
}
