import { Args, Ctx, Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { asOfFrom, inAllAccounts } from '../as-of.js';
import { AsOfPageArgs } from '../as-of-args.js';
import type { RequestContext } from '../context.js';
import { pageByNumber } from '../page.js';
import type { AsOf, PersonNameRow } from '../reads.js';
import { accountsShared, type Shown, shownOf } from '../visible.js';
import type { Connection } from './connection.js';
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

  readonly #context: RequestContext;
  readonly #recordedIn: readonly string[] | null;
  #asOf: AsOf | null = null;

  /** @param recordedIn accounts whose records name the person; null: seen as somebody who is or was in an account */
  constructor(userId: string, context: RequestContext, recordedIn: readonly string[] | null = null) {
    this.id = userId;
    this.#context = context;
    this.#recordedIn = recordedIn;
  }

  /** As an account names the person at a moment: what is below is of that moment. */
  static asOf(
    userId: string,
    context: RequestContext,
    {
      asOf,
      recordedIn = null,
    }: { readonly asOf: AsOf | null; readonly recordedIn?: readonly string[] | null },
  ): User {
    const user = new User(userId, context, recordedIn);
    user.#asOf = inAllAccounts(asOf);
    return user;
  }

  @Field(() => String, {
    nullable: true,
    description:
      'Null when unknown or erased; for whoever shares with the person only accounts where a delete took the name away (D3-10): show `attribution` there; and for whoever shares with them only invitations never accepted. As the actor, inviter or orderer in an account’s records: shown to whoever shares an account with the person, and to holders of audit.personal in that account, unless a delete took it away everywhere.',
  })
  get name(): string | null {
    const isShown = this.#shown === 'NAME_AND_ADDRESS' || this.#shown === 'NAME';
    return isShown ? (this.#known?.name ?? null) : null;
  }

  @Field(() => String, {
    nullable: true,
    description:
      'E-mail address. Null when unknown or erased, where a delete took the name away, and for whoever shares no account with the person.',
  })
  get email(): string | null {
    const isShown = this.#shown === 'NAME_AND_ADDRESS' || this.#shown === 'ADDRESS';
    return isShown ? (this.#known?.email ?? null) : null;
  }

  get #known(): PersonNameRow | null {
    return this.#context.reads.person(this.id);
  }

  get #shown(): Shown {
    return shownOf(this.id, this.#context, this.#recordedIn);
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
      'Their memberships in the order of joining, ended ones too: whoever was deleted and added again has two in the account. Only in accounts where the caller holds users.read (SW-6).',
  })
  memberships(
    @Args(() => AsOfPageArgs) args: AsOfPageArgs,
    @Ctx() context: RequestContext,
  ): Connection<Membership> {
    const { reads } = context;
    const asOf = asOfFrom(args.asOf, { accountId: null, context }) ?? this.#asOf;
    const of = { userId: this.id, accountIds: accountsShared(this.id, context) };
    const page = pageByNumber({
      list: 'user-memberships',
      args,
      rows: (asked) => reads.membershipsOf(of, asOf, asked),
      count: () => reads.countMembershipsOf(of, asOf),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Membership(row, context, asOf),
    });
    return new MembershipConnection(page);
  }
}
