import { Arg, Mutation, Resolver } from 'type-graphql';
import { signedIn } from '../../schema/access.js';
import { DeactivateUserInput, DeactivateUserPayload } from '../../schema/mutations/deactivate-user.js';

/** The floor of the mutation figures: the same input checked, the same payload answered, nothing done between. */
@Resolver()
export class NoOpMutation {
  @signedIn()
  @Mutation(() => DeactivateUserPayload, { description: 'Does nothing.' })
  noOp(
    @Arg('input', () => DeactivateUserInput, { description: 'Checked and ignored.' })
    _input: DeactivateUserInput,
  ): DeactivateUserPayload {
    const payload = new DeactivateUserPayload();
    payload.outcome = 'UNCHANGED';
    payload.saying(() => 'It was so already; nothing was changed.');
    payload.position = 1;
    payload.readable = true;
    return payload;
  }
}
