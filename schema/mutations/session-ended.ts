import { MaxLength, ValidateNested } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { SessionEndedRequest } from '../../src/application/application.js';
import type { Outcome } from '../../src/application/outcome.js';
import { isRejection } from '../../src/domain/rejection.js';
import { decider, throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { SessionEndedResult } from '../types/session-ended-result.js';
import { MutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';
import { summaryOf } from './summary.js';

@InputType({ description: 'Whose session: by `userId`, or by the `issuer` and `subject` of the tokens.' })
export class SessionPersonInput {
  @Field(() => ID, { nullable: true, description: 'The person.' })
  userId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Issuer (`iss`) of the tokens, at most 500 characters. Goes with `subject`.',
  })
  @MaxLength(500, { message: 'issuer has at most 500 characters' })
  issuer?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Subject (`sub`) of the tokens, at most 500 characters. Goes with `issuer`.',
  })
  @MaxLength(500, { message: 'subject has at most 500 characters' })
  subject?: string | null;
}

@InputType({ description: 'Whose session is over, and where.' })
export class SessionEndedInput extends MutationInput {
  @Field(() => SessionPersonInput, { description: 'The person.' })
  @ValidateNested()
  person!: SessionPersonInput;

  @Field(() => ID, {
    nullable: true,
    description:
      'Only this account. Default: every account where access still lasts until the session ends and the caller may say so.',
  })
  accountId?: string | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to sessionEnded.' })
export class SessionEndedPayload extends MutationPayload {
  @Field(() => [SessionEndedResult], {
    description:
      'What became of it in each account; empty when nowhere was anything to end. The fields beside sum it up: APPLIED when it was in at least one.',
  })
  results: readonly SessionEndedResult[] = [];
}

@Resolver()
export class SessionEndedMutation {
  @decider('session.signal')
  @Mutation(() => SessionEndedPayload, {
    description:
      'An identity provider states that a person’s session is over: access that had outlasted a deactivation ends (D3-23). UNCHANGED where there is none. A person nobody knows gives NOT_FOUND. Needs session.signal, granted singly in an operator account. Writes SessionAccessEnded with cause SIGNALLED, in each account by itself: a failure in one leaves the others done, and repeating is harmless.',
  })
  async sessionEnded(
    @Arg('input', () => SessionEndedInput, { description: 'What to do.' }) input: SessionEndedInput,
    @Ctx() context: RequestContext,
  ): Promise<SessionEndedPayload> {
    const person = personFrom(input.person);
    let outcomes: readonly Outcome[] = [];
    const payload = await runMutation({
      context,
      input,
      payload: SessionEndedPayload,
      act: async ({ fingerprintOf: _, ...options }) => {
        const accountId = input.accountId ?? null;
        const answer = await context.application.sessionEnded({ ...options, person, accountId });
        if (isRejection(answer))
          return { outcome: 'REJECTED', accountId: accountId ?? '', rejection: answer, at: 0 };
        outcomes = answer;
        return summaryOf(answer, context.readModel.position);
      },
      done: () => 'The access that lasted until the session ended is over.',
    });
    const userId = 'userId' in person ? person.userId : (outcomes.map(subjectOf).find(Boolean) ?? null);
    payload.results = outcomes.map((outcome) => new SessionEndedResult(outcome, userId));
    return payload;
  }
}

/** @throws BAD_USER_INPUT unless named by id, or by issuer and subject together */
function personFrom({ userId, issuer, subject }: SessionPersonInput): SessionEndedRequest['person'] {
  if (userId != null && issuer == null && subject == null) return { userId };
  if (userId == null && issuer && subject) return { issuer, subject };
  throw badInput('input.person', 'input.person needs either userId, or issuer and subject');
}

const subjectOf = (outcome: Outcome): string | null =>
  'events' in outcome ? (outcome.events[0]?.subjectId ?? null) : null;
