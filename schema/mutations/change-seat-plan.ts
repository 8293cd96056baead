import { Max, Min } from 'class-validator';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountPayload, readAccount } from './account-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

const MAX_SEATS = 10_000_000;

@InputType({ description: 'How many seats there are.' })
export class ChangeSeatPlanInput extends AccountMutationInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'Seats of the plan, 0 to 10,000,000; null = no limit. To be said either way: left out it is BAD_USER_INPUT.',
  })
  @Min(0, { message: 'planSeats must be at least 0' })
  @Max(MAX_SEATS, { message: `planSeats must be at most ${MAX_SEATS}` })
  planSeats?: number | null;

  @Field(() => Int, { description: 'Seats bought beside the plan, 0 to 10,000,000 (D3-25).' })
  @Min(0, { message: 'addOnSeats must be at least 0' })
  @Max(MAX_SEATS, { message: `addOnSeats must be at most ${MAX_SEATS}` })
  addOnSeats!: number;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to changeSeatPlan.' })
export class ChangeSeatPlanPayload extends AccountPayload {}

@Resolver()
export class ChangeSeatPlanMutation {
  @decider('seats.write')
  @Mutation(() => ChangeSeatPlanPayload, {
    description:
      'States how many seats the account has: those of the plan and added ones together are the limit (D3-25, D3-35). Fewer than are taken give SEAT_LIMIT_EXCEEDED with the numbers where the limit is enforced. Needs seats.write. Writes SeatPlanChanged.',
  })
  async changeSeatPlan(
    @Arg('input', () => ChangeSeatPlanInput, { description: 'What to do.' }) input: ChangeSeatPlanInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeSeatPlanPayload> {
    const { planSeats, addOnSeats } = input;
    if (planSeats === undefined)
      throw badInput('input.planSeats', 'planSeats is a number, or null for no limit; say which');
    return runOnAccount({
      context,
      input,
      payload: ChangeSeatPlanPayload,
      command: { type: 'changeSeatPlan', planSeats, addOnSeats },
      read: readAccount(context),
      done: () => 'The seat plan has been changed.',
    });
  }
}
