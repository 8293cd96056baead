import { Field, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { DateTime } from '../scalars.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Access that outlasts a deactivation (D3-23).' })
export class SessionEnd {
  @Field(() => DateTime, {
    nullable: true,
    description: 'When access ends at the latest; null = no maximum.',
  })
  readonly latest!: number | null;
}
