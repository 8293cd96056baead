import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type {
  Responsibility as Duty,
  ResponsibilityKind as Kind,
} from '../../src/domain/account/responsibility.js';
import { throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { ResponsibilityKind } from '../enums.js';
import type { AsOf, ResponsibilityRow } from '../reads.js';
import { DateTime } from '../scalars.js';
import { Application } from './application.js';
import { connectionOf } from './connection.js';
import { User } from './user.js';

/** Names a duty in questions; `Responsibility` is its answer. */
@InputType({ description: 'Names one contact duty of the account (SO-10).' })
export class ResponsibilityInput {
  @Field(() => ResponsibilityKind, { description: 'Which of the three kinds.' })
  kind!: Kind;

  @Field(() => ID, {
    nullable: true,
    description: 'The application; given exactly for APPLICATION_TECHNICAL_CONTACT.',
  })
  applicationId?: string | null;
}

/** @throws BAD_USER_INPUT when kind and application do not go together */
export function dutyFrom({ kind, applicationId }: ResponsibilityInput, field: string): Duty {
  const isOfApplication = kind === 'APPLICATION_TECHNICAL_CONTACT';
  if (isOfApplication === (applicationId !== null && applicationId !== undefined))
    return { kind, applicationId: applicationId ?? null };
  throw badInput(
    `${field}.applicationId`,
    isOfApplication
      ? `${field}.applicationId is needed for ${kind}`
      : `${field}.applicationId does not go with ${kind}`,
  );
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A contact duty and who holds it: one person or nobody, never two (SO-20).',
})
export class Responsibility implements Duty {
  @Field(() => ResponsibilityKind, { description: 'Which of the three kinds.' })
  readonly kind: Kind;

  @Field(() => ID, {
    nullable: true,
    description: 'The application, exactly for APPLICATION_TECHNICAL_CONTACT.',
  })
  readonly applicationId: string | null;

  @Field(() => DateTime, { description: 'Since when this person holds it, or it is vacant.' })
  readonly since: number;

  readonly #row: ResponsibilityRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: ResponsibilityRow, context: RequestContext, asOf: AsOf | null = null) {
    this.kind = row.kind as Kind;
    this.applicationId = row.applicationId;
    this.since = row.since;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => User, { nullable: true, description: 'The holder; null = vacant.' })
  get user(): User | null {
    return this.#row.userId === null
      ? null
      : User.asOf(this.#row.userId, this.#context, { asOf: this.#asOf });
  }

  @Field(() => Application, {
    nullable: true,
    description: 'The application, exactly for APPLICATION_TECHNICAL_CONTACT.',
  })
  get application(): Application | null {
    const { accountId, applicationId } = this.#row;
    const row = applicationId === null ? null : this.#context.reads.application(accountId, applicationId);
    return row === null ? null : new Application(row, this.#context, this.#asOf);
  }
}

export const ResponsibilityConnection = connectionOf(
  'Responsibility',
  () => Responsibility,
  'contact duties',
);
