import { MaxLength, ValidateNested } from 'class-validator';
import { Args, ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import type { MembershipStatus as Status } from '../../src/domain/account/state.js';
import { needs, throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import { AsOfInput, asOfFrom } from '../as-of.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { AccountKind, MembershipStatus, PolicyPreset, Role } from '../enums.js';
import { InvitationStatus, ScheduledEndStatus } from '../lifecycle-enums.js';
import { pageByNumber } from '../page.js';
import type { InvitationRow, ScheduledEndRow } from '../pending-reads.js';
import { type AccountRow, type AsOf, type MembershipQuestion, notEndedStatuses } from '../reads.js';
import { DateTime } from '../scalars.js';
import { AccountPolicy } from './account-policy.js';
import { Application, ApplicationConnection } from './application.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';
import { Group, GroupConnection } from './group.js';
import { Invitation, InvitationConnection } from './invitation.js';
import { Membership, MembershipConnection } from './membership.js';
import { Responsibility, ResponsibilityConnection } from './responsibility.js';
import { ScheduledEnd, ScheduledEndConnection } from './scheduled-end.js';
import { Seats } from './seats.js';

export const MAX_SEARCH_CHARS = 200;

@ArgsType()
class AsOfPageArgs extends PageArgs {
  @Field(() => AsOfInput, {
    nullable: true,
    description: 'Ask for the past. Default: what the read model shows now.',
  })
  @ValidateNested()
  asOf?: AsOfInput | null;
}

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
    description: 'Only people in this group itself, not in groups nested in it.',
  })
  groupId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only people whose name or e-mail address contains this, without regard to case (SO-7).',
  })
  @MaxLength(MAX_SEARCH_CHARS, { message: `search has at most ${MAX_SEARCH_CHARS} characters` })
  search?: string | null;
}

@ArgsType()
class InvitationsArgs extends PageArgs {
  @Field(() => [InvitationStatus], {
    nullable: true,
    description: 'Only these statuses. Default, also for an empty list: all.',
  })
  status?: InvitationRow['status'][] | null;
}

@ArgsType()
class ScheduledEndsArgs extends PageArgs {
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

  constructor(row: AccountRow, context: RequestContext) {
    this.id = row.accountId;
    this.name = row.name;
    this.kind = row.kind;
    this.openedAt = row.openedAt;
    this.preset = row.preset;
    this.policyVersion = row.policyVersion;
    this.#row = row;
    this.#context = context;
  }

  /** Unknown and foreign accounts are both null. */
  static visible(accountId: string, context: RequestContext): Account | null {
    const row = context.rights.maySee(accountId) ? context.reads.account(accountId) : null;
    return row === null ? null : new Account(row, context);
  }

  @Field(() => AccountPolicy, { description: 'Its rules as they are now.' })
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
    const asOf = asOfFrom(args.asOf);
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
    const asOf = asOfFrom(args.asOf);
    const page = pageByNumber({
      list: 'groups',
      args,
      rows: (of) => reads.groups(this.id, asOf, of),
      count: () => (asOf === null ? reads.countGroups(this.id) : null),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Group(row, this.#context, asOf),
    });
    return new GroupConnection(page);
  }

  @needs('users.read')
  @Field(() => ApplicationConnection, {
    description: 'Its applications in use, oldest first. Needs users.read.',
  })
  applications(@Args(() => PageArgs) args: PageArgs): Connection<Application> {
    const { reads } = this.#context;
    const page = pageByNumber({
      list: 'applications',
      args,
      rows: (of) => reads.applications(this.id, of),
      count: () => reads.countApplications(this.id),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Application(row, this.#context),
    });
    return new ApplicationConnection(page);
  }

  @needs('users.read')
  @Field(() => ResponsibilityConnection, {
    description: 'Its contact duties and who holds them, vacant ones too (SO-19, SO-20). Needs users.read.',
  })
  responsibilities(@Args(() => AsOfPageArgs) args: AsOfPageArgs): Connection<Responsibility> {
    const { reads } = this.#context;
    const asOf = asOfFrom(args.asOf);
    const page = pageByNumber({
      list: 'responsibilities',
      args,
      rows: (of) => reads.responsibilities(this.id, asOf, of),
      count: () => (asOf === null ? reads.countResponsibilities(this.id) : null),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Responsibility(row, this.#context),
    });
    return new ResponsibilityConnection(page);
  }

  @needs('users.invite')
  @Field(() => InvitationConnection, {
    description: 'Whom it has invited, and what became of it, oldest first (SW-15). Needs users.invite.',
  })
  invitations(@Args(() => InvitationsArgs) args: InvitationsArgs): Connection<Invitation> {
    const { pending } = this.#context;
    const status = chosen(args.status);
    const page = pageByNumber({
      list: 'invitations',
      args,
      rows: (of) => pending.invitations(this.id, status, of),
      count: () => pending.countInvitations(this.id, status),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Invitation(row, this.#context),
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
    const status = chosen(args.status) ?? ['SCHEDULED' as const];
    const page = pageByNumber({
      list: 'scheduled-ends',
      args,
      rows: (of) => pending.scheduledEnds(this.id, status, of),
      count: () => pending.countScheduledEnds(this.id, status),
      keyOf: (row) => row.number,
      nodeOf: (row) => new ScheduledEnd(row, this.#context),
    });
    return new ScheduledEndConnection(page);
  }

  @needs('users.manage')
  @Field(() => MembershipConnection, {
    description:
      'Members who are INACTIVE and still have access until their session ends (D3-23), in the order they first joined; terminateSession ends it. Needs users.manage.',
  })
  lingering(@Args(() => PageArgs) args: PageArgs): Connection<Membership> {
    const { pending } = this.#context;
    const page = pageByNumber({
      list: 'lingering',
      args,
      rows: (of) => pending.lingering(this.id, of),
      count: () => pending.countLingering(this.id),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Membership(row, this.#context),
    });
    return new MembershipConnection(page);
  }

  @needs('seats.read')
  @Field(() => Seats, { description: 'Its seats as they are now (D3-25). Needs seats.read.' })
  seats(): Seats {
    return new Seats(this.#context.pending.seats(this.id), this.#row.policy);
  }
}

/** @throws BAD_USER_INPUT for filters that the past cannot be asked with */
function questionFrom(accountId: string, args: UsersArgs, asOf: AsOf | null): MembershipQuestion {
  const search = args.search?.trim() || null;
  const role = chosen(args.role);
  if (asOf !== null && (args.groupId != null || search !== null))
    throw badInput(
      'asOf',
      'asOf goes with the filters status and role; ask a group for its own members as of then',
    );
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
