import { Field, InputType } from 'type-graphql';
import { badInput } from './api-error.js';
import type { AsOf } from './reads.js';
import { DateTime } from './scalars.js';

@InputType({
  description:
    'Asks for the past on two axes. What was true then, by today’s knowledge: give `at`. What the system knew then: give `knownAt` too. The caller’s rights are always today’s.',
})
export class AsOfInput {
  @Field(() => DateTime, { nullable: true, description: 'The moment asked about. Default: now.' })
  at?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'What was recorded until then. Default: everything. Imports and corrections make the two differ.',
  })
  knownAt?: number | null;
}

/** The end of time as the read model counts it is still to come: what holds there holds now. */
const NOW = 253_402_300_799_998;

/** @throws BAD_USER_INPUT when neither moment is given */
export function asOfFrom(input: AsOfInput | null | undefined): AsOf | null {
  if (input === null || input === undefined) return null;
  const { at, knownAt } = input;
  if (at == null && knownAt == null) throw badInput('asOf', 'asOf needs `at`, `knownAt` or both');
  return { at: at ?? NOW, knownAt: knownAt ?? NOW };
}
