import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { User } from '../types/user.js';
import { MutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Whom to erase.' })
export class EraseUserInput extends MutationInput {
  @Field(() => ID, { description: 'The person.' })
  userId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to eraseUser.' })
export class EraseUserPayload extends MutationPayload {
  @Field(() => User, {
    nullable: true,
    description: 'The person, whose `erasure` says how far it is; null when refused.',
  })
  get user(): User | null {
    this.readNow();
    return this.readUser;
  }

  readUser: User | null = null;
}

@Resolver()
export class EraseUserMutation {
  @decider('privacy.erase')
  @Mutation(() => EraseUserPayload, {
    description:
      'Erases a person for good: the key that name, address and messages are encrypted under is destroyed, names and mail files on this machine are removed, and the address is free for a new person. History and proofs stay valid. It is decided at once and done within seconds; `User.erasure` gives the receipt. Refused with LEGAL_HOLD while a hold stands, and with STILL_A_MEMBER while the person is in any account: end that first, with endEverywhere. UNCHANGED when it was requested before. Needs privacy.erase, granted singly in the root operator account. Writes ErasureRequested, and later PersonalDataErased.',
  })
  eraseUser(
    @Arg('input', () => EraseUserInput, { description: 'What to do.' }) input: EraseUserInput,
    @Ctx() context: RequestContext,
  ): Promise<EraseUserPayload> {
    const { userId } = input;
    return runMutation({
      context,
      input,
      payload: EraseUserPayload,
      act: ({ fingerprintOf: _, ...options }) => context.application.persons.erase({ ...options, userId }),
      read: (payload) => {
        payload.readUser = new User(userId, context);
      },
      done: () => 'The person is being erased.',
    });
  }
}
