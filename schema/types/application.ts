import { Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import type { ApplicationRow, AsOf } from '../reads.js';
import { DateTime } from '../scalars.js';
import { connectionOf } from './connection.js';
import { User } from './user.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'An application of the account; it has exactly one technical contact duty (SO-10).',
})
export class Application {
  @Field(() => ID, { description: 'Made by Muster; stays for ever.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => String, { description: 'Unique in the account, without regard to case.' })
  readonly name: string;

  @Field(() => DateTime, { description: 'When it was registered.' })
  readonly registeredAt: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was retired; null while it is in use.' })
  readonly retiredAt: number | null;

  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: ApplicationRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.applicationId;
    this.accountId = row.accountId;
    this.name = row.name;
    this.registeredAt = row.registeredAt;
    this.retiredAt = row.retiredAt;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => User, {
    nullable: true,
    description: 'Holder of its technical contact duty, as of the same moment; null = vacant.',
  })
  get technicalContact(): User | null {
    const duty = { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId: this.id } as const;
    const userId = this.#context.reads.responsibility(this.accountId, duty, this.#asOf)?.userId ?? null;
    return userId === null ? null : User.asOf(userId, this.#context, { asOf: this.#asOf });
  }
}

export const ApplicationConnection = connectionOf('Application', () => Application, 'applications');
