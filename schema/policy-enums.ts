import type { AccountPolicy } from '../src/domain/account/policy.js';
import { enumOf } from './enums.js';

export const SelfRemoval = enumOf<AccountPolicy['selfRemoval']>(
  'SelfRemoval',
  'Ending one’s own membership.',
  {
    FORBIDDEN: 'Nobody may (SW-7).',
    UNLESS_LAST_OWNER: 'Everybody but the last owner may (D3-29).',
  },
);

export const AttributionAfterDelete = enumOf<AccountPolicy['attributionAfterDelete']>(
  'AttributionAfterDelete',
  'How content of a deleted member is labelled (D3-10).',
  { KEEP_NAME: 'With the name.', PSEUDONYM: 'With a stable pseudonym.', ANONYMOUS: 'With nothing.' },
);

export const LifecycleAuthority = enumOf<AccountPolicy['lifecycleAuthority']>(
  'LifecycleAuthority',
  'What ending and reactivating memberships needs.',
  {
    PERMISSION: 'The permission users.manage (SO-1).',
    ROLE: 'The role OWNER or ADMIN (SW-1).',
  },
);

export const DutyRule = enumOf<AccountPolicy['responsibilities']['REMOVE']>(
  'DutyRule',
  'What happens to contact duties of somebody who goes.',
  {
    REQUIRE_REASSIGN: 'Each needs a successor first (SO-9).',
    ALLOW_VACANT: 'They may become vacant.',
  },
);

export const SsoCutoff = enumOf<AccountPolicy['ssoCutoffOnDeactivate']>(
  'SsoCutoff',
  'When access of single sign-on members ends after deactivation (D3-23).',
  {
    IMMEDIATE: 'At once.',
    AT_SESSION_END:
      'When the session that is under way ends (sessionEnded, terminateSession) or the maximum is reached; no new one may start.',
  },
);

export const BulkMixedSelection = enumOf<AccountPolicy['bulkMixedSelection']>(
  'BulkMixedSelection',
  'A bulk selection in which some items cannot be acted on (D3-18).',
  {
    REJECT: 'Refused as a whole, with BULK_MIXED_SELECTION.',
    SKIP_INAPPLICABLE:
      'Those items are passed over: UNCHANGED, with the code that the single mutation would refuse with.',
  },
);

export const SeatEnforcement = enumOf<AccountPolicy['seatEnforcement']>(
  'SeatEnforcement',
  'The seat limit.',
  {
    HARD: 'Nobody beyond it: SEAT_LIMIT_EXCEEDED (D3-25).',
    OFF: 'Seats are counted and nobody is refused.',
  },
);

export const DirectoryManagedUsers = enumOf<AccountPolicy['directoryManagedUsers']>(
  'DirectoryManagedUsers',
  'Members whose state a directory owns (PP-15).',
  {
    LOCAL_CHANGES_ALLOWED: 'Can be changed here.',
    LOCAL_CHANGES_FORBIDDEN:
      'Are changed in the directory only, in status, role, permissions and groups, and come back only by it: MANAGED_EXTERNALLY to everybody but a SERVICE. freezeUser and contact duties stay possible.',
  },
);
