import { Args, Ctx, Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { pageByNumber } from '../page.js';
import type { PersonNameRow } from '../reads.js';
import { accountsShared, isNamedTo } from '../visible.js';
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
      'Null when unknown or erased, and for whoever shares with the person only accounts where a delete took the name away (D3-10): show `attribution` there.',
  })
  get name(): string | null {
    return this.#named?.name ?? null;
  }

  @Field(() => String, { nullable: true, description: 'E-mail address. Null whenever the name would be.' })
  get email(): string | null {
    return this.#named?.email ?? null;
  }

  get #named(): PersonNameRow | null {
    const known = this.#context.reads.person(this.id);
    return known !== null && isNamedTo(this.id, this.#context) ? known : null;
  }

  @Field(() => MembershipConnection, {
    description:
      'Their memberships in the order of joining, ended ones too: whoever was deleted and added again has two in the account. Only in accounts where the caller holds users.read (SW-6).',
  })
  memberships(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RequestContext): Connection<Membership> {
    const { reads } = context;
    const accountIds = accountsShared(this.id, context);
    const page = pageByNumber({
      list: 'user-memberships',
      args,
      rows: (of) => reads.membershipsOf(this.id, accountIds, of),
      count: () => reads.countMembershipsOf(this.id, accountIds),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Membership(row, context),
    });
    return new MembershipConnection(page);
  }
}
