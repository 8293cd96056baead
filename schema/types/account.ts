import { MaxLength } from 'class-validator';
import { Args, ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import type { MembershipStatus as Status } from '../../src/domain/account/state.js';
import { needs, throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import { type AsOfInput, asOfFrom } from '../as-of.js';
import { AsOfArgs, AsOfPageArgs } from '../as-of-args.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { AccountKind, MembershipStatus, PolicyPreset, Role } from '../enums.js';
import { InvitationStatus, ScheduledEndStatus } from '../lifecycle-enums.js';
import { COUNT_AS_OF, costs } from '../list-size.js';
import { pageByNumber } from '../page.js';
import type { InvitationRow, ScheduledEndRow } from '../pending-reads.js';
import { type AccountRow, type AsOf, type MembershipQuestion, notEndedStatuses } from '../reads.js';
import { DateTime } from '../scalars.js';
import { AccountPolicy } from './account-policy.js';
import { Application, ApplicationConnection } from './application.js';
import { type Connection, connectionOf } from './connection.js';
import { Group, GroupConnection } from './group.js';
import { Invitation, InvitationConnection } from './invitation.js';
import { Membership, MembershipConnection } from './membership.js';
import { Responsibility, ResponsibilityConnection } from './responsibility.js';
import { ScheduledEnd, ScheduledEndConnection } from './scheduled-end.js';
import { Seats } from './seats.js';

export const MAX_SEARCH_CHARS = 200;

export const NO_SEARCH_AS_OF =
  'asOf does not go with search: names and addresses are known as they are now only. Search without asOf, then ask for the person as of then';

@ArgsType()
class UsersArgs extends AsOfPageArgs {
  @Field(() => [MembershipStatus], {
    nullable: true,
    description:
      'Only these statuses (PP-8). Default: all but REMOVED and DELETED, so that people only invited are among them. An empty list is like none.',
  })
  status?: Status[] | null;

  @Field(() => [Role], {
    nullable: true,
    description: 'Only these roles. Default, also for an empty list: all.',
  })
  role?: RoleName[] | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Only people in this group itself, not in groups nested in it; under `asOf` those in it then.',
  })
  groupId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only people whose name or e-mail address contains this, without regard to case (SO-7). Not under `asOf`: names are known as they are now only.',
  })
  @MaxLength(MAX_SEARCH_CHARS, { message: `search has at most ${MAX_SEARCH_CHARS} characters` })
  search?: string | null;
}

@ArgsType()
class InvitationsArgs extends AsOfPageArgs {
  @Field(() => [InvitationStatus], {
    nullable: true,
    description: 'Only these statuses. Default, also for an empty list: all.',
  })
  status?: InvitationRow['status'][] | null;
}

@ArgsType()
class ScheduledEndsArgs extends AsOfPageArgs {
  @Field(() => [ScheduledEndStatus], {
    nullable: true,
    description: 'Only these statuses. Default, also for an empty list: SCHEDULED, those still to come.',
  })
  status?: ScheduledEndRow['status'][] | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A partner, customer or project: people, their rights, and its own rules.',
})
export class Account {
  @Field(() => ID, { description: 'Made by Muster; stays for ever.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name; need not be unique.' })
  readonly name: string;

  @Field(() => AccountKind, { description: 'What it is for.' })
  readonly kind: string;

  @Field(() => DateTime, { description: 'When it was opened.' })
  readonly openedAt: number;

  @Field(() => PolicyPreset, { description: 'The preset its rules come from.' })
  readonly preset: string;

  @Field(() => Int, { description: 'Version of its rules, from 1; decisions name it.' })
  readonly policyVersion: number;

  readonly #row: AccountRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  /** @param asOf null: the row is of now */
  constructor(row: AccountRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.accountId;
    this.name = row.name;
    this.kind = row.kind;
    this.openedAt = row.openedAt;
    this.preset = row.preset;
    this.policyVersion = row.policyVersion;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  /** Unknown and foreign accounts are both null. */
  static visible(accountId: string, context: RequestContext, asOf: AsOf | null = null): Account | null {
    const row = context.rights.maySee(accountId) ? context.reads.account(accountId, asOf) : null;
    return row === null ? null : new Account(row, context, asOf);
  }

  /** The moment a field is asked for: its own, or that of the account. */
  asOf(own: AsOfInput | null | undefined): AsOf | null {
    return asOfFrom(own, { accountId: this.id, context: this.#context }) ?? this.#asOf;
  }

  @Field(() => AccountPolicy, { description: 'Its rules; as of the moment the account was asked for.' })
  get policy(): AccountPolicy {
    return new AccountPolicy(this.#row.policy);
  }

  @Field(() => [String], {
    description:
      'What the caller may do in this account: permission atoms from role, grants and operator accounts, sorted.',
  })
  get viewerPermissions(): readonly string[] {
    return [...this.#context.rights.on(this.id)].sort();
  }

  @needs('users.read')
  @Field(() => MembershipConnection, {
    description: 'Its people, in the order they first joined (SO-7, PP-16). Needs users.read.',
  })
  users(@Args(() => UsersArgs) args: UsersArgs): Connection<Membership> {
    const { reads } = this.#context;
    const asOf = this.asOf(args.asOf);
    const question = questionFrom(this.id, args, asOf);
    const page = pageByNumber({
      list: 'users',
      args,
      rows: (of) => reads.memberships(question, of),
      count: () => reads.countMemberships(question),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Membership(row, this.#context, asOf),
    });
    return new MembershipConnection(page);
  }

  @needs('users.read')
  @Field(() => GroupConnection, { description: 'Its groups, oldest first. Needs users.read.' })
  groups(@Args(() => AsOfPageArgs) args: AsOfPageArgs): Connection<Group> {
    const { reads } = this.#context;
    const asOf = this.asOf(args.asOf);
    const page = pageByNumber({
      list: 'groups',
      args,
      rows: (of) => reads.groups(this.id, asOf, of),
      count: () => reads.countGroups(this.id, asOf),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Group(row, this.#context, asOf),
    });
    return new GroupConnection(page);
  }

  @needs('users.read')
  @Field(() => ApplicationConnection, {
    description: 'Its applications in use, oldest first. Needs users.read.',
  })
  applications(@Args(() => AsOfPageArgs) args: AsOfPageArgs): Connection<Application> {
    const { reads } = this.#context;
    const asOf = this.asOf(args.asOf);
    const page = pageByNumber({
      list: 'applications',
      args,
      rows: (of) => reads.applications(this.id, asOf, of),
      count: () => reads.countApplications(this.id, asOf),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Application(row, this.#context, asOf),
    });
    return new ApplicationConnection(page);
  }

  @needs('users.read')
  @Field(() => ResponsibilityConnection, {
    description: 'Its contact duties and who holds them, vacant ones too (SO-19, SO-20). Needs users.read.',
  })
  responsibilities(@Args(() => AsOfPageArgs) args: AsOfPageArgs): Connection<Responsibility> {
    const { reads } = this.#context;
    const asOf = this.asOf(args.asOf);
    const page = pageByNumber({
      list: 'responsibilities',
      args,
      rows: (of) => reads.responsibilities(this.id, asOf, of),
      count: () => reads.countResponsibilities(this.id, asOf),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Responsibility(row, this.#context, asOf),
    });
    return new ResponsibilityConnection(page);
  }

  @needs('users.invite')
  @Field(() => InvitationConnection, {
    description: 'Whom it has invited, and what became of it, oldest first (SW-15). Needs users.invite.',
  })
  invitations(@Args(() => InvitationsArgs) args: InvitationsArgs): Connection<Invitation> {
    const { pending } = this.#context;
    const asOf = this.asOf(args.asOf);
    const question = { accountId: this.id, status: chosen(args.status), asOf };
    const page = pageByNumber({
      list: 'invitations',
      args,
      rows: (of) => pending.invitations(question, of),
      count: () => pending.countInvitations(question),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Invitation(row, this.#context, asOf),
    });
    return new InvitationConnection(page);
  }

  @needs('users.manage')
  @Field(() => ScheduledEndConnection, {
    description:
      'Memberships ordered to end at a time to come, in the order of the orders. Needs users.manage.',
  })
  scheduledEnds(@Args(() => ScheduledEndsArgs) args: ScheduledEndsArgs): Connection<ScheduledEnd> {
    const { pending } = this.#context;
    const asOf = this.asOf(args.asOf);
    const question = { accountId: this.id, status: chosen(args.status) ?? ['SCHEDULED' as const], asOf };
    const page = pageByNumber({
      list: 'scheduled-ends',
      args,
      rows: (of) => pending.scheduledEnds(question, of),
      count: () => pending.countScheduledEnds(question),
      keyOf: (row) => row.number,
      nodeOf: (row) => new ScheduledEnd(row, this.#context, asOf),
    });
    return new ScheduledEndConnection(page);
  }

  @needs('users.manage')
  @Field(() => MembershipConnection, {
    description:
      'Members who are INACTIVE and still have access until their session ends (D3-23), in the order they first joined; terminateSession ends it. Needs users.manage.',
  })
  lingering(@Args(() => AsOfPageArgs) args: AsOfPageArgs): Connection<Membership> {
    const { pending } = this.#context;
    const asOf = this.asOf(args.asOf);
    const page = pageByNumber({
      list: 'lingering',
      args,
      rows: (of) => pending.lingering(this.id, asOf, of),
      count: () => pending.countLingering(this.id, asOf),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Membership(row, this.#context, asOf),
    });
    return new MembershipConnection(page);
  }

  @needs('seats.read')
  @costs(COUNT_AS_OF)
  @Field(() => Seats, {
    nullable: true,
    description:
      'Its seats (D3-25), under `asOf` as they were taken then, by counting everybody who has ever been in it; null when it was not there yet. Needs seats.read.',
  })
  async seats(@Args(() => AsOfArgs) args: AsOfArgs): Promise<Seats | null> {
    const asOf = this.asOf(args.asOf);
    const row = this.#context.reads.account(this.id, asOf);
    return row === null ? null : new Seats(await this.#context.pending.seats(this.id, asOf), row.policy);
  }
}

/** @throws BAD_USER_INPUT for a search under `asOf`: names are no part of the history, so that erasing one leaves it alone */
function questionFrom(accountId: string, args: UsersArgs, asOf: AsOf | null): MembershipQuestion {
  const search = args.search?.trim() || null;
  const role = chosen(args.role);
  if (asOf !== null && search !== null) throw badInput('asOf', NO_SEARCH_AS_OF);
  return {
    accountId,
    status: chosen(args.status) ?? notEndedStatuses,
    ...(role === null ? {} : { role }),
    ...(args.groupId == null ? {} : { groupId: args.groupId }),
    ...(search === null ? {} : { search }),
    ...(asOf === null ? {} : { asOf }),
  };
}

export const AccountConnection = connectionOf('Account', () => Account, 'accounts');
