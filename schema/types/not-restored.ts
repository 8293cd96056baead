import { Field, ID, ObjectType } from 'type-graphql';
import type { AccountEventOf } from '../../src/domain/account/events.js';
import { throughParent } from '../access.js';
import { ResponsibilityName } from './responsibility-name.js';

type Missing = AccountEventOf<'UserReinstated'>['data']['notRestored'];

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'What was held before and has not come back; nothing is taken from whoever holds it now.',
})
export class NotRestored {
  @Field(() => [ResponsibilityName], { description: 'Contact duties that have moved on.' })
  readonly responsibilities: readonly ResponsibilityName[];

  @Field(() => [ID], { description: 'Groups that were deleted since.' })
  readonly groupIds: readonly string[];

  constructor({ responsibilities, groupIds }: Missing) {
    this.responsibilities = responsibilities;
    this.groupIds = groupIds;
  }
}
