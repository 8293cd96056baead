import { Field, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { AttributionKind } from '../access-enums.js';
import type { RequestContext } from '../context.js';
import { User } from './user.js';

const ANONYMOUS_LABEL = 'Former member';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'What content of a person in an account is labelled with (D3-2, D3-10).',
})
export class Attribution {
  @Field(() => AttributionKind, { description: 'What the label is.' })
  readonly kind: keyof typeof AttributionKind;

  @Field(() => String, { description: 'What to show.' })
  readonly label: string;

  constructor({ kind, label }: Attribution) {
    this.kind = kind;
    this.label = label;
  }
}

export interface MemberReference {
  readonly accountId: string;
  readonly userId: string;
}

/** What to show for somebody whom the records of an account name, in it or not: the name, for those who may see it. */
export async function recordedLabel(member: MemberReference, context: RequestContext): Promise<string> {
  const user = new User(member.userId, context, [member.accountId]);
  return (await attributionOf(member, context, user)).label;
}

/** As the decision to delete recorded it; the name for everybody who was not deleted. */
export async function attributionOf(
  { accountId, userId }: MemberReference,
  context: RequestContext,
  user: User = new User(userId, context),
): Promise<Attribution> {
  const membership = context.reads.membership(accountId, userId);
  const recorded =
    membership?.status === 'DELETED' ? (membership.marks.attribution ?? 'PSEUDONYM') : 'KEEP_NAME';
  if (recorded === 'ANONYMOUS') return new Attribution({ kind: 'ANONYMOUS', label: ANONYMOUS_LABEL });
  const name = recorded === 'KEEP_NAME' ? user.name : null;
  if (name !== null) return new Attribution({ kind: 'NAME', label: name });
  const pseudonym = await context.application.pseudonymOf(accountId, userId);
  return new Attribution({ kind: 'PSEUDONYM', label: pseudonym });
}
