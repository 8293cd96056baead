import { Field, Int, ObjectType } from 'type-graphql';
import type { MemberAction as Action, AvailableAction as Answer } from '../../src/application/application.js';
import { throughParent } from '../access.js';
import { MemberAction } from '../bulk-enums.js';
import { Confirmation } from '../enums.js';
import { type FieldPath, UserError, userErrorFrom } from './user-error.js';

/** Those that are there for a selection too; asked about unless the caller says otherwise. */
export const selectionActions: readonly Action[] = ['REMOVE', 'DEACTIVATE', 'REACTIVATE', 'DELETE'];

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'Whether something can be done with a member or a selection, by the code that decides it.',
})
export class AvailableAction {
  @Field(() => MemberAction, { description: 'What could be done.' })
  readonly action: Answer['action'];

  @Field(() => Boolean, {
    description:
      'Sent with a good confirmation and good successors it would change something (D3-18, D3-19, PP-9). Of a selection: no account refuses its part as such, and it could be done to at least one person; `applicableCount` says to how many.',
  })
  readonly available: boolean;

  @Field(() => Int, {
    description:
      'To how many of the selected it could be done now, with good successors where they are needed; 0 exactly when it is not available.',
  })
  readonly applicableCount: number;

  @Field(() => [UserError], { description: 'Why not; empty exactly when it is available.' })
  readonly reasons: readonly UserError[];

  @Field(() => Confirmation, {
    nullable: true,
    description: 'What would have to be sent along; null when nothing has to be.',
  })
  readonly confirmation: Answer['confirmation'];

  @Field(() => Boolean, { description: 'Successors have to be named for contact duties (SO-9).' })
  readonly reassignmentRequired: boolean;

  /** @param argumentOf where in the arguments a reason points */
  constructor(
    { action, available, applicableCount, reasons, confirmation, reassignmentRequired }: Answer,
    argumentOf: FieldPath,
  ) {
    this.action = action;
    this.available = available;
    this.applicableCount = applicableCount;
    this.reasons = reasons.map((reason) => userErrorFrom(reason, argumentOf));
    this.confirmation = confirmation;
    this.reassignmentRequired = reassignmentRequired;
  }
}
