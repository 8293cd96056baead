import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { OffboardingPreview as Preview } from '../../src/application/application.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Confirmation, ConfirmedOperation, GroupRole, MemberKind, MembershipStatus, Role } from '../enums.js';
import { Group } from './group.js';
import { ResponsibilityName } from './responsibility.js';
import { User } from './user.js';
import { UserError, userErrorFrom } from './user-error.js';

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
@ObjectType({
  simpleResolvers: true,
  description:
    'What an operation would meet, straight from the log, and a token bound to exactly these facts (SO-9, SW-3, D3-31).',
})
export class OffboardingPreview {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person.' })
  readonly userId: string;

  @Field(() => ID, { description: 'The membership.' })
  readonly membershipId: string;

  @Field(() => ConfirmedOperation, { description: 'The operation asked about.' })
  readonly operation: Preview['operation'];

  @Field(() => MembershipStatus, { description: 'Where the membership stands.' })
  readonly status: Preview['status'];

  @Field(() => MemberKind, { description: 'How the person signs in.' })
  readonly kind: Preview['kind'];

  @Field(() => Role, { description: 'The role held.' })
  readonly role: Preview['role'];

  @Field(() => [String], { description: 'Permissions granted singly (SW-3).' })
  readonly permissions: readonly string[];

  @Field(() => [PreviewedGroup], { description: 'Groups the person would be out of (SW-3, SW-12).' })
  readonly groups: readonly PreviewedGroup[];

  @Field(() => [ResponsibilityName], { description: 'Contact duties the person holds (SO-9).' })
  readonly responsibilities: readonly ResponsibilityName[];

  @Field(() => Boolean, {
    description: 'Every duty above needs a successor before the operation can commit.',
  })
  readonly reassignmentRequired: boolean;

  @Field(() => Confirmation, { description: "What the account's policy asks to be sent along." })
  readonly confirmation: Preview['confirmation'];

  @Field(() => Boolean, { description: 'There is no way back; DEACTIVATE keeps one (D3-31).' })
  readonly irreversible: boolean;

  @Field(() => UserError, {
    nullable: true,
    description: 'Why it would be refused even with confirmation and successors; null when it would not.',
  })
  readonly refusal: UserError | null;

  @Field(() => Boolean, {
    description: 'It would commit as it is, confirmed: nothing refuses it, no successor is missing (SO-15).',
  })
  readonly canCommit: boolean;

  @Field(() => Int, { description: "Version of the account's policy this was worked out under." })
  readonly policyVersion: number;

  @Field(() => String, {
    description:
      'Goes into `previewToken`: the operation is refused with STALE_PREVIEW when one of these facts has changed.',
  })
  readonly token: string;

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
    this.reassignmentRequired = preview.reassignmentRequired;
    this.confirmation = preview.confirmation;
    this.irreversible = preview.irreversible;
    this.refusal = preview.refusal === null ? null : userErrorFrom(preview.refusal);
    this.canCommit = preview.refusal === null && !preview.reassignmentRequired;
    this.policyVersion = preview.policyVersion;
    this.token = preview.token;
    this.#context = context;
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }
}
