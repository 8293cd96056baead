import { Args, Ctx, Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { pageById } from '../page.js';
import type { PersonNameRow } from '../reads.js';
import { accountsShared, isNamedTo, membershipsShared } from '../visible.js';
import { type Connection, PageArgs } from './connection.js';
import { Erasure, LegalHold, seesErasures } from './erasure.js';
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

  @Field(() => Erasure, {
    nullable: true,
    description:
      'Null where nobody asked for it, and for everybody but holders of privacy.erase or legalhold.write in the root operator account.',
  })
  get erasure(): Erasure | null {
    const row = seesErasures(this.#context) ? this.#context.ledgers.erasure(this.id) : null;
    return row === null ? null : new Erasure(row);
  }

  @Field(() => [LegalHold], {
    nullable: true,
    description:
      'Legal holds on this person, released ones too, the oldest first. Null for everybody but holders of privacy.erase or legalhold.write in the root operator account.',
  })
  get legalHolds(): readonly LegalHold[] | null {
    if (!seesErasures(this.#context)) return null;
    return this.#context.ledgers.legalHolds(this.id).map((row) => new LegalHold(row));
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
