import { Args, Field, ID, Int, ObjectType } from 'type-graphql';
import type { OffboardingPreview as Preview } from '../../src/application/application.js';
import { throughParent } from '../access.js';
import { PreviewedOperation } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { Confirmation, ConfirmedOperation, GroupRole, MemberKind, MembershipStatus, Role } from '../enums.js';
import { atMost } from '../list-size.js';
import { pageById } from '../page.js';
import type { MembershipRow } from '../reads.js';
import { sharedMemberships } from '../visible.js';
import { type Connection, MAX_PAGE_SIZE, PageArgs } from './connection.js';
import { Group } from './group.js';
import { Membership, MembershipConnection } from './membership.js';
import { ResponsibilityName } from './responsibility-name.js';
import { SessionEnd } from './session-end.js';
import { User } from './user.js';
import { UserError, userErrorFrom } from './user-error.js';

/** Most successors a preview names. */
const MAX_SUCCESSORS = 100;

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A group the person is in.' })
export class PreviewedGroup {
  @Field(() => ID, { description: 'The group.' })
  readonly groupId: string;

  @Field(() => GroupRole, { description: 'What the person is in it.' })
  readonly role: Preview['groups'][number]['role'];

  readonly #of: { readonly accountId: string; readonly context: RequestContext };

  constructor(
    group: Preview['groups'][number],
    of: { readonly accountId: string; readonly context: RequestContext },
  ) {
    this.groupId = group.groupId;
    this.role = group.role;
    this.#of = of;
  }

  @Field(() => Group, {
    nullable: true,
    description: 'The group; null when the read model does not show it yet.',
  })
  get group(): Group | null {
    const { accountId, context } = this.#of;
    const row = context.reads.group(accountId, this.groupId);
    return row === null ? null : new Group(row, context);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'An open invitation that the person has sent.' })
export class SentInvitation {
  @Field(() => ID, { description: 'The invitation.' })
  readonly invitationId: string;

  @Field(() => ID, { description: 'Who is invited.' })
  readonly userId: string;

  readonly #context: RequestContext;

  constructor({ invitationId, userId }: Preview['invitationsSent'][number], context: RequestContext) {
    this.invitationId = invitationId;
    this.userId = userId;
    this.#context = context;
  }

  @Field(() => User, { description: 'Who is invited.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Seats of the account before and after.' })
export class PreviewedSeats {
  @Field(() => Int, { nullable: true, description: 'How many there are; null = no limit.' })
  readonly limit!: number | null;

  @Field(() => Int, { description: 'In use now.' })
  readonly inUse!: number;

  @Field(() => Int, { description: 'In use if it is done (D3-5, D3-9).' })
  readonly inUseAfterwards!: number;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Who could take contact duties over.' })
export class EligibleSuccessors {
  @atMost(MAX_SUCCESSORS)
  @Field(() => [User], {
    description: `Other active members of the account (SO-18), in the order of joining; the first ${MAX_SUCCESSORS}.`,
  })
  readonly users: readonly User[];

  @Field(() => Int, { description: 'How many there are.' })
  readonly totalCount: number;

  constructor({ userIds, totalCount }: Preview['eligibleSuccessors'], context: RequestContext) {
    this.users = userIds.map((userId) => new User(userId, context));
    this.totalCount = totalCount;
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'What an operation would meet, straight from the log (SO-9, SW-3, D3-31). The token is bound to the fields marked "bound", and to nothing else: what is not marked may change without making it stale.',
})
export class OffboardingPreview {
  @Field(() => ID, { description: 'The account. Bound.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person. Bound.' })
  readonly userId: string;

  @Field(() => ID, { description: 'The membership. Bound.' })
  readonly membershipId: string;

  @Field(() => PreviewedOperation, {
    description: 'The operation asked about. Bound; LEAVE and REMOVE are one to the token.',
  })
  readonly operation: Preview['operation'];

  @Field(() => MembershipStatus, { description: 'Where the membership stands. Bound.' })
  readonly status: Preview['status'];

  @Field(() => MemberKind, { description: 'How the person signs in. Bound.' })
  readonly kind: Preview['kind'];

  @Field(() => Role, { description: 'The role held. Bound.' })
  readonly role: Preview['role'];

  @Field(() => [String], { description: 'Permissions granted singly (SW-3). Bound.' })
  readonly permissions: readonly string[];

  @Field(() => [PreviewedGroup], { description: 'Groups the person would be out of (SW-3, SW-12). Bound.' })
  readonly groups: readonly PreviewedGroup[];

  @Field(() => [ResponsibilityName], { description: 'Contact duties the person holds (SO-9). Bound.' })
  readonly responsibilities: readonly ResponsibilityName[];

  @atMost(MAX_PAGE_SIZE)
  @Field(() => [SentInvitation], {
    description: 'Open invitations the person has sent; they stay open. Bound.',
  })
  readonly invitationsSent: readonly SentInvitation[];

  @Field(() => Int, {
    description:
      'Seats the person holds, 0 or 1: what ending access would free, or reactivating take. Bound.',
  })
  readonly seatsHeld: number;

  @Field(() => String, {
    nullable: true,
    description: 'The directory that owns the membership’s state (PP-15); null = none. Bound.',
  })
  readonly directory: string | null;

  @Field(() => Int, { description: "Version of the account's policy this was worked out under. Bound." })
  readonly policyVersion: number;

  @Field(() => String, {
    description:
      'Goes into `previewToken`: the operation is refused with STALE_PREVIEW when one of the bound facts has changed. A digest of these facts: it proves that the decision is made on exactly them, not that anybody looked; it is not bound to the caller, and gives no right.',
  })
  readonly token: string;

  @Field(() => Boolean, {
    description: 'Every duty above needs a successor before the operation can commit.',
  })
  readonly reassignmentRequired: boolean;

  @Field(() => [ResponsibilityName], {
    description:
      'The duties that need a successor and have no good one among `successors` (SO-11, SO-12, SO-17, SO-18).',
  })
  readonly missingSuccessors: readonly ResponsibilityName[];

  @Field(() => EligibleSuccessors, { description: 'Who could take the duties over.' })
  readonly eligibleSuccessors: EligibleSuccessors;

  @Field(() => Confirmation, { description: "What the account's policy asks to be sent along." })
  readonly confirmation: Preview['confirmation'];

  @Field(() => Boolean, { description: 'There is no way back; DEACTIVATE keeps one (D3-31).' })
  readonly irreversible: boolean;

  @Field(() => ConfirmedOperation, {
    nullable: true,
    description: 'The gentler way, where the account offers one (D3-31).',
  })
  readonly alternative: Preview['alternative'];

  @Field(() => [UserError], {
    description:
      'All that stands in the way, whatever is confirmed and whoever takes over; empty when nothing does.',
  })
  readonly blockers: readonly UserError[];

  @Field(() => UserError, { nullable: true, description: 'The first of `blockers`.' })
  readonly refusal: UserError | null;

  @Field(() => Boolean, {
    description:
      'It would commit with the `successors` given, once confirmed: no blocker, no successor missing (SO-15).',
  })
  readonly canCommit: boolean;

  @Field(() => PreviewedSeats, {
    nullable: true,
    description: 'What it does to the account’s seats; null to whoever LEAVEs without seats.read.',
  })
  readonly seats: PreviewedSeats | null;

  @Field(() => SessionEnd, {
    nullable: true,
    description:
      'Set when access would outlast a deactivation until the session ends (D3-23); null = it ends at once.',
  })
  readonly untilSessionEnd: SessionEnd | null;

  readonly #context: RequestContext;

  constructor(preview: Preview, context: RequestContext) {
    const { accountId } = preview;
    this.accountId = accountId;
    this.userId = preview.userId;
    this.membershipId = preview.membershipId;
    this.operation = preview.operation;
    this.status = preview.status;
    this.kind = preview.kind;
    this.role = preview.role;
    this.permissions = preview.permissions;
    this.groups = preview.groups.map((group) => new PreviewedGroup(group, { accountId, context }));
    this.responsibilities = preview.responsibilities;
    this.invitationsSent = preview.invitationsSent.map((sent) => new SentInvitation(sent, context));
    this.seatsHeld = preview.seatsHeld;
    this.directory = preview.directory;
    this.policyVersion = preview.policyVersion;
    this.token = preview.token;
    this.reassignmentRequired = preview.reassignmentRequired;
    this.missingSuccessors = preview.missingSuccessors;
    this.eligibleSuccessors = new EligibleSuccessors(preview.eligibleSuccessors, context);
    this.confirmation = preview.confirmation;
    this.irreversible = preview.irreversible;
    this.alternative = preview.alternative;
    this.blockers = preview.blockers.map((blocker) => userErrorFrom(blocker, argumentOf));
    this.refusal = this.blockers[0] ?? null;
    this.canCommit = preview.canCommit;
    this.seats = preview.seats;
    this.untilSessionEnd = preview.untilSessionEnd;
    this.#context = context;
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }

  @Field(() => MembershipConnection, {
    description:
      'The person’s memberships in other accounts that have not ended: the operation leaves them as they are (SO-4, SO-5, SW-6, D3-37). Only of accounts where the caller holds users.read; `totalCount` counts those.',
  })
  otherAccounts(@Args(() => PageArgs) args: PageArgs): Connection<Membership> {
    const context = this.#context;
    const others = sharedMemberships(this.userId, context).filter(isOther(this.accountId));
    const page = pageById({
      list: 'other-accounts',
      args,
      rows: ({ after, limit }) => {
        const rows = others.filter(({ accountId }) => after === null || accountId > after);
        return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
      },
      count: () => others.length,
      keyOf: (row) => row.accountId,
      nodeOf: (row) => new Membership(row, context),
    });
    return new MembershipConnection(page);
  }
}

const isOther =
  (accountId: string) =>
  (row: MembershipRow): boolean =>
    row.accountId !== accountId && row.status !== 'REMOVED' && row.status !== 'DELETED';

/** A confirmation and the rest are for the mutation. */
const argumentOf = (field: string): string | null =>
  /^(accountId|userId|successors)(\.|$)/.test(field) ? field : null;
