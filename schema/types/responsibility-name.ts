import { Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type {
  Responsibility as Duty,
  ResponsibilityKind as Kind,
} from '../../src/domain/account/responsibility.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { ResponsibilityKind } from '../enums.js';
import { Application } from './application.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A contact duty, without its holder.' })
export class ResponsibilityName implements Duty {
  @Field(() => ResponsibilityKind, { description: 'Which of the three kinds.' })
  kind!: Kind;

  @Field(() => ID, {
    nullable: true,
    description: 'The application, exactly for APPLICATION_TECHNICAL_CONTACT.',
  })
  applicationId!: string | null;
}

/** Rules name duties by ids alone; whoever shows them to people needs the name. */
@Resolver(() => ResponsibilityName)
export class ResponsibilityApplication {
  @FieldResolver(() => Application, {
    nullable: true,
    description:
      'The application, also a retired one; null for the duties of the account itself, and without users.read there.',
  })
  application(
    @Root() { applicationId }: ResponsibilityName,
    @Ctx() context: RequestContext,
  ): Application | null {
    const row = applicationId === null ? null : context.reads.applicationOfAnyAccount(applicationId);
    const isVisible = row !== null && context.rights.on(row.accountId).has('users.read');
    return isVisible ? new Application(row, context) : null;
  }
}
