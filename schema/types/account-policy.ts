import { Max, Min, ValidateNested } from 'class-validator';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type {
  Confirmation as ConfirmationName,
  EndingOperation as EndingOperationName,
  AccountPolicy as Policy,
} from '../../src/domain/account/policy.js';
import { throughParent } from '../access.js';
import { Confirmation, EndingOperation } from '../enums.js';
import {
  AttributionAfterDelete,
  BulkMixedSelection,
  DirectoryManagedUsers,
  DutyRule,
  LifecycleAuthority,
  SeatEnforcement,
  SelfRemoval,
  SsoCutoff,
} from '../policy-enums.js';

const texts = {
  operationsOffered:
    'Which ways of ending a membership the account offers; DEACTIVATE brings reactivating along. Others are refused with OPERATION_NOT_OFFERED (D3-36). freezeUser and leaveAccount are always offered.',
  deletionRequiresInactive:
    'Nobody ACTIVE or FROZEN can be deleted: DELETE_REQUIRES_INACTIVE, deactivate first (PP-6, D3-17).',
  selfRemoval:
    'Whether people may end or freeze their own membership, leaving included; otherwise SELF_REMOVAL_FORBIDDEN (SW-7, SW-20, D3-29).',
  attributionAfterDelete:
    'How content is labelled after a delete; written down in UserDeleted, so a later change relabels nobody (D3-10).',
  lifecycleAuthority:
    'Who may end, freeze, schedule and reactivate memberships; otherwise PERMISSION_DENIED (SO-1, SW-1, D3-28).',
  rankGuard: 'Nobody acts on a higher rank: TARGET_OUTRANKS_ACTOR (D3-12).',
  groupRequired:
    'Adding, inviting and reinstating somebody needs at least one group: GROUP_REQUIRED (SW-16).',
  adminManagesAdmins: 'An ADMIN may act on another ADMIN; otherwise TARGET_OUTRANKS_ACTOR (D3-13).',
  ownerManagesOwners:
    'An OWNER may act on another OWNER, never the last; otherwise TARGET_OUTRANKS_ACTOR (D3-30).',
  responsibilities:
    "What happens to contact duties when their holder's membership ends; REQUIRE_REASSIGN refuses with REASSIGNMENT_REQUIRED until each has a successor (SO-9).",
  ssoCutoffOnDeactivate:
    'When access of members of kind SSO ends after deactivation; a session that goes on shows as `Membership.untilSessionEnd` (D3-23).',
  ssoCutoffMaximumSeconds:
    'Longest time access may outlast deactivation under AT_SESSION_END, in seconds, 1 to 31,536,000; then it ends by itself. Null = no maximum.',
  notifyOnRemove:
    'Mail the person who was removed, naming the account and its groups; one mail for each UserRemoved (SW-11, SW-19).',
  bulkMixedSelection:
    'What a bulk operation does when some items cannot be acted on in the state they are in (D3-18).',
  bulkLimit: 'Most items of one bulk operation, 1 to 10,000; more give BULK_LIMIT_EXCEEDED (PP-13).',
  confirmation:
    'What must be sent along with each operation, for one person and in bulk; otherwise CONFIRMATION_REQUIRED (SO-8, PP-11).',
  seatEnforcement:
    'Whether adding, accepting, reactivating and reinstating stop at the seat limit (D3-25); changeSeatPlan sets it.',
  invitationReservesSeat:
    'An open invitation holds a seat from inviting on; otherwise the seat is taken, and asked for, at acceptance.',
  invitationTtlSeconds:
    'How long the newest link of an invitation can be accepted, in seconds, 60 to 31,536,000; holds for links made from now on (SW-15).',
  directoryManagedUsers:
    'Whether members whose state a directory owns can be changed here by people; otherwise MANAGED_EXTERNALLY (PP-15).',
} satisfies Record<keyof Policy, string>;

const YEAR_SECONDS = 31_536_000;

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What happens to contact duties, per operation.' })
export class DutyRules {
  @Field(() => DutyRule, { description: 'On removeUser and leaveAccount.' })
  remove!: Policy['responsibilities']['REMOVE'];

  @Field(() => DutyRule, { description: 'On deactivateUser.' })
  deactivate!: Policy['responsibilities']['REMOVE'];

  @Field(() => DutyRule, { description: 'On deleteUser.' })
  delete!: Policy['responsibilities']['REMOVE'];
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'The confirmation of one operation.' })
export class ConfirmationRule {
  @Field(() => Confirmation, { description: 'For one person.' })
  single!: ConfirmationName;

  @Field(() => Confirmation, { description: 'For a bulk operation.' })
  bulk!: ConfirmationName;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What each operation needs to be confirmed with.' })
export class ConfirmationRules {
  @Field(() => ConfirmationRule, { description: 'removeUser and leaveAccount.' })
  remove!: ConfirmationRule;

  @Field(() => ConfirmationRule, { description: 'deactivateUser.' })
  deactivate!: ConfirmationRule;

  @Field(() => ConfirmationRule, { description: 'reactivateUser.' })
  reactivate!: ConfirmationRule;

  @Field(() => ConfirmationRule, { description: 'deleteUser.' })
  delete!: ConfirmationRule;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: "An account's rules, versioned. Every decision names the version it was made under.",
})
export class AccountPolicy {
  @Field(() => [EndingOperation], { description: texts.operationsOffered })
  readonly operationsOffered: Policy['operationsOffered'];

  @Field(() => Boolean, { description: texts.deletionRequiresInactive })
  readonly deletionRequiresInactive: boolean;

  @Field(() => SelfRemoval, { description: texts.selfRemoval })
  readonly selfRemoval: Policy['selfRemoval'];

  @Field(() => AttributionAfterDelete, { description: texts.attributionAfterDelete })
  readonly attributionAfterDelete: Policy['attributionAfterDelete'];

  @Field(() => LifecycleAuthority, { description: texts.lifecycleAuthority })
  readonly lifecycleAuthority: Policy['lifecycleAuthority'];

  @Field(() => Boolean, { description: texts.rankGuard })
  readonly rankGuard: boolean;

  @Field(() => Boolean, { description: texts.groupRequired })
  readonly groupRequired: boolean;

  @Field(() => Boolean, { description: texts.adminManagesAdmins })
  readonly adminManagesAdmins: boolean;

  @Field(() => Boolean, { description: texts.ownerManagesOwners })
  readonly ownerManagesOwners: boolean;

  @Field(() => DutyRules, { description: texts.responsibilities })
  readonly responsibilities: DutyRules;

  @Field(() => SsoCutoff, { description: texts.ssoCutoffOnDeactivate })
  readonly ssoCutoffOnDeactivate: Policy['ssoCutoffOnDeactivate'];

  @Field(() => Int, { nullable: true, description: texts.ssoCutoffMaximumSeconds })
  readonly ssoCutoffMaximumSeconds: number | null;

  @Field(() => Boolean, { description: texts.notifyOnRemove })
  readonly notifyOnRemove: boolean;

  @Field(() => BulkMixedSelection, { description: texts.bulkMixedSelection })
  readonly bulkMixedSelection: Policy['bulkMixedSelection'];

  @Field(() => Int, { description: texts.bulkLimit })
  readonly bulkLimit: number;

  @Field(() => ConfirmationRules, { description: texts.confirmation })
  readonly confirmation: ConfirmationRules;

  @Field(() => SeatEnforcement, { description: texts.seatEnforcement })
  readonly seatEnforcement: Policy['seatEnforcement'];

  @Field(() => Boolean, { description: texts.invitationReservesSeat })
  readonly invitationReservesSeat: boolean;

  @Field(() => Int, { description: texts.invitationTtlSeconds })
  readonly invitationTtlSeconds: number;

  @Field(() => DirectoryManagedUsers, { description: texts.directoryManagedUsers })
  readonly directoryManagedUsers: Policy['directoryManagedUsers'];

  constructor(policy: Policy) {
    const { responsibilities, confirmation, ...plain } = policy;
    const { REMOVE: remove, DEACTIVATE: deactivate, DELETE: deletion } = responsibilities;
    this.operationsOffered = plain.operationsOffered;
    this.deletionRequiresInactive = plain.deletionRequiresInactive;
    this.selfRemoval = plain.selfRemoval;
    this.attributionAfterDelete = plain.attributionAfterDelete;
    this.lifecycleAuthority = plain.lifecycleAuthority;
    this.rankGuard = plain.rankGuard;
    this.groupRequired = plain.groupRequired;
    this.adminManagesAdmins = plain.adminManagesAdmins;
    this.ownerManagesOwners = plain.ownerManagesOwners;
    this.responsibilities = { remove, deactivate, delete: deletion };
    this.ssoCutoffOnDeactivate = plain.ssoCutoffOnDeactivate;
    this.ssoCutoffMaximumSeconds = plain.ssoCutoffMaximumSeconds;
    this.notifyOnRemove = plain.notifyOnRemove;
    this.bulkMixedSelection = plain.bulkMixedSelection;
    this.bulkLimit = plain.bulkLimit;
    this.confirmation = {
      remove: confirmation.REMOVE,
      deactivate: confirmation.DEACTIVATE,
      reactivate: confirmation.REACTIVATE,
      delete: confirmation.DELETE,
    };
    this.seatEnforcement = plain.seatEnforcement;
    this.invitationReservesSeat = plain.invitationReservesSeat;
    this.invitationTtlSeconds = plain.invitationTtlSeconds;
    this.directoryManagedUsers = plain.directoryManagedUsers;
  }
}

@InputType({ description: 'What happens to contact duties, per operation; what is left out stays.' })
export class DutyRulesInput {
  @Field(() => DutyRule, { nullable: true, description: 'On removeUser and leaveAccount.' })
  remove?: Policy['responsibilities']['REMOVE'] | null;

  @Field(() => DutyRule, { nullable: true, description: 'On deactivateUser.' })
  deactivate?: Policy['responsibilities']['REMOVE'] | null;

  @Field(() => DutyRule, { nullable: true, description: 'On deleteUser.' })
  delete?: Policy['responsibilities']['REMOVE'] | null;
}

@InputType({ description: 'The confirmation of one operation; what is left out stays.' })
export class ConfirmationRuleInput {
  @Field(() => Confirmation, { nullable: true, description: 'For one person.' })
  single?: ConfirmationName | null;

  @Field(() => Confirmation, { nullable: true, description: 'For a bulk operation.' })
  bulk?: ConfirmationName | null;
}

@InputType({ description: 'What each operation needs to be confirmed with; what is left out stays.' })
export class ConfirmationRulesInput {
  @Field(() => ConfirmationRuleInput, { nullable: true, description: 'removeUser and leaveAccount.' })
  remove?: ConfirmationRuleInput | null;

  @Field(() => ConfirmationRuleInput, { nullable: true, description: 'deactivateUser.' })
  deactivate?: ConfirmationRuleInput | null;

  @Field(() => ConfirmationRuleInput, { nullable: true, description: 'reactivateUser.' })
  reactivate?: ConfirmationRuleInput | null;

  @Field(() => ConfirmationRuleInput, { nullable: true, description: 'deleteUser.' })
  delete?: ConfirmationRuleInput | null;
}

@InputType({
  description: 'Rules that differ from the preset, or from what holds now; what is left out stays.',
})
export class AccountPolicyInput {
  @Field(() => [EndingOperation], { nullable: true, description: texts.operationsOffered })
  operationsOffered?: EndingOperationName[] | null;

  @Field(() => Boolean, { nullable: true, description: texts.deletionRequiresInactive })
  deletionRequiresInactive?: boolean | null;

  @Field(() => SelfRemoval, { nullable: true, description: texts.selfRemoval })
  selfRemoval?: Policy['selfRemoval'] | null;

  @Field(() => AttributionAfterDelete, { nullable: true, description: texts.attributionAfterDelete })
  attributionAfterDelete?: Policy['attributionAfterDelete'] | null;

  @Field(() => LifecycleAuthority, { nullable: true, description: texts.lifecycleAuthority })
  lifecycleAuthority?: Policy['lifecycleAuthority'] | null;

  @Field(() => Boolean, { nullable: true, description: texts.rankGuard })
  rankGuard?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: texts.groupRequired })
  groupRequired?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: texts.adminManagesAdmins })
  adminManagesAdmins?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: texts.ownerManagesOwners })
  ownerManagesOwners?: boolean | null;

  @Field(() => DutyRulesInput, { nullable: true, description: texts.responsibilities })
  responsibilities?: DutyRulesInput | null;

  @Field(() => SsoCutoff, { nullable: true, description: texts.ssoCutoffOnDeactivate })
  ssoCutoffOnDeactivate?: Policy['ssoCutoffOnDeactivate'] | null;

  @Field(() => Int, { nullable: true, description: texts.ssoCutoffMaximumSeconds })
  @Min(1, { message: 'ssoCutoffMaximumSeconds must be at least 1' })
  @Max(YEAR_SECONDS, { message: `ssoCutoffMaximumSeconds must be at most ${YEAR_SECONDS}` })
  ssoCutoffMaximumSeconds?: number | null;

  @Field(() => Boolean, { nullable: true, description: texts.notifyOnRemove })
  notifyOnRemove?: boolean | null;

  @Field(() => BulkMixedSelection, { nullable: true, description: texts.bulkMixedSelection })
  bulkMixedSelection?: Policy['bulkMixedSelection'] | null;

  @Field(() => Int, { nullable: true, description: texts.bulkLimit })
  @Min(1, { message: 'bulkLimit must be at least 1' })
  @Max(10_000, { message: 'bulkLimit must be at most 10000' })
  bulkLimit?: number | null;

  @Field(() => ConfirmationRulesInput, { nullable: true, description: texts.confirmation })
  @ValidateNested()
  confirmation?: ConfirmationRulesInput | null;

  @Field(() => SeatEnforcement, { nullable: true, description: texts.seatEnforcement })
  seatEnforcement?: Policy['seatEnforcement'] | null;

  @Field(() => Boolean, { nullable: true, description: texts.invitationReservesSeat })
  invitationReservesSeat?: boolean | null;

  @Field(() => Int, { nullable: true, description: texts.invitationTtlSeconds })
  @Min(60, { message: 'invitationTtlSeconds must be at least 60' })
  @Max(YEAR_SECONDS, { message: `invitationTtlSeconds must be at most ${YEAR_SECONDS}` })
  invitationTtlSeconds?: number | null;

  @Field(() => DirectoryManagedUsers, { nullable: true, description: texts.directoryManagedUsers })
  directoryManagedUsers?: Policy['directoryManagedUsers'] | null;
}

/** `base` with what the input says otherwise. Null leaves a field as it is, but means "no maximum" for the cutoff. */
export function policyFrom(base: Policy, input: AccountPolicyInput | null | undefined): Policy {
  if (input === null || input === undefined) return base;
  const { responsibilities, confirmation, ssoCutoffMaximumSeconds, operationsOffered, ...plain } = input;
  return {
    ...base,
    ...given(plain),
    operationsOffered: operationsOffered == null ? base.operationsOffered : [...new Set(operationsOffered)],
    ssoCutoffMaximumSeconds:
      ssoCutoffMaximumSeconds === undefined ? base.ssoCutoffMaximumSeconds : ssoCutoffMaximumSeconds,
    responsibilities: {
      REMOVE: responsibilities?.remove ?? base.responsibilities.REMOVE,
      DEACTIVATE: responsibilities?.deactivate ?? base.responsibilities.DEACTIVATE,
      DELETE: responsibilities?.delete ?? base.responsibilities.DELETE,
    },
    confirmation: {
      REMOVE: { ...base.confirmation.REMOVE, ...given(confirmation?.remove) },
      DEACTIVATE: { ...base.confirmation.DEACTIVATE, ...given(confirmation?.deactivate) },
      REACTIVATE: { ...base.confirmation.REACTIVATE, ...given(confirmation?.reactivate) },
      DELETE: { ...base.confirmation.DELETE, ...given(confirmation?.delete) },
    },
  };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], null | undefined> };

function given<T extends object>(input: T | null | undefined): Given<T> {
  const entries = Object.entries(input ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}
