import { Field, ObjectType } from 'type-graphql';
import type { AppliedRule as Rule } from '../../src/domain/account/rules.js';
import type { RejectionCode } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import { UserErrorCode } from '../enums.js';
import { Json } from '../scalars.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A field of the policy as a rule has read it.' })
export class AppliedPolicyField {
  @Field(() => String, {
    description: 'Where it stands in `AccountPolicy`, like `selfRemoval` or `confirmation.remove.single`.',
  })
  readonly field!: string;

  @Field(() => Json, {
    nullable: true,
    description:
      'Its value, as `AccountPolicy` gives it: like "FORBIDDEN", 1000 or ["REMOVE"]; null = no limit.',
  })
  readonly value!: unknown;
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
export class AppliedRule {
  @Field(() => UserErrorCode, { description: 'The code it refuses with.' })
  readonly code: RejectionCode;

  @Field(() => String, { description: 'The rule in a sentence.' })
  readonly says: string;

  @Field(() => [String], { description: 'Where it comes from: ids of behaviours, like SW-7.' })
  readonly sources: readonly string[];

  @Field(() => [AppliedPolicyField], {
    description: 'What it read in the policy; empty for a rule that no policy changes.',
  })
  readonly policy: readonly AppliedPolicyField[];

  @Field(() => [AppliedFact], { description: 'What it looked at.' })
  readonly facts: Rule['facts'];

  constructor({ code, says, sources, policy, facts }: Rule) {
    this.code = code;
    this.says = says;
    this.sources = sources;
    this.policy = policy.flatMap(({ field, value }) => [...fieldsIn(field, JSON.parse(value) as unknown)]);
    this.facts = facts;
  }
}

/** Rules by operation, one by one: the log spells operations in capitals, `AccountPolicy` as names of fields. */
function* fieldsIn(field: string, value: unknown): Generator<AppliedPolicyField> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) yield { field, value };
  else
    for (const [name, inner] of Object.entries(value))
      yield* fieldsIn(`${field}.${name.toLowerCase()}`, inner);
}
