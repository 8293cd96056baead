import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { isRejection } from '../../../src/domain/rejection.js';
import {
  about,
  added,
  bare,
  confirmed,
  end,
  ended,
  fold,
  given,
  group,
  invitationOver,
  invited,
  linked,
  nameOf,
  opened,
  service,
  user,
} from './given.js';

const flag = { single: 'FLAG', bulk: 'FLAG' } as const;
const base: readonly AccountEvent[] = [
  opened('DEFAULT', {
    confirmation: { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: flag, DELETE: flag },
    selfRemoval: 'UNLESS_LAST_OWNER',
  }),
  linked,
  added('olga', 'OWNER'),
  group('g'),
];
const asked = [...base, invited('rita', 'REVIEWER')];
const inside: readonly AccountEvent[] = [
  ...asked,
  {
    type: 'InvitationAccepted',
    data: {
      userId: 'rita',
      membershipId: 'm-rita',
      invitationId: 'i-rita',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIdsGone: [],
    },
  },
];
const inactive = ended('UserDeactivated', 'rita', bare('REVIEWER'));
const lingering = {
  ...inactive,
  data: { ...inactive.data, untilSessionEnd: { latest: null } },
} as AccountEvent;

/** Rita's history up to each status; REVOKED is REMOVED too, without anything having been held. */
const histories = {
  UNKNOWN: base,
  INVITED: asked,
  EXPIRED: [...asked, invitationOver('InvitationExpired', 'rita')],
  ACTIVE: inside,
  FROZEN: [...inside, about('UserFrozen', 'rita')],
  INACTIVE: [...inside, inactive],
  LINGERING: [...inside, lingering],
  REMOVED: [...inside, ended('UserRemoved', 'rita', bare('REVIEWER'))],
  REVOKED: [...asked, invitationOver('InvitationRevoked', 'rita')],
  DELETED: [...inside, ended('UserDeleted', 'rita', bare('REVIEWER'))],
};
type Status = keyof typeof histories;

interface Row {
  readonly command: AccountCommand;
  readonly by?: Actor;
  /** Types of events, a code, or NOTHING, and the statuses in which that comes of it. */
  readonly gives: Readonly<Record<string, string>>;
  /** What comes of it when it has just been done. */
  readonly again: string;
}

const rita = { userId: 'rita' } as const;
const joining = { kind: 'STANDARD', role: 'REVIEWER', permissions: [], groupIds: [] } as const;
const link = { invitationId: 'i-rita', generation: 1, tokenHash: 'hash-rita-1' };
const LIVING = 'ACTIVE FROZEN INACTIVE LINGERING';
const OVER = 'REMOVED REVOKED DELETED';
const ASKED = 'INVITED EXPIRED';
const sessionSignal = service('REVIEWER', ['session.signal']);

const rows: readonly Row[] = [
  {
    command: { type: 'addUser', ...rita, membershipId: 'new', ...joining },
    gives: {
      UserAdded: 'UNKNOWN DELETED',
      UserRejoined: 'EXPIRED REMOVED REVOKED',
      ALREADY_INVITED: 'INVITED',
      ALREADY_MEMBER: LIVING,
    },
    again: 'ALREADY_MEMBER',
  },
  {
    command: {
      type: 'inviteUser',
      ...rita,
      membershipId: 'new',
      invitationId: 'i-2',
      tokenHash: 'h',
      ...joining,
    },
    gives: {
      UserInvited: `UNKNOWN EXPIRED ${OVER}`,
      ALREADY_INVITED: 'INVITED',
      ALREADY_MEMBER: LIVING,
    },
    again: 'ALREADY_INVITED',
  },
  {
    command: { type: 'resendInvitation', ...rita, ...link, generation: 2, tokenHash: 'hash-rita-2' },
    gives: { InvitationResent: ASKED, INVITATION_ENDED: `${LIVING} ${OVER}`, NOT_FOUND: 'UNKNOWN' },
    again: 'STALE_VALUE',
  },
  {
    command: { type: 'copyInvitationLink', ...rita },
    gives: {
      InvitationLinkCopied: 'INVITED',
      INVITATION_EXPIRED: 'EXPIRED',
      INVITATION_ENDED: `${LIVING} ${OVER}`,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'InvitationLinkCopied',
  },
  {
    command: { type: 'revokeInvitation', ...rita },
    gives: {
      InvitationRevoked: ASKED,
      NOTHING: 'REVOKED',
      INVITATION_ENDED: `${LIVING} REMOVED DELETED`,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'acceptInvitation', ...rita, ...link },
    by: user('rita'),
    gives: {
      InvitationAccepted: 'INVITED',
      INVITATION_EXPIRED: 'EXPIRED',
      NOTHING: 'ACTIVE',
      INVITATION_ENDED: `FROZEN INACTIVE LINGERING ${OVER}`,
      INVITATION_FOR_ANOTHER_ADDRESS: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'declineInvitation', ...rita, ...link },
    by: user('rita'),
    gives: {
      InvitationDeclined: ASKED,
      NOTHING: 'REMOVED REVOKED',
      INVITATION_ENDED: `${LIVING} DELETED`,
      INVITATION_FOR_ANOTHER_ADDRESS: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'reinstateUser', ...rita, parts: ['ROLE'], role: null, groupIds: [] },
    gives: {
      UserReinstated: 'REMOVED',
      NOTHING_TO_REINSTATE: 'EXPIRED REVOKED DELETED',
      ALREADY_INVITED: 'INVITED',
      ALREADY_MEMBER: LIVING,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'ALREADY_MEMBER',
  },
  {
    command: { type: 'freezeUser', ...rita },
    gives: {
      UserFrozen: 'ACTIVE',
      NOTHING: 'FROZEN',
      MEMBERSHIP_NOT_ACTIVE: 'INACTIVE LINGERING',
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'unfreezeUser', ...rita },
    gives: {
      UserUnfrozen: 'FROZEN',
      NOTHING: 'ACTIVE',
      MEMBERSHIP_NOT_ACTIVE: 'INACTIVE LINGERING',
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'terminateSession', ...rita },
    gives: {
      SessionAccessEnded: 'LINGERING',
      NOTHING: `${ASKED} ACTIVE FROZEN INACTIVE ${OVER}`,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'signalSessionEnded', ...rita },
    by: sessionSignal,
    gives: {
      SessionAccessEnded: 'LINGERING',
      NOTHING: `${ASKED} ACTIVE FROZEN INACTIVE ${OVER}`,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: {
      type: 'scheduleEnd',
      ...rita,
      scheduleId: 's',
      operation: 'REMOVE',
      at: Date.parse('2027-01-01T00:00:00.000Z'),
      successorId: null,
      confirmation: confirmed,
    },
    gives: {
      EndScheduled: LIVING,
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'ALREADY_SCHEDULED',
  },
  {
    command: { type: 'rescheduleEnd', ...rita, at: Date.parse('2027-01-01T00:00:00.000Z') },
    gives: { NOT_SCHEDULED: `${ASKED} ${LIVING} ${OVER}`, NOT_FOUND: 'UNKNOWN' },
    again: '',
  },
  {
    command: { type: 'cancelScheduledEnd', ...rita },
    gives: { NOTHING: `${ASKED} ${LIVING} ${OVER}`, NOT_FOUND: 'UNKNOWN' },
    again: '',
  },
  {
    command: { type: 'runScheduledEnd', ...rita, scheduleId: 's' },
    by: { kind: 'SCHEDULER', id: 'scheduled-ends' },
    gives: { NOTHING: `UNKNOWN ${ASKED} ${LIVING} ${OVER}` },
    again: '',
  },
  {
    command: { type: 'startDirectoryManagement', ...rita, directory: 'entra' },
    by: service(),
    gives: {
      DirectoryManagementStarted: LIVING,
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'endDirectoryManagement', ...rita },
    by: service(),
    gives: { NOTHING: `${ASKED} ${LIVING} ${OVER}`, NOT_FOUND: 'UNKNOWN' },
    again: '',
  },
  {
    command: { type: 'notifyUser', ...rita, sealedMessage: 'sealed' },
    gives: {
      UserNotified: LIVING,
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'UserNotified',
  },
  {
    command: end('removeUser', 'rita'),
    gives: {
      UserRemoved: `${ASKED} ${LIVING}`,
      NOTHING: 'REMOVED REVOKED',
      MEMBERSHIP_ENDED: 'DELETED',
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: end('leaveAccount', 'rita'),
    by: user('rita'),
    gives: { UserLeft: 'ACTIVE', NOT_FOUND: `UNKNOWN ${ASKED} FROZEN INACTIVE LINGERING ${OVER}` },
    again: 'NOT_FOUND',
  },
  {
    command: end('deactivateUser', 'rita'),
    gives: {
      UserDeactivated: 'ACTIVE FROZEN',
      NOTHING: 'INACTIVE LINGERING',
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: end('deleteUser', 'rita'),
    gives: {
      UserDeleted: `${ASKED} INACTIVE LINGERING REMOVED REVOKED`,
      DELETE_REQUIRES_INACTIVE: 'ACTIVE FROZEN',
      NOTHING: 'DELETED',
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'reactivateUser', ...rita, confirmation: confirmed },
    gives: {
      UserReactivated: 'INACTIVE LINGERING',
      NOTHING: 'ACTIVE',
      MEMBERSHIP_FROZEN: 'FROZEN',
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'changeRole', ...rita, role: 'CONTRIBUTOR', expectedRole: null },
    gives: {
      RoleChanged: LIVING,
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'grantPermissions', ...rita, permissions: ['app-store'] },
    gives: {
      PermissionsGranted: LIVING,
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: { type: 'revokePermissions', ...rita, permissions: ['app-store'] },
    gives: {
      NOTHING: LIVING,
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: '',
  },
  {
    command: { type: 'addGroupMember', ...rita, groupId: 'g', role: 'MEMBER' },
    gives: {
      GroupMemberAdded: 'ACTIVE',
      MEMBERSHIP_NOT_ACTIVE: 'FROZEN INACTIVE LINGERING',
      INVITATION_PENDING: ASKED,
      MEMBERSHIP_ENDED: OVER,
      NOT_FOUND: 'UNKNOWN',
    },
    again: 'NOTHING',
  },
  {
    command: {
      type: 'assignContact',
      ...rita,
      responsibility: { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null },
    },
    gives: {
      ContactAssigned: 'ACTIVE',
      INVALID_SUCCESSOR: `UNKNOWN ${ASKED} FROZEN INACTIVE LINGERING ${OVER}`,
    },
    again: 'NOTHING',
  },
];

describe('every command in every status', () => {
  for (const { command, by = user('olga'), gives, again } of rows) {
    describe(command.type, () => {
      it('is asked in every status once', () =>
        expect(Object.values(gives).join(' ').split(' ').sort()).to.deep.equal(
          Object.keys(histories).sort(),
        ));
      for (const [outcome, statuses] of Object.entries(gives))
        for (const status of statuses.split(' ')) {
          const history = histories[status as Status];
          it(`of ${status} gives ${outcome}${again === '' ? '' : `, then ${again}`}`, () => {
            const { decision } = given(...history).when(command, by);
            expect(nameOf(decision)).to.equal(outcome);
            if (isRejection(decision) || decision.length === 0) return;
            const { decision: second } = given(...history, ...decision).when(command, by);
            expect(nameOf(second)).to.equal(again);
          });
        }
    });
  }

  it('knows rita in the status each history is named after', () => {
    for (const [name, history] of Object.entries(histories)) {
      const membership = fold(history).memberships.get('rita');
      const status =
        { EXPIRED: 'INVITATION_EXPIRED', LINGERING: 'INACTIVE', REVOKED: 'REMOVED' }[name] ?? name;
      expect(membership?.status ?? 'UNKNOWN').to.equal(status);
    }
  });
});
