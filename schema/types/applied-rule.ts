import { Field, ObjectType } from 'type-graphql';
import type { AppliedRule as Rule } from '../../src/domain/account/rules.js';
import type { RejectionCode } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import { UserErrorCode } from '../enums.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A field of the policy as a rule has read it.' })
export class AppliedPolicyField {
  @Field(() => String, { description: 'Name of the field, like `selfRemoval`; those of `AccountPolicy`.' })
  field!: string;

  @Field(() => String, { description: 'Its value as JSON, like `"FORBIDDEN"` or `1000`.' })
  value!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'One fact that a rule has looked at.' })
export class AppliedFact {
  @Field(() => String, { description: 'What it is, like `actorRole`; more names may come.' })
  name!: string;

  @Field(() => String, { description: 'What it was: an id, a word or a number, never a name or an address.' })
  value!: string;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A rule as it was applied in one decision: what it says, what the policy said, and the facts.',
})
export class AppliedRule implements Rule {
  @Field(() => UserErrorCode, { description: 'The code it refuses with.' })
  readonly code!: RejectionCode;

  @Field(() => String, { description: 'The rule in a sentence.' })
  readonly says!: string;

  @Field(() => [String], { description: 'Where it comes from: ids of behaviours, like SW-7.' })
  readonly sources!: readonly string[];

  @Field(() => [AppliedPolicyField], {
    description: 'What it read in the policy; empty for a rule that no policy changes.',
  })
  readonly policy!: Rule['policy'];

  @Field(() => [AppliedFact], { description: 'What it looked at.' })
  readonly facts!: Rule['facts'];
}
