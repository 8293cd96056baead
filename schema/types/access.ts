import { Field, ObjectType } from 'type-graphql';
import { atomsOf, type Role } from '../../src/domain/account/roles.js';
import { throughParent } from '../access.js';
import { AccessReason, type AccessReasonName, AccessState } from '../access-enums.js';
import type { AccessRow } from '../ledger-reads.js';
import { DateTime, Position } from '../scalars.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'Whether a person may use an account at this moment, by the person’s own membership of it.',
})
export class Access {
  @Field(() => AccessState, { description: 'The answer; everything else explains it.' })
  readonly state: keyof typeof AccessState;

  @Field(() => AccessReason, { description: 'Why the state is what it is.' })
  readonly reason: AccessReasonName;

  @Field(() => Boolean, { description: 'A new session may start: exactly when GRANTED (D3-23).' })
  readonly mayStartSession: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'With UNTIL_SESSION_END: when access ends at the latest; null = no maximum.',
  })
  readonly until: number | null;

  @Field(() => [String], {
    description:
      'What the person may do: the role’s atoms and the single grants, words of your portals too (SO-21); empty unless GRANTED.',
  })
  readonly effectivePermissions: readonly string[];

  @Field(() => Position, { description: 'The place in the log up to which this is true, at least.' })
  readonly position: number;

  /** @param row null: not a member, or not for the caller to know */
  constructor(row: AccessRow | null, { now, position }: { readonly now: number; readonly position: number }) {
    const { state, reason, until } = row === null ? notAMember : accessOf(row, now);
    this.state = state;
    this.reason = reason;
    this.mayStartSession = state === 'GRANTED';
    this.until = until;
    this.effectivePermissions = row === null || state !== 'GRANTED' ? [] : permissionsOf(row);
    this.position = position;
  }
}

type Verdict = Pick<Access, 'state' | 'reason' | 'until'>;

const none = (reason: AccessReasonName): Verdict => ({ state: 'NONE', reason, until: null });
const notAMember = none('NOT_A_MEMBER');

/** As of a moment: what time alone has ended counts as ended, whether or not the log says so yet. */
function accessOf(row: AccessRow, now: number): Verdict {
  switch (row.status) {
    case 'ACTIVE':
      return { state: 'GRANTED', reason: 'ACTIVE', until: null };
    case 'FROZEN':
      return { state: 'FROZEN', reason: 'FROZEN', until: null };
    case 'INACTIVE':
      return row.untilSessionEnd && (row.sessionLatest === null || now < row.sessionLatest)
        ? { state: 'UNTIL_SESSION_END', reason: 'DEACTIVATED', until: row.sessionLatest }
        : none('DEACTIVATED');
    case 'INVITED':
      return none((row.invitationExpiresAt ?? 0) <= now ? 'INVITATION_EXPIRED' : 'INVITED');
    case 'INVITATION_EXPIRED':
    case 'DELETED':
      return none(row.status);
    case 'REMOVED':
      return none(row.endedBy ?? 'REMOVED');
  }
}

function permissionsOf({ role, permissions }: AccessRow): readonly string[] {
  const granted = JSON.parse(permissions) as readonly string[];
  return [...new Set([...atomsOf[role as Role], ...granted])].sort();
}
