import { Field, ID, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import { MutationOutcome } from '../enums.js';
import { inInput, UserError, userErrorFrom } from './user-error.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What the end of a session meant in one account.' })
export class SessionEndedResult {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The person; null when named by identity and nothing was written anywhere.',
  })
  readonly userId: string | null;

  @Field(() => MutationOutcome, { description: 'What became of it there.' })
  readonly outcome: Outcome['outcome'];

  @Field(() => [UserError], {
    description: 'Why it was refused there; empty unless the outcome is REJECTED.',
  })
  readonly userErrors: readonly UserError[];

  constructor(outcome: Outcome, userId: string | null) {
    this.accountId = outcome.accountId;
    this.userId = userId;
    this.outcome = outcome.outcome;
    this.userErrors = outcome.outcome === 'REJECTED' ? [userErrorFrom(outcome.rejection, inInput)] : [];
  }
}
