import { ArrayMaxSize } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type SnapshotPart as Part, snapshotParts } from '../../src/domain/account/commands.js';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Role } from '../enums.js';
import { SnapshotPart } from '../lifecycle-enums.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { nameOf } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { RestoringPayload, readRestored } from './restoring-payload.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whom to bring back, and with what.' })
export class ReinstateUserInput extends MemberMutationInput {
  @Field(() => [SnapshotPart], {
    nullable: true,
    description: 'Which parts of what was held at the end; an empty list for none of it. Default: all.',
  })
  parts?: Part[] | null;

  @Field(() => Role, {
    nullable: true,
    description:
      'Instead of the role held; nobody gives a role above his own. Without this and ROLE: REVIEWER.',
  })
  role?: RoleName | null;

  @Field(() => [ID], {
    nullable: true,
    defaultValue: [],
    description:
      'Groups beside those held, at most 100; at least one in all where the policy asks for it (SW-16).',
  })
  @ArrayMaxSize(100, { message: 'groupIds has at most 100 items' })
  groupIds?: string[] | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to reinstateUser.' })
export class ReinstateUserPayload extends RestoringPayload {}

@Resolver()
export class ReinstateUserMutation {
  @decider('users.invite')
  @Mutation(() => ReinstateUserPayload, {
    description:
      'Brings somebody back who was removed or has left, active at once under the same membership, with chosen parts of what was held (SW-5). Nobody gives back more than he could give: ROLE_NOT_GRANTABLE, PERMISSION_NOT_GRANTABLE. Groups that are gone and duties that somebody else holds now are told in `notRestored`; invitations and sessions never come back. Nobody removed gives NOTHING_TO_REINSTATE, a full account SEAT_LIMIT_EXCEEDED; whom a directory owned at the end only it brings back: MANAGED_EXTERNALLY (PP-15). Needs users.invite, and contacts.reassign where duties come back. Writes UserReinstated, GroupMemberAdded and ContactAssigned.',
  })
  reinstateUser(
    @Arg('input', () => ReinstateUserInput, { description: 'What to do.' }) input: ReinstateUserInput,
    @Ctx() context: RequestContext,
  ): Promise<ReinstateUserPayload> {
    const { userId, parts, role, groupIds } = input;
    return runOnAccount({
      context,
      input,
      payload: ReinstateUserPayload,
      command: {
        type: 'reinstateUser',
        userId,
        parts: [...new Set(parts ?? snapshotParts)],
        role: role ?? null,
        groupIds: groupIds ?? [],
      },
      read: readRestored(context, userId),
      done: (payload) => `${nameOf(payload)} is back.`,
    });
  }
}
