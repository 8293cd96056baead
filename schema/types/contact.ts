import { Args, Ctx, Field, FieldResolver, ID, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { needs, throughParent } from '../access.js';
import { AsOfPageArgs } from '../as-of-args.js';
import type { RequestContext } from '../context.js';
import type { ContactRow } from '../ledger-reads.js';
import { pageById } from '../page.js';
import type { AsOf } from '../reads.js';
import { Account } from './account.js';
import { type Connection, connectionOf } from './connection.js';
import { User } from './user.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Somebody who is a contact of the account, and for what.' })
export class Contact {
  @Field(() => ID, { description: 'The person; what mutations take as `userId`.' })
  readonly userId: string;

  @Field(() => Int, { description: 'How many applications the person is the technical contact of (SO-19).' })
  readonly applicationCount: number;

  @Field(() => Boolean, { description: 'Is the technical contact of the account itself.' })
  readonly isTechnicalContact: boolean;

  @Field(() => Boolean, { description: 'Is the administrative contact of the account.' })
  readonly isAdministrativeContact: boolean;

  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: ContactRow, context: RequestContext, asOf: AsOf | null) {
    this.userId = row.userId;
    this.applicationCount = row.applicationCount;
    this.isTechnicalContact = row.isTechnicalContact === 1;
    this.isAdministrativeContact = row.isAdministrativeContact === 1;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return User.asOf(this.userId, this.#context, { asOf: this.#asOf });
  }
}

const ContactConnection = connectionOf('Contact', () => Contact, 'contacts');

@Resolver(() => Account)
export class AccountContacts {
  @needs('users.read')
  @FieldResolver(() => ContactConnection, {
    description:
      'The people who hold its contact duties, each with the number of applications (SO-19), in the order of their ids; `responsibilities` lists the duties one by one. Needs users.read.',
  })
  contacts(
    @Root() account: Account,
    @Args(() => AsOfPageArgs) args: AsOfPageArgs,
    @Ctx() context: RequestContext,
  ): Connection<Contact> {
    const of = { accountId: account.id, asOf: account.asOf(args.asOf) };
    const page = pageById({
      list: 'contacts',
      args,
      rows: (bounds) => context.ledgers.contacts(of, bounds),
      count: () => context.ledgers.countContacts(of),
      keyOf: (row) => row.userId,
      nodeOf: (row) => new Contact(row, context, of.asOf),
    });
    return new ContactConnection(page);
  }
}
