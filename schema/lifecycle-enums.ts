import type { InvitationStatus as InvitationStatusName } from '../projections/queries/invitations.js';
import type { ScheduledEndStatus as ScheduledEndStatusName } from '../projections/queries/scheduled-ends.js';
import type { InvitationSeen } from '../src/application/application.js';
import type { SnapshotPart as SnapshotPartName } from '../src/domain/account/commands.js';
import type { SeatRemedy as SeatRemedyName } from '../src/domain/rejection.js';
import { enumOf } from './enums.js';

export const InvitationStatus = enumOf<InvitationStatusName>(
  'InvitationStatus',
  'What became of an invitation.',
  {
    PENDING: 'The newest link can still be accepted (SW-15).',
    ACCEPTED: 'The person came in by it.',
    DECLINED: 'The person did not want to.',
    REVOKED: 'Withdrawn with revokeInvitation.',
    EXPIRED: 'Nobody answered in time; resendInvitation gives it another term.',
    REMOVED: 'The invited person was removed or deleted; every link is dead (SW-8).',
  },
);

export const InvitationLinkState = enumOf<InvitationSeen['state']>(
  'InvitationLinkState',
  'What whoever follows the link of an invitation meets.',
  {
    OPEN: 'It can be accepted or declined now.',
    EXPIRED: 'Its time is up; resendInvitation makes another link.',
    SUPERSEDED: 'A newer link was sent: only that one counts.',
    ENDED: 'Withdrawn, declined, or over with the membership.',
    ACCEPTED: 'The caller is in the account by it.',
    FOR_ANOTHER_ADDRESS: 'The caller is not the person invited, or no longer; nothing more is told.',
  },
);

export const ScheduledEndStatus = enumOf<ScheduledEndStatusName>(
  'ScheduledEndStatus',
  'What became of a scheduled end.',
  {
    SCHEDULED: 'Its time is still to come.',
    CANCELLED: 'Called off with cancelScheduledEnd.',
    APPLIED: 'It was carried out.',
    UNCHANGED: 'Its time came, and there was nothing left to do.',
    REFUSED: 'The rules at its time did not allow it; it is not tried again. `code` says why.',
    ENDED_EARLIER: 'The membership ended some other way before.',
  },
);

export const SnapshotPart = enumOf<SnapshotPartName>(
  'SnapshotPart',
  'What of a removed membership comes back with reinstateUser.',
  {
    ROLE: 'The role held at the end.',
    PERMISSIONS: 'Permissions granted singly.',
    GROUPS: 'Places in the groups that still exist, with the role in each.',
    RESPONSIBILITIES: 'Contact duties that are vacant now; needs contacts.reassign too.',
  },
);

export const SeatRemedy = enumOf<SeatRemedyName>('SeatRemedy', 'What frees or adds a seat (D3-25, D3-35).', {
  END_MEMBERSHIPS: 'Deactivate, remove or delete members.',
  REVOKE_INVITATIONS: 'Revoke open invitations, which hold seats here.',
  ADD_SEATS: 'Add seats with changeSeatPlan.',
});
