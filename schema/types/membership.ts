import { Arg, Field, ID, Int, ObjectType } from 'type-graphql';
import type { MemberAction as Action } from '../../src/application/application.js';
import { permissionsOf } from '../../src/domain/account/holds.js';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import { needs, throughParent } from '../access.js';
import { MemberAction } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { GroupRole, MemberKind, MembershipEnd, MembershipStatus, Role } from '../enums.js';
import { costs } from '../list-size.js';
import type { AsOf, MarksAsOfRow, MembershipAsOfRow, MembershipRow, UserGroupRow } from '../reads.js';
import { DateTime } from '../scalars.js';
import { Account } from './account.js';
import { Attribution, attributionOf } from './attribution.js';
import { AvailableAction, selectionActions } from './available-action.js';
import { connectionOf } from './connection.js';
import { Group } from './group.js';
import { Invitation } from './invitation.js';
import { Responsibility } from './responsibility.js';
import { ScheduledEnd } from './scheduled-end.js';
import { SessionEnd } from './session-end.js';
import { User } from './user.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A user in one account. It goes on under the same id after removal; only DELETED is terminal.',
})
export class Membership {
  @Field(() => ID, { description: 'Names the membership.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person; what mutations take as `userId`.' })
  readonly userId: string;

  @Field(() => MembershipStatus, { description: 'Where the membership stands (SW-14).' })
  readonly status: string;

  @Field(() => MembershipEnd, { nullable: true, description: 'How it ended; null until it has.' })
  readonly endedBy: string | null;

  @Field(() => MemberKind, { description: 'How the person signs in (D3-22).' })
  readonly kind: string;

  @Field(() => Role, { description: 'The role; of an ended membership, the last one.' })
  readonly role: RoleName;

  @Field(() => DateTime, {
    description: 'Since when the status is what it is; under `asOf`, since when all of this is as it is.',
  })
  readonly since: number;

  readonly #row: MembershipRow | MembershipAsOfRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: MembershipRow | MembershipAsOfRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.membershipId;
    this.accountId = row.accountId;
    this.userId = row.userId;
    this.status = row.status;
    this.endedBy = row.endedBy;
    this.kind = row.kind;
    this.role = row.role as RoleName;
    this.since = 'statusSince' in row ? row.statusSince : row.validFrom;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'Revision of the event that made the status what it is; what correctMembershipPeriod takes. Null under `asOf`.',
  })
  get statusRevision(): number | null {
    return 'statusRevision' in this.#row ? this.#row.statusRevision : null;
  }

  @Field(() => [String], { description: 'Granted singly, beside those of the role; sorted.' })
  get permissions(): readonly string[] {
    return JSON.parse(this.#row.permissions) as readonly string[];
  }

  @Field(() => DateTime, { description: 'When the person joined, the last time.' })
  get joinedAt(): number {
    if ('joinedAt' in this.#row) return this.#row.joinedAt;
    return this.#context.reads.membershipById(this.id)?.joinedAt ?? this.since;
  }

  @Field(() => [String], {
    description:
      'What the person may do in the account: the role’s atoms and the single grants; empty unless ACTIVE.',
  })
  get effectivePermissions(): readonly string[] {
    if (this.status !== 'ACTIVE') return [];
    return [...permissionsOf(this)].sort();
  }

  @Field(() => SessionEnd, {
    nullable: true,
    description:
      'Set while the person is INACTIVE and a session begun before may go on (D3-23); null otherwise.',
  })
  get untilSessionEnd(): SessionEnd | null {
    const { untilSessionEnd = false, sessionLatest = null } = this.#marks ?? {};
    const now = Math.min(this.#asOf?.at ?? this.#context.now(), this.#context.now());
    const isOver = this.status !== 'INACTIVE' || (sessionLatest !== null && sessionLatest <= now);
    return untilSessionEnd && !isOver ? { latest: sessionLatest } : null;
  }

  @Field(() => String, {
    nullable: true,
    description:
      'The directory that owns this member’s state (PP-15), kept after an end: who was removed comes back only by it, or once endDirectoryManagement has let go; null when none does.',
  })
  get directory(): string | null {
    return this.#marks?.directory ?? null;
  }

  @Field(() => Boolean, {
    description:
      'REMOVED, with a record of what was held: reinstateUser brings it back (SW-5). False under `asOf`.',
  })
  get canReinstate(): boolean {
    return this.#rowOfNow?.marks.canReinstate ?? false;
  }

  @needs('users.invite')
  @Field(() => Invitation, {
    nullable: true,
    description:
      'The newest invitation to this membership, whatever became of it; null when there is none. Needs users.invite.',
  })
  invitation(): Invitation | null {
    const row = this.#context.pending.invitation(this.#row, this.#asOf);
    return row === null ? null : new Invitation(row, this.#context, this.#asOf);
  }

  @needs('users.manage')
  @Field(() => ScheduledEnd, {
    nullable: true,
    description: 'The end that is ordered and still to come; null when there is none. Needs users.manage.',
  })
  scheduledEnd(): ScheduledEnd | null {
    const row = this.#context.pending.scheduledEnd(this.#row, this.#asOf);
    return row?.membershipId !== this.id ? null : new ScheduledEnd(row, this.#context, this.#asOf);
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return User.asOf(this.userId, this.#context, { asOf: this.#asOf });
  }

  @Field(() => Account, { nullable: true, description: 'The account; null when the caller may not see it.' })
  get account(): Account | null {
    return Account.visible(this.accountId, this.#context, this.#asOf);
  }

  @Field(() => [GroupPlace], {
    description: 'The groups the person is in (SW-3), in the order of joining them.',
  })
  get groups(): readonly GroupPlace[] {
    if (this.#isOver) return [];
    const rows = this.#context.reads.groupsOfMember(this.accountId, this.userId, this.#asOf);
    return rows.map((row) => new GroupPlace(row, this.#context, this.#asOf));
  }

  @Field(() => [Responsibility], { description: 'The contact duties the person holds (SO-10).' })
  get responsibilities(): readonly Responsibility[] {
    if (this.#isOver) return [];
    const rows = this.#context.reads.responsibilitiesOf(this.accountId, this.userId, this.#asOf);
    return rows.map((row) => new Responsibility(row, this.#context, this.#asOf));
  }

  @Field(() => Attribution, {
    description:
      'How to label what the person has made in the account (D3-2, D3-10): by name, or as the policy said at the delete. As of now, also under `asOf`.',
  })
  attribution(): Promise<Attribution> {
    return attributionOf(this, this.#context);
  }

  @costs({ items: 8, per: { argument: 'actions', default: selectionActions.length } })
  @Field(() => [AvailableAction], {
    nullable: true,
    description:
      'What the caller can do with this member now, and why not (D3-18 to D3-20, PP-9), by the code that decides it. Counts as 8 list items for each action; null when that is not for the caller to know, and of a membership that a later one of the person has followed.',
  })
  async availableActions(
    @Arg('actions', () => [MemberAction], {
      nullable: true,
      description: 'Which actions. Default: REMOVE, DEACTIVATE, REACTIVATE and DELETE.',
    })
    actions: Action[] | null,
  ): Promise<readonly AvailableAction[] | null> {
    const { accountId, userId } = this;
    if (this.#isSuperseded) return null;
    const asked = [...new Set(actions ?? selectionActions)];
    const answer = await this.#context.memberActions.on(accountId, { userId, actions: asked });
    return answer?.map((one) => new AvailableAction(one, () => null)) ?? null;
  }

  @costs({ items: 24 })
  @Field(() => [Role], {
    nullable: true,
    description:
      'The roles that the caller can give this member now with changeRole, by the code that decides it, the highest first; never the present one. Counts as 24 list items; null when that is not for the caller to know, and of a membership that a later one of the person has followed.',
  })
  async assignableRoles(): Promise<readonly RoleName[] | null> {
    if (this.#isSuperseded) return null;
    const { accountId, userId } = this;
    const [answer] =
      (await this.#context.memberActions.on(accountId, { userId, actions: ['CHANGE_ROLE'] })) ?? [];
    return answer?.assignableRoles ?? null;
  }

  /** Groups and duties are the person's: what is held meanwhile under a later membership is not held under this one. */
  get #isOver(): boolean {
    return this.endedBy !== null;
  }

  /** What can be done is decided for the person’s present membership of the account. */
  get #isSuperseded(): boolean {
    const present = this.#context.reads.membership(this.accountId, this.userId);
    return present !== null && present.membershipId !== this.id;
  }

  /** What decides access beside status and role, as of the same moment. */
  get #marks():
    | (Pick<MarksAsOfRow, 'sessionLatest' | 'directory'> & { untilSessionEnd: number | boolean })
    | null {
    if (this.#asOf === null) return this.#rowOfNow?.marks ?? null;
    return this.#context.reads.marksAsOf(this.#row.number, this.#asOf);
  }

  /** What is known of the present only. */
  get #rowOfNow(): MembershipRow | null {
    return 'statusSince' in this.#row ? this.#row : null;
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A member’s place in a group.' })
export class GroupPlace {
  @Field(() => ID, { description: 'The group.' })
  readonly groupId: string;

  @Field(() => String, { description: 'Name of the group.' })
  readonly name: string;

  @Field(() => GroupRole, { description: 'What the member is in it.' })
  readonly role: string;

  @Field(() => DateTime, {
    description: 'When the member came into it; under `asOf`, since when in this role.',
  })
  readonly addedAt: number;

  readonly #row: UserGroupRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: UserGroupRow, context: RequestContext, asOf: AsOf | null) {
    this.groupId = row.groupId;
    this.name = row.name;
    this.role = row.role;
    this.addedAt = row.addedAt;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @Field(() => Group, { nullable: true, description: 'The group itself.' })
  get group(): Group | null {
    const { accountId, groupId, name, parentId } = this.#row;
    const row = this.#context.reads.group(accountId, groupId);
    return row === null ? null : new Group({ ...row, name, parentId }, this.#context, this.#asOf);
  }
}

export const MembershipConnection = connectionOf('Membership', () => Membership, 'memberships');
