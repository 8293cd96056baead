import { Args, Ctx, Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { pageById } from '../page.js';
import type { PersonNameRow } from '../reads.js';
import { accountsShared, membershipsShared, shownOf } from '../visible.js';
import { type Connection, PageArgs } from './connection.js';
import { Membership, MembershipConnection } from './membership.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A person, across accounts. Ids are never given to somebody else.',
})
export class User {
  @Field(() => ID, { description: 'Made by Muster; stays for ever.' })
  readonly id: string;

  #context: RequestContext;

  constructor(userId: string, context: RequestContext) {
    this.id = userId;
    this.#context = context;
  }

  @Field(() => String, {
    nullable: true,
    description:
      'Null when unknown or erased; for whoever shares with the person only accounts where a delete took the name away (D3-10): show `attribution` there; and for whoever shares with them only invitations never accepted.',
  })
  get name(): string | null {
    return shownOf(this.id, this.#context) === 'NAME_AND_ADDRESS' ? (this.#known?.name ?? null) : null;
  }

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address. Null when unknown or erased, and where a delete took the name away.',
  })
  get email(): string | null {
    return shownOf(this.id, this.#context) === 'NOTHING' ? null : (this.#known?.email ?? null);
  }

  get #known(): PersonNameRow | null {
    return this.#context.reads.person(this.id);
  }

  @Field(() => MembershipConnection, {
    description:
      'Their memberships, ended ones too, in the accounts where the caller holds users.read; others stay unseen (SW-6).',
  })
  memberships(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RequestContext): Connection<Membership> {
    const page = pageById({
      list: 'user-memberships',
      args,
      rows: (of) => membershipsShared(this.id, context, of),
      count: () => accountsShared(this.id, context).length,
      keyOf: (row) => row.accountId,
      nodeOf: (row) => new Membership(row, context),
    });
    return new MembershipConnection(page);
  }
}
