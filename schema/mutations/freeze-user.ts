import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whom to freeze.' })
export class FreezeUserInput extends MemberMutationInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to freezeUser.' })
export class FreezeUserPayload extends MembershipPayload {}

@Resolver()
export class FreezeUserMutation {
  @decider('users.manage')
  @Mutation(() => FreezeUserPayload, {
    description:
      'Takes access away at once and keeps everything else: seat, groups and contact duties stay until they are settled (SW-14). Also for a member whom a directory owns: an emergency does not wait. Needs no confirmation. Refused for oneself (SELF_REMOVAL_FORBIDDEN), for the last owner (LAST_OWNER), for a higher rank (TARGET_OUTRANKS_ACTOR) and for a member who is INACTIVE (MEMBERSHIP_NOT_ACTIVE). Needs users.manage or the role ADMIN, as the policy says. Writes UserFrozen.',
  })
  freezeUser(
    @Arg('input', () => FreezeUserInput, { description: 'What to do.' }) input: FreezeUserInput,
    @Ctx() context: RequestContext,
  ): Promise<FreezeUserPayload> {
    return runOnAccount({
      context,
      input,
      payload: FreezeUserPayload,
      command: { type: 'freezeUser', userId: input.userId },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} has been frozen.`,
    });
  }
}
