import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { ActorKind, EntryAuthorityVia } from '../ledger-enums.js';
import type { AuditEntryRow } from '../ledger-reads.js';
import { DateTime, Json, Position } from '../scalars.js';
import { Account } from './account.js';
import { attributionOf, recordedLabel } from './attribution.js';
import type { EntryPlace } from './audit-entry-field.js';
import { User } from './user.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Who did it.' })
export class AuditActor {
  @Field(() => ActorKind, { description: 'What it is.' })
  readonly kind: string;

  @Field(() => String, { description: 'User id for USER and SERVICE, a fixed word otherwise.' })
  readonly id: string;

  @Field(() => String, { nullable: true, description: 'For whom, when it acted for somebody else.' })
  readonly onBehalfOf: string | null;

  readonly #accountId: string | null;
  readonly #context: RequestContext;

  constructor(row: AuditEntryRow, context: RequestContext) {
    this.#accountId = row.accountId;
    this.kind = row.actorKind;
    this.id = row.actorId;
    this.onBehalfOf = row.onBehalfOf;
    this.#context = context;
  }

  @Field(() => User, { nullable: true, description: 'The person or machine, for USER and SERVICE.' })
  get user(): User | null {
    if (!this.#isMember) return null;
    return new User(this.id, this.#context, this.#accountId === null ? [] : [this.#accountId]);
  }

  @Field(() => String, {
    nullable: true,
    description:
      'What to show for that person or machine in this account: the name to whoever may see it, else a made-up one that stays the same (D3-10). For Muster, its scheduler or an import the `id`, a fixed word or the source. Null for a person where the entry is of no account.',
  })
  async label(): Promise<string | null> {
    if (!this.#isMember) return this.id;
    if (this.#accountId === null) return null;
    return recordedLabel({ accountId: this.#accountId, userId: this.id }, this.#context);
  }

  get #isMember(): boolean {
    return this.kind === 'USER' || this.kind === 'SERVICE';
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'By which right somebody acted.' })
export class EntryAuthority {
  @Field(() => EntryAuthorityVia, { description: 'In what capacity.' })
  readonly via: keyof typeof EntryAuthorityVia;

  @Field(() => ID, { nullable: true, description: 'With OPERATOR: the account as whose member.' })
  readonly operatorAccountId: string | null;

  readonly #context: RequestContext;

  constructor({ operatorAccountId }: AuditEntryRow, context: RequestContext) {
    this.via = operatorAccountId === null ? 'OWN' : 'OPERATOR';
    this.operatorAccountId = operatorAccountId;
    this.#context = context;
  }

  @Field(() => Account, {
    nullable: true,
    description: 'That account; null with OWN, and when the caller may not see it.',
  })
  get operatorAccount(): Account | null {
    return this.operatorAccountId === null ? null : Account.visible(this.operatorAccountId, this.#context);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Why it was done, as the caller said.' })
export class Reason {
  @Field(() => String, { description: 'A short code.' })
  readonly code!: string;

  @Field(() => String, { nullable: true, description: 'Reference in another system.' })
  readonly ticket!: string | null;
}

@throughParent()
@InterfaceType({
  description:
    'One event of the log, as stored: entries never change and never disappear (SW-18, D3-3). Each type of event has a type of its own, like `UserRemovedEntry`, with what it says; more types may come.',
})
export class AuditEntry {
  @Field(() => ID, { description: 'Id of the event.' })
  readonly id: string;

  @Field(() => String, { description: 'Past tense and specific, like `UserRemoved`; the list grows.' })
  readonly type: string;

  @Field(() => Position, { description: 'Its place in the log.' })
  readonly position: number;

  @Field(() => Int, {
    description:
      "Its number in its stream, from 0 without gaps: the account's, or for what became of a mail the mail's own.",
  })
  readonly revision: number;

  @Field(() => ID, { nullable: true, description: 'The account.' })
  readonly accountId: string | null;

  @Field(() => DateTime, { description: 'When it happened.' })
  readonly occurredAt: number;

  @Field(() => DateTime, { description: 'When Muster recorded it; later than `occurredAt` for imports.' })
  readonly recordedAt: number;

  @Field(() => Int, { description: "Version of the account's policy it was decided under." })
  readonly policyVersion: number;

  @Field(() => String, { description: 'Shared by everything that one request caused.' })
  readonly correlationId: string;

  @Field(() => String, { nullable: true, description: 'Id of the event that caused it, when one did.' })
  readonly causationId: string | null;

  @Field(() => String, {
    description:
      'SHA-256 of the stored event, 64 hexadecimal digits; each event holds the hash of the one before it.',
  })
  readonly hash: string;

  readonly #row: AuditEntryRow;
  readonly #context: RequestContext;
  #data: unknown;

  constructor(row: AuditEntryRow, context: RequestContext) {
    this.id = row.eventId;
    this.type = row.type;
    this.position = row.position;
    this.revision = row.revision;
    this.accountId = row.accountId;
    this.occurredAt = row.occurredAt;
    this.recordedAt = row.recordedAt;
    this.policyVersion = row.policyVersion;
    this.correlationId = row.correlationId;
    this.causationId = row.causationId;
    this.hash = row.hash;
    this.#row = row;
    this.#context = context;
  }

  @Field(() => AuditActor, { description: 'Who did it.' })
  get actor(): AuditActor {
    return new AuditActor(this.#row, this.#context);
  }

  @Field(() => String, {
    nullable: true,
    description: 'What to show for whoever did it: `label` of `actor`.',
  })
  actorLabel(): Promise<string | null> {
    return this.actor.label();
  }

  @Field(() => EntryAuthority, {
    nullable: true,
    description:
      'By which right (PP-12): one’s own, or an operator’s; null for what Muster, its scheduler or an import did. `explainDecision` tells the role and the permission.',
  })
  get authority(): EntryAuthority | null {
    const isOfSomebody = this.#row.actorKind === 'USER' || this.#row.actorKind === 'SERVICE';
    return isOfSomebody ? new EntryAuthority(this.#row, this.#context) : null;
  }

  @Field(() => User, { nullable: true, description: 'The person it is about, when it is about one.' })
  get subject(): User | null {
    return this.#row.subjectId === null ? null : new User(this.#row.subjectId, this.#context);
  }

  @Field(() => String, {
    nullable: true,
    description:
      'What to show for that person in this account: the label of `attribution`, which a delete may have changed (D3-3, D3-8, D3-10). Null when it is about nobody.',
  })
  async subjectLabel(): Promise<string | null> {
    const { accountId, subjectId } = this.#row;
    if (accountId === null || subjectId === null) return null;
    return (await attributionOf({ accountId, userId: subjectId }, this.#context)).label;
  }

  @Field(() => Reason, { nullable: true, description: 'Why, as the caller said.' })
  get reason(): Reason | null {
    const { reasonCode, ticket } = this.#row;
    return reasonCode === null ? null : { code: reasonCode, ticket };
  }

  @Field(() => Json, {
    description:
      'What happened, as stored, for machines; ids only. People read the fields of the type of the entry.',
  })
  get data(): unknown {
    this.#data ??= JSON.parse(this.#row.data);
    return this.#data;
  }

  /** For the fields of each type of entry. */
  get place(): EntryPlace {
    return { accountId: this.#row.accountId, context: this.#context };
  }
}
