import { ArrayNotEmpty, ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, Query, Resolver } from 'type-graphql';
import type { MemberAction as Action } from '../../src/application/application.js';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import { MemberAction } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { costs, takesUpTo } from '../list-size.js';
import { refusedQuery } from '../refused-query.js';
import { checkMembers, MAX_SELECTED, MembersInput } from '../selection.js';
import { AvailableAction, selectionActions } from '../types/available-action.js';

@ArgsType()
class AvailableActionsArgs {
  @takesUpTo(MAX_SELECTED)
  @Field(() => [MembersInput], {
    description: `Whom: one person, or a selection over one or several accounts; at most ${MAX_SELECTED} people.`,
  })
  @ValidateNested()
  selection!: MembersInput[];

  @Field(() => [MemberAction], {
    nullable: true,
    description:
      'Which actions. Default: REMOVE, DEACTIVATE, REACTIVATE and DELETE, which are also the only ones a selection of several can be asked about.',
  })
  @ArrayNotEmpty({ message: 'actions must name at least one' })
  actions?: Action[] | null;
}

@Resolver()
export class AvailableActionsQuery {
  @costs({ items: 1, per: { argument: 'actions', default: selectionActions.length } })
  @visible('users.read')
  @Query(() => [AvailableAction], {
    nullable: true,
    description:
      'What can be done with a member or a selection, and why not (D3-18 to D3-20, PP-9). Decided on the log itself by the code of the mutations, never stale. For several people it says what the bulk mutations would take: available = to at least one of them. Each person counts as a list item, and as one more for each action. Null when one of the accounts or people is unknown or not visible.',
  })
  async availableActions(
    @Args(() => AvailableActionsArgs) { selection, actions }: AvailableActionsArgs,
    @Ctx() { application, actorId }: RequestContext,
  ): Promise<readonly AvailableAction[] | null> {
    checkMembers(selection, 'selection');
    const answer = await application.offboarding.availableActions({
      actor: { kind: 'USER', userId: actorId },
      selection,
      actions: [...new Set(actions ?? selectionActions)],
    });
    return isRejection(answer)
      ? refusedQuery(answer)
      : answer.map((one) => new AvailableAction(one, argumentOf));
  }
}

/** Whom the rule speaks of is the selection; what the mutation would take besides is no argument here. */
const argumentOf = (field: string): string | null =>
  ['accountId', 'userId', 'items'].includes(field) || field.startsWith('selection') ? 'selection' : null;
