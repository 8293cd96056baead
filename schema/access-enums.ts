import { enumOf } from './enums.js';

export const accessReasons = {
  ACTIVE: 'The membership is active.',
  FROZEN: 'The membership is frozen: seat and duties stay, access is off.',
  DEACTIVATED: 'The membership is deactivated (PP-2).',
  INVITED: 'Invited, not yet accepted.',
  INVITATION_EXPIRED: 'Invited, and the link has run out.',
  REMOVED: 'Removed from the account.',
  LEFT: 'Left the account.',
  DELETED: 'Deleted from the account for good.',
  DECLINED: 'Declined the invitation.',
  REVOKED: 'The invitation was revoked.',
  NOT_A_MEMBER: 'Not a member, now or ever; or not for the caller to know.',
} as const;
export type AccessReasonName = keyof typeof accessReasons;

export const AccessState = enumOf<'GRANTED' | 'FROZEN' | 'UNTIL_SESSION_END' | 'NONE'>(
  'AccessState',
  'Whether somebody may use an account.',
  {
    GRANTED: 'Yes; a new session may start.',
    FROZEN: 'No, for the time being.',
    UNTIL_SESSION_END:
      'A session that is under way may go on, until it ends or `until` comes; no new one may start (D3-23).',
    NONE: 'No access; `reason` says why.',
  },
);

export const AccessReason = enumOf<AccessReasonName>(
  'AccessReason',
  'Why access is what it is.',
  accessReasons,
);

export const AttributionKind = enumOf<'NAME' | 'PSEUDONYM' | 'ANONYMOUS'>(
  'AttributionKind',
  'What content of a person is labelled with (D3-10).',
  {
    NAME: 'The name.',
    PSEUDONYM: 'A made-up name, always the same for this person in this account, like `Member 7F3K-92QX`.',
    ANONYMOUS: 'The same words for everybody: `Former member`.',
  },
);
