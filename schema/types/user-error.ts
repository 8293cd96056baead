import { Field, InterfaceType, ObjectType } from 'type-graphql';
import type { Rejection, RejectionCode } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import { UserErrorCode } from '../enums.js';
import { ResponsibilityName } from './responsibility.js';

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
    description: 'The field of the input at fault, dotted from its root, like `successors.each.0.userId`.',
  })
  readonly field: string | null;

  constructor({ code, message, field }: Rejection) {
    this.code = code;
    this.message = message;
    this.field = field ?? null;
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
  @Field(() => String, { description: 'What to send along: one of the values of `Confirmation`.' })
  readonly confirmation: string;

  constructor(rejection: Rejection) {
    super(rejection);
    this.confirmation = rejection.confirmation ?? '';
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

/** The type that carries the rejection's facts. */
export function userErrorFrom(rejection: Rejection): UserError {
  if (rejection.responsibilities !== undefined) return new ResponsibilitiesUserError(rejection);
  if (rejection.confirmation !== undefined) return new ConfirmationUserError(rejection);
  if (rejection.permission !== undefined) return new PermissionUserError(rejection);
  if (rejection.useInstead !== undefined) return new UseInsteadUserError(rejection);
  return new PlainUserError(rejection);
}
