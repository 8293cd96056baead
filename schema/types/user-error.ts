import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { Confirmation as ConfirmationName } from '../../src/domain/account/policy.js';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import type { Rejection, RejectionCode, SeatNumbers, SeatRemedy } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import { Confirmation, Role, UserErrorCode } from '../enums.js';
import { SeatRemedy as SeatRemedyEnum } from '../lifecycle-enums.js';
import { DateTime } from '../scalars.js';
import { AppliedRule } from './applied-rule.js';
import { ResponsibilityName } from './responsibility-name.js';

/** Turns the field that a rule names into a path from the root of the arguments; null where no argument stands for it. */
export type FieldPath = (field: string) => string | null;

/** Every mutation has the one argument. */
export const inInput = (field: string): string => `input.${field}`;

@throughParent()
@InterfaceType({
  description: 'Why a mutation was refused. More types may come: always select the fields of this interface.',
})
export abstract class UserError {
  @Field(() => UserErrorCode, { description: 'The contract; the list may grow.' })
  readonly code: RejectionCode;

  @Field(() => String, { description: 'A sentence for people: what is wrong and what can be done.' })
  readonly message: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The argument at fault: its path from the root of the arguments, like `input.successors.each.0.userId` or `input.selection.0.users.1`.',
  })
  readonly field: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Version of the account's policy it was decided under; null where no account decided.",
  })
  readonly policyVersion: number | null;

  @Field(() => AppliedRule, {
    nullable: true,
    description: 'The rule that refused, and what it looked at; null where no account decided.',
  })
  readonly rule: AppliedRule | null;

  constructor({ code, message, field, policyVersion, rule }: Rejection) {
    this.code = code;
    this.message = message;
    this.field = field ?? null;
    this.policyVersion = policyVersion ?? null;
    this.rule = rule === undefined ? null : new AppliedRule(rule);
  }
}

const options = { simpleResolvers: true, implements: UserError };

@throughParent()
@ObjectType({ ...options, description: 'A refusal that needs no further facts.' })
export class PlainUserError extends UserError {}

@throughParent()
@ObjectType({ ...options, description: 'The caller lacks a right, or cannot give one.' })
export class PermissionUserError extends UserError {
  @Field(() => String, {
    description:
      'The permission atom that would have allowed it, like `users.manage`, or `role:` and a role.',
  })
  readonly permission: string;

  constructor(rejection: Rejection) {
    super(rejection);
    this.permission = rejection.permission ?? '';
  }
}

@throughParent()
@ObjectType({ ...options, description: 'Contact duties stand in the way (SO-9).' })
export class ResponsibilitiesUserError extends UserError {
  @Field(() => [ResponsibilityName], {
    description:
      'The duties the code speaks of: with REASSIGNMENT_REQUIRED all that still need a successor, otherwise those wrongly named.',
  })
  readonly responsibilities: readonly ResponsibilityName[];

  constructor(rejection: Rejection) {
    super(rejection);
    this.responsibilities = rejection.responsibilities ?? [];
  }
}

@throughParent()
@ObjectType({ ...options, description: 'The account asks for a confirmation (SO-8).' })
export class ConfirmationUserError extends UserError {
  @Field(() => Confirmation, { description: 'What to send along.' })
  readonly confirmation: ConfirmationName;

  constructor(rejection: Rejection, confirmation: ConfirmationName) {
    super(rejection);
    this.confirmation = confirmation;
  }
}

@throughParent()
@ObjectType({ ...options, description: 'Another mutation does what was wanted.' })
export class UseInsteadUserError extends UserError {
  @Field(() => String, { description: 'The name of that mutation, like `deleteUser`.' })
  readonly useInstead: string;

  constructor(rejection: Rejection) {
    super(rejection);
    this.useInstead = rejection.useInstead ?? '';
  }
}

@throughParent()
@ObjectType({
  ...options,
  description: 'A directory owns this member’s state (PP-15). Code MANAGED_EXTERNALLY.',
})
export class ManagedExternally extends UserError {
  @Field(() => String, {
    description: 'Name of the directory, as startDirectoryManagement was told: change it there.',
  })
  readonly directory: string;

  constructor(rejection: Rejection, directory: string) {
    super(rejection);
    this.directory = directory;
  }
}

@throughParent()
@ObjectType({ ...options, description: 'Nobody grants a role above his own. Code ROLE_NOT_GRANTABLE.' })
export class RoleNotGrantable extends UserError {
  @Field(() => Role, { description: 'The highest role the caller may grant in the account.' })
  readonly highestRole: RoleName;

  constructor(rejection: Rejection, highestRole: RoleName) {
    super(rejection);
    this.highestRole = highestRole;
  }
}

@throughParent()
@ObjectType({ ...options, description: 'No seat is free (D3-25). Code SEAT_LIMIT_EXCEEDED.' })
export class SeatLimitExceeded extends UserError {
  @Field(() => Int, { description: 'Seats of the plan and added ones together.' })
  readonly limit: number;

  @Field(() => Int, { description: 'Taken by members with access, frozen ones too.' })
  readonly inUse: number;

  @Field(() => Int, {
    description: 'Held for open invitations; 0 where the policy reserves no seats for them.',
  })
  readonly reserved: number;

  @Field(() => Int, {
    description:
      'How many more were asked for; 0 when a plan or policy was refused that the present use exceeds.',
  })
  readonly requested: number;

  @Field(() => [SeatRemedyEnum], { description: 'What would help, any of these (D3-35).' })
  readonly remedies: readonly SeatRemedy[];

  constructor(rejection: Rejection, { limit, inUse, reserved, requested, remedies }: SeatNumbers) {
    super(rejection);
    this.limit = limit;
    this.inUse = inUse;
    this.reserved = reserved;
    this.requested = requested;
    this.remedies = remedies;
  }
}

@throughParent()
@ObjectType({ ...options, description: 'Too many at once (PP-13). Code BULK_LIMIT_EXCEEDED.' })
export class BulkLimitExceeded extends UserError {
  @Field(() => Int, { description: 'Most items the account takes at once; `bulkLimit` of its policy.' })
  readonly limit: number;

  @Field(() => Int, { description: 'How many were sent, over all accounts.' })
  readonly requested: number;

  constructor(rejection: Rejection, { limit, requested }: NonNullable<Rejection['bulk']>) {
    super(rejection);
    this.limit = limit;
    this.requested = requested;
  }
}

@throughParent()
@ObjectType({ ...options, description: 'The same will be taken later. Code TOO_SOON.' })
export class TooSoon extends UserError {
  @Field(() => DateTime, { description: 'From then on.' })
  readonly availableAt: number;

  constructor(rejection: Rejection, availableAt: number) {
    super(rejection);
    this.availableAt = availableAt;
  }
}

@throughParent()
@ObjectType({
  ...options,
  description:
    'Some of the people named are at fault: with BULK_MIXED_SELECTION those it cannot be done to in the state they are in (D3-18).',
})
export class PeopleUserError extends UserError {
  @Field(() => [ID], { description: 'These; select the others.' })
  readonly userIds: readonly string[];

  constructor(rejection: Rejection) {
    super(rejection);
    this.userIds = rejection.userIds ?? [];
  }
}

@throughParent()
@ObjectType({ ...options, description: 'Legal holds stand against it. Code LEGAL_HOLD.' })
export class LegalHoldUserError extends UserError {
  @Field(() => [ID], { description: 'These; releaseLegalHold takes them.' })
  readonly holdIds: readonly string[];

  constructor(rejection: Rejection) {
    super(rejection);
    this.holdIds = rejection.holdIds ?? [];
  }
}

@throughParent()
@ObjectType({ ...options, description: 'The person is in accounts still. Code STILL_A_MEMBER.' })
export class StillAMemberUserError extends UserError {
  @Field(() => [ID], {
    description: 'Accounts where the membership has not ended and that the caller may see.',
  })
  readonly accountIds: readonly string[];

  @Field(() => Int, { description: 'How many there are beside, which the caller may not see.' })
  readonly otherAccounts: number;

  @Field(() => String, { description: 'The mutation that takes the person out of all: `endEverywhere`.' })
  readonly useInstead: string;

  constructor(rejection: Rejection, { accountIds, others }: NonNullable<Rejection['memberIn']>) {
    super(rejection);
    this.accountIds = accountIds;
    this.otherAccounts = others;
    this.useInstead = rejection.useInstead ?? '';
  }
}

/** The type that carries the rejection's facts. */
export function userErrorFrom({ field, ...facts }: Rejection, pathOf: FieldPath): UserError {
  const path = field === undefined ? null : pathOf(field);
  const rejection = path === null ? facts : { ...facts, field: path };
  if (rejection.seats !== undefined) return new SeatLimitExceeded(rejection, rejection.seats);
  if (rejection.bulk !== undefined) return new BulkLimitExceeded(rejection, rejection.bulk);
  if (rejection.directory !== undefined) return new ManagedExternally(rejection, rejection.directory);
  if (rejection.highestRole !== undefined) return new RoleNotGrantable(rejection, rejection.highestRole);
  if (rejection.holdIds !== undefined) return new LegalHoldUserError(rejection);
  if (rejection.memberIn !== undefined) return new StillAMemberUserError(rejection, rejection.memberIn);
  if (rejection.availableAt !== undefined) return new TooSoon(rejection, rejection.availableAt);
  if (rejection.userIds !== undefined) return new PeopleUserError(rejection);
  if (rejection.responsibilities !== undefined) return new ResponsibilitiesUserError(rejection);
  if (rejection.confirmation !== undefined)
    return new ConfirmationUserError(rejection, rejection.confirmation);
  if (rejection.permission !== undefined) return new PermissionUserError(rejection);
  if (rejection.useInstead !== undefined) return new UseInsteadUserError(rejection);
  return new PlainUserError(rejection);
}
