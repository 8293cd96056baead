import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { EndingOperation as Operation } from '../../src/domain/account/policy.js';
import { MAX_YEARS_AHEAD } from '../../src/domain/account/scheduled-end.js';
import { isRejection, type Rejection } from '../../src/domain/rejection.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { EndingOperation } from '../enums.js';
import { DateTime } from '../scalars.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { inInput, UserError, userErrorFrom } from '../types/user-error.js';
import { ConfirmedInput, confirmationFrom } from './end-membership.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose membership is to end, how and when, and the confirmation.' })
export class ScheduleEndInput extends ConfirmedInput {
  @Field(() => ID, { description: 'The user; the person, not the membership.' })
  userId!: string;

  @Field(() => EndingOperation, { description: 'How the membership is to end.' })
  operation!: Operation;

  @Field(() => DateTime, {
    description: `When; in the future, at most ${MAX_YEARS_AHEAD} years ahead, or INVALID_INPUT.`,
  })
  at!: number;

  @Field(() => ID, {
    nullable: true,
    description:
      'Takes over every contact duty held when it is carried out: another active member (SO-17, SO-18). Left out, it is REFUSED then if duties are held and the policy asks for a successor.',
  })
  successorId?: string | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to scheduleEnd.' })
export class ScheduleEndPayload extends MembershipPayload {
  @Field(() => [UserError], {
    nullable: true,
    description:
      'Why it would be REFUSED if its time were now, like REASSIGNMENT_REQUIRED of a holder of duties without a successor; empty when it would go through. Also in a dry run; null when the order itself was refused.',
  })
  async warnings(): Promise<readonly UserError[] | null> {
    this.readNow();
    const found = await this.#look?.();
    return found === undefined || isRejection(found) ? null : found.map((one) => userErrorFrom(one, inInput));
  }

  #look: (() => Promise<readonly Rejection[] | Rejection>) | null = null;

  /** Looked at when it is asked for. */
  warnBy(look: () => Promise<readonly Rejection[] | Rejection>): void {
    this.#look = look;
  }
}

@Resolver()
export class ScheduleEndMutation {
  @decider('users.manage')
  @Mutation(() => ScheduleEndPayload, {
    description:
      'Orders a membership to end at a time to come. It is confirmed now, like the operation itself; when its time has come the rules of then decide, with the rank the caller has now, and what became of it is written down. One at a time: ALREADY_SCHEDULED. Refused now for whatever the operation would be refused for whatever is sent along: OPERATION_NOT_OFFERED, SELF_REMOVAL_FORBIDDEN, TARGET_OUTRANKS_ACTOR, LAST_OWNER, MANAGED_EXTERNALLY. Needs users.manage or the role ADMIN, as the policy says. Writes EndScheduled; at its time the events of the operation, and ScheduledEndRun.',
  })
  scheduleEnd(
    @Arg('input', () => ScheduleEndInput, { description: 'What to do.' }) input: ScheduleEndInput,
    @Ctx() context: RequestContext,
  ): Promise<ScheduleEndPayload> {
    const { accountId, userId, operation, at } = input;
    const order = { operation, successorId: input.successorId ?? null };
    const actor = { kind: 'USER', userId: context.actorId } as const;
    const readMember = readMembership(context, () => userId);
    return runOnAccount({
      context,
      input,
      payload: ScheduleEndPayload,
      command: {
        type: 'scheduleEnd',
        scheduleId: context.newId(),
        userId,
        ...order,
        at,
        confirmation: confirmationFrom(input),
      },
      read: (payload: ScheduleEndPayload, outcome) => {
        const isRepeated = outcome.outcome === 'APPLIED' && outcome.replayed;
        const question = { actor, accountId, userId, order: isRepeated ? null : order };
        payload.warnBy(() => context.application.offboarding.scheduledEndBlockers(question));
        readMember(payload, outcome);
      },
      done: (payload) => `The end of ${nameOf(payload)}’s membership is scheduled.`,
    });
  }
}
