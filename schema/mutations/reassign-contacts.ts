import { ArrayMaxSize, ArrayNotEmpty } from 'class-validator';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { dutyFrom } from '../types/responsibility.js';
import { SuccessorInput } from './end-membership.js';
import { AccountMutationInput } from './mutation-input.js';
import { ResponsibilitiesPayload, readResponsibilities } from './responsibilities-payload.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which duties go to whom.' })
export class ReassignContactsInput extends AccountMutationInput {
  @Field(() => [SuccessorInput], { description: 'Duty by duty, 1 to 1,000; all or none.' })
  @ArrayNotEmpty({ message: 'reassignments must name at least one duty' })
  @ArrayMaxSize(1_000, { message: 'reassignments has at most 1000 items' })
  reassignments!: SuccessorInput[];
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to reassignContacts.',
})
export class ReassignContactsPayload extends ResponsibilitiesPayload {}

@Resolver()
export class ReassignContactsMutation {
  @decider('contacts.reassign')
  @Mutation(() => ReassignContactsPayload, {
    description:
      'Hands contact duties over, whoever holds them now, to one or several active members; any subset, repeatedly, all or none each time (SO-14, SO-19). Needs contacts.reassign. Writes ContactReassigned for each.',
  })
  async reassignContacts(
    @Arg('input', () => ReassignContactsInput, { description: 'What to do.' }) input: ReassignContactsInput,
    @Ctx() context: RequestContext,
  ): Promise<ReassignContactsPayload> {
    const reassignments = input.reassignments.map(({ responsibility, userId }, index) => ({
      responsibility: dutyFrom(responsibility, `input.reassignments.${index}.responsibility`),
      userId,
    }));
    return runOnAccount({
      context,
      input,
      payload: ReassignContactsPayload,
      command: { type: 'reassignContacts', reassignments },
      read: readResponsibilities(
        context,
        reassignments.map(({ responsibility }) => responsibility),
      ),
      done: () => 'The contacts have been reassigned.',
    });
  }
}
