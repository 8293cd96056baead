import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { MAX_WEBHOOKS } from '../../src/domain/account/webhooks.js';
import { needs } from '../access.js';
import type { RequestContext } from '../context.js';
import { atMost } from '../list-size.js';
import { Account } from './account.js';
import { type BulkOperation, BulkOperationConnection, bulkOperationsOf } from './bulk-operation.js';
import { type Connection, PageArgs } from './connection.js';
import { type Mail, MailConnection, MailsArgs, mailsOf } from './mail.js';
import {
  SeatLedgerArgs,
  type SeatLedgerEntry,
  SeatLedgerEntryConnection,
  seatLedgerOf,
} from './seat-ledger.js';
import { Webhook, webhooksOf } from './webhook.js';

/** Fields of an account that say what became of things: they stand apart to keep the account itself on few pages. */
@Resolver(() => Account)
export class AccountLedgers {
  @needs('seats.read')
  @FieldResolver(() => SeatLedgerEntryConnection, {
    description:
      'Who took which seat from when to when, in the order they were taken (D3-5, D3-9, D3-25). Needs seats.read.',
  })
  seatLedger(
    @Root() account: Account,
    @Args(() => SeatLedgerArgs) args: SeatLedgerArgs,
    @Ctx() context: RequestContext,
  ): Connection<SeatLedgerEntry> {
    return seatLedgerOf(account.id, args, context);
  }

  @needs('bulk.run')
  @FieldResolver(() => BulkOperationConnection, {
    description:
      'Bulk operations that name people of this account, newest first: what there is to undo. Needs bulk.run. Of one that names people of other accounts too, the caller sees what lies in accounts where he holds audit.read or bulk.run.',
  })
  bulkOperations(
    @Root() account: Account,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Connection<BulkOperation> {
    return bulkOperationsOf(account.id, args, context);
  }

  @needs('audit.read')
  @FieldResolver(() => MailConnection, {
    description:
      'The mail its events asked for and what became of each, oldest first: at most one per event (SW-11, SW-13, PP-3, PP-17). Needs audit.read.',
  })
  mails(
    @Root() account: Account,
    @Args(() => MailsArgs) args: MailsArgs,
    @Ctx() context: RequestContext,
  ): Connection<Mail> {
    return mailsOf(account.id, args, context);
  }

  @needs('audit.export')
  @atMost(MAX_WEBHOOKS)
  @FieldResolver(() => [Webhook], {
    nullable: true,
    description: 'Where its events are posted to, in the order they were registered. Needs audit.export.',
  })
  webhooks(@Root() account: Account, @Ctx() context: RequestContext): readonly Webhook[] {
    return webhooksOf(account.id, context);
  }
}
