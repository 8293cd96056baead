import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type { WebhookPostStatus } from '../../projections/queries/webhooks.js';
import type { WebhookDisabling as Disabling } from '../../src/domain/account/events.js';
import { OLD_SECRET_MS } from '../../src/domain/account/webhooks.js';
import { throughParent } from '../access.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import type { WebhookPostRow, WebhookRow } from '../ledger-reads.js';
import { pageByNumber } from '../page.js';
import { DateTime, Position } from '../scalars.js';
import { WebhookDisabling, WebhookPostState, WebhookStatus } from '../webhook-enums.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';
import { User } from './user.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'An event that was posted to a webhook by itself.' })
export class WebhookPost {
  @Field(() => ID, { description: 'The event; also the `webhook-id` it is posted under.' })
  readonly eventId: string;

  @Field(() => String, { description: 'Its type.' })
  readonly type: string;

  @Field(() => Position, { description: 'Its place in the log.' })
  readonly position: number;

  @Field(() => WebhookPostState, { description: 'What became of it.' })
  readonly status: WebhookPostStatus;

  @Field(() => Int, { description: 'How often it was tried.' })
  readonly attempts: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Of the last attempt that failed: `HTTP_<status>` or the kind of network fault; null when it was taken.',
  })
  readonly code: string | null;

  @Field(() => DateTime, { description: 'When it was given up; of a ping, when it was asked for.' })
  readonly addedAt: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was last tried; null = not yet.' })
  readonly lastTriedAt: number | null;

  constructor(row: WebhookPostRow, { ledgers }: RequestContext) {
    this.eventId = row.eventId;
    this.type = row.eventType;
    this.position = ledgers.positionOfPost(row);
    this.status = row.status;
    this.attempts = row.attempts;
    this.code = row.code;
    this.addedAt = row.addedAt;
    this.lastTriedAt = row.lastTriedAt;
  }
}

export const DeadLetterConnection = connectionOf('DeadLetter', () => WebhookPost, 'dead letters');

@ArgsType()
export class DeadLettersArgs extends PageArgs {
  @Field(() => [WebhookPostState], {
    nullable: true,
    description: 'Only these states. Default, also for an empty list: GIVEN_UP and DUE.',
  })
  status?: WebhookPostStatus[] | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: "Where an account's events are posted to, and how that goes (Standard Webhooks).",
})
export class Webhook {
  @Field(() => ID, { description: 'Stays for ever.' })
  readonly id: string;

  @Field(() => String, { description: 'Host and port of its address.' })
  readonly host: string;

  @Field(() => [String], { description: 'Event types that are posted; empty = all.' })
  readonly types: readonly string[];

  @Field(() => WebhookStatus, { description: 'Whether it is posted to.' })
  readonly status: 'ENABLED' | 'DISABLED';

  @Field(() => WebhookDisabling, {
    nullable: true,
    description: 'Why Muster disabled it; null when somebody did, or nobody.',
  })
  readonly disabledBecause: Disabling | null;

  @Field(() => Int, { description: 'Which secret signs, from 1; goes into rotateWebhookSecret.' })
  readonly secretGeneration: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the secret before signs too; null = it does not.',
  })
  readonly oldSecretUntil: number | null;

  @Field(() => DateTime, { description: 'When it was registered.' })
  readonly registeredAt: number;

  @Field(() => Position, {
    description: 'Every event up to this position was taken, given up, or not asked for.',
  })
  readonly settledUpTo: number;

  @Field(() => DateTime, { nullable: true, description: 'When something was last taken; null = never.' })
  readonly lastTakenAt: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The first failure since something was taken; null = none. Five days after it, it is disabled.',
  })
  readonly failingSince: number | null;

  @Field(() => Int, { description: 'Failed attempts at the next event.' })
  readonly failures: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the next event is tried again; null = at once.',
  })
  readonly nextAttemptAt: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When an attempt last failed; null = never.' })
  readonly lastFailedAt: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Of that attempt: `HTTP_<status>`, TIMEOUT, ADDRESS_FORBIDDEN (the name leads nowhere, or to a private address), or the kind of network fault, like ECONNREFUSED.',
  })
  readonly lastFailureCode: string | null;

  readonly accountId: string;
  readonly sealedUrl: string;
  readonly #registeredBy: string;
  readonly #context: RequestContext;

  constructor(row: WebhookRow, context: RequestContext) {
    const { rotatedAt } = row;
    const oldSecretUntil = rotatedAt === null ? 0 : rotatedAt + OLD_SECRET_MS;
    this.id = row.webhookId;
    this.accountId = row.accountId;
    this.host = row.host;
    this.sealedUrl = row.sealedUrl;
    this.types = JSON.parse(row.types) as readonly string[];
    this.status = row.status === 'ENABLED' ? 'ENABLED' : 'DISABLED';
    this.disabledBecause = row.disabledCause as Disabling | null;
    this.secretGeneration = row.generation;
    this.oldSecretUntil = oldSecretUntil > context.now() ? oldSecretUntil : null;
    this.registeredAt = row.registeredAt;
    this.settledUpTo = context.ledgers.settledUpTo(row);
    this.lastTakenAt = row.lastTakenAt;
    this.failingSince = row.failingSince;
    this.failures = row.failures;
    this.nextAttemptAt = row.nextAttemptAt;
    this.lastFailedAt = row.lastFailedAt;
    this.lastFailureCode = row.lastCode;
    this.#registeredBy = row.registeredBy;
    this.#context = context;
  }

  @Field(() => User, {
    description: 'Who registered it. It belongs to the account, and goes on when this person has left.',
  })
  get registeredBy(): User {
    return new User(this.#registeredBy, this.#context);
  }

  @Field(() => WebhookPost, { nullable: true, description: 'The last ping; null = none.' })
  get lastPing(): WebhookPost | null {
    const row = this.#context.ledgers.lastPing(this.id);
    return row === null ? null : new WebhookPost(row, this.#context);
  }
}

/** Fields of a webhook that take time or arguments. */
@Resolver(() => Webhook)
export class WebhookFields {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The whole address; null once the webhook is removed.',
  })
  url(@Root() webhook: Webhook, @Ctx() { application }: RequestContext): Promise<string | null> {
    return application.webhooks.urlOf({ webhookId: webhook.id, sealedUrl: webhook.sealedUrl });
  }

  @FieldResolver(() => DeadLetterConnection, {
    nullable: true,
    description:
      'Events that were given up, in the order in which that happened; redeliverWebhookEvents posts them again.',
  })
  deadLetters(
    @Root() webhook: Webhook,
    @Args(() => DeadLettersArgs) args: DeadLettersArgs,
    @Ctx() context: RequestContext,
  ): Connection<WebhookPost> {
    const { ledgers } = context;
    const question = { webhookId: webhook.id, status: chosen(args.status) };
    const page = pageByNumber({
      list: 'deadLetters',
      args,
      rows: (of) => ledgers.deadLetters(question, of),
      count: () => ledgers.countDeadLetters(question),
      keyOf: (row: WebhookPostRow) => row.number,
      nodeOf: (row) => new WebhookPost(row, context),
    });
    return new DeadLetterConnection(page);
  }
}

/** Those of an account, in the order they were registered. */
export const webhooksOf = (accountId: string, context: RequestContext): readonly Webhook[] =>
  context.ledgers.webhooks(accountId).map((row) => new Webhook(row, context));
