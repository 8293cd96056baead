import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { presets } from '../../../src/domain/account/policy.js';
import type { Role } from '../../../src/domain/account/roles.js';
import { isRejection } from '../../../src/domain/rejection.js';
import {
  about,
  added,
  bare,
  confirmed,
  end,
  ended,
  given,
  group,
  inGroup,
  invited,
  linked,
  managedBy,
  opened,
  operator,
  scheduler,
  service,
  system,
  user,
} from './given.js';

const LATER = Date.parse('2027-01-01T00:00:00.000Z');
const joining = { kind: 'STANDARD', role: 'REVIEWER', permissions: [], groupIds: [] } as const;

/** On a member with access. */
const freeze = (userId: string): AccountCommand => ({ type: 'freezeUser', userId });
const schedule = (userId: string): AccountCommand => ({
  type: 'scheduleEnd',
  userId,
  scheduleId: 's',
  operation: 'REMOVE',
  at: LATER,
  successorId: null,
  confirmation: confirmed,
});
const scheduled = (userId: string, orderedAs: Role = 'OWNER'): AccountEvent => ({
  type: 'EndScheduled',
  data: {
    userId,
    membershipId: `m-${userId}`,
    scheduleId: 's',
    operation: 'REMOVE',
    at: new Date(LATER).toISOString(),
    successorId: null,
    orderedAs,
  },
});

/** Commands on members, each with what has to have happened to the member before. */
const lifecycle: Readonly<
  Record<string, { history: (userId: string, role: Role) => readonly AccountEvent[]; command: Ask }>
> = {
  freezeUser: { history: () => [], command: freeze },
  unfreezeUser: {
    history: (userId) => [about('UserFrozen', userId)],
    command: (userId) => ({ type: 'unfreezeUser', userId }),
  },
  terminateSession: {
    history: (userId, role) => [lingering(userId, role)],
    command: (userId) => ({ type: 'terminateSession', userId }),
  },
  scheduleEnd: { history: () => [], command: schedule },
  rescheduleEnd: {
    history: (userId) => [scheduled(userId)],
    command: (userId) => ({ type: 'rescheduleEnd', userId, at: LATER + 1 }),
  },
  cancelScheduledEnd: {
    history: (userId) => [scheduled(userId)],
    command: (userId) => ({ type: 'cancelScheduledEnd', userId }),
  },
  removeUser: { history: () => [], command: (userId) => end('removeUser', userId) },
  deactivateUser: { history: () => [], command: (userId) => end('deactivateUser', userId) },
  reactivateUser: {
    history: (userId, role) => [ended('UserDeactivated', userId, bare(role))],
    command: (userId) => ({ type: 'reactivateUser', userId, confirmation: confirmed }),
  },
};
type Ask = (userId: string) => AccountCommand;

const lingering = (userId: string, role: Role): AccountEvent => {
  const event = ended('UserDeactivated', userId, bare(role));
  return { ...event, data: { ...event.data, untilSessionEnd: { latest: null } } } as AccountEvent;
};

/** Commands under one atom, with the history they need beside the base. */
const atoms: readonly [atom: string, command: AccountCommand, history: readonly AccountEvent[]][] = [
  [
    'users.invite',
    {
      type: 'inviteUser',
      userId: 'nora',
      membershipId: 'm-nora',
      invitationId: 'i',
      tokenHash: 'h',
      ...joining,
    },
    [],
  ],
  ['users.invite', { type: 'addUser', userId: 'nora', membershipId: 'm-nora', ...joining }, []],
  [
    'users.invite',
    { type: 'resendInvitation', userId: 'ian', invitationId: 'i-ian', generation: 2, tokenHash: 'h' },
    [invited('ian', 'REVIEWER')],
  ],
  ['users.invite', { type: 'revokeInvitation', userId: 'ian' }, [invited('ian', 'REVIEWER')]],
  ['users.invite', { type: 'copyInvitationLink', userId: 'ian' }, [invited('ian', 'REVIEWER')]],
  [
    'users.invite',
    { type: 'reinstateUser', userId: 'rita', parts: ['ROLE'], role: null, groupIds: [] },
    [ended('UserRemoved', 'rita', bare('REVIEWER'))],
  ],
  ['users.edit', { type: 'notifyUser', userId: 'rita', sealedMessage: 'sealed' }, []],
  ['seats.write', { type: 'changeSeatPlan', planSeats: 10, addOnSeats: 0 }, []],
  [
    'policy.write',
    { type: 'changePolicy', preset: 'SUPEROFFICE', policy: presets.SUPEROFFICE, expectedPolicyVersion: null },
    [],
  ],
  [
    'bulk.run',
    {
      type: 'selectForBulk',
      items: [{ type: 'reactivateUser', userId: 'rita', confirmation: confirmed }],
      totalItems: 1,
    },
    [],
  ],
];

const base = [
  opened(),
  linked,
  added('olga', 'OWNER'),
  added('otto', 'OWNER'),
  added('adam', 'ADMIN'),
  added('rita', 'REVIEWER'),
];
const codeOf = (decision: ReturnType<ReturnType<typeof given>['when']>['decision']): string =>
  isRejection(decision) ? decision.code : 'DONE';

describe('who may', () => {
  for (const [atom, command, history] of atoms)
    describe(`${command.type} (${atom})`, () => {
      it('not somebody without it, who is told what it takes', () =>
        given(...base, ...history, added('carl', 'REVIEWER'))
          .when(command, user('carl'))
          .thenRejected('PERMISSION_DENIED', { permission: atom }));
      it('somebody who was given it singly, whatever his role', () =>
        expect(
          codeOf(
            given(...base, ...history, added('carl', 'REVIEWER', [atom])).when(command, user('carl'))
              .decision,
          ),
        ).to.equal('DONE'));
      it('not a stranger: the account is unknown to him', () =>
        given(...base, ...history)
          .when(command, user('eve'))
          .thenRejected('NOT_FOUND', { field: 'accountId' }));
      it('not somebody whose access is off or over', () => {
        for (const event of [
          about('UserFrozen', 'carl'),
          ended('UserDeactivated', 'carl', bare('OWNER')),
          lingering('carl', 'OWNER'),
          ended('UserRemoved', 'carl', bare('OWNER')),
          ended('UserDeleted', 'carl', bare('OWNER')),
        ])
          given(...base, ...history, added('carl', 'OWNER'), event)
            .when(command, user('carl'))
            .thenRejected('NOT_FOUND', { field: 'accountId' });
      });
      it('not somebody who is only invited', () =>
        given(...base, ...history, invited('carl', 'OWNER'))
          .when(command, user('carl'))
          .thenRejected('NOT_FOUND', { field: 'accountId' }));
      it('an operator who holds it there, of accounts it operates', () => {
        expect(
          codeOf(
            given(...base, ...history).when(command, operator('REVIEWER', { permissions: [atom] })).decision,
          ),
        ).to.equal('DONE');
        given(...base, ...history)
          .when(command, operator('REVIEWER'))
          .thenRejected('PERMISSION_DENIED', { permission: atom });
        given(...base, ...history, { type: 'OperatorUnlinked', data: { operatorAccountId: 'operator' } })
          .when(command, operator('OWNER', { permissions: [atom] }))
          .thenRejected('NOT_FOUND', { field: 'accountId' });
      });
    });

  for (const [name, { history, command }] of Object.entries(lifecycle))
    describe(`${name} (the lifecycle)`, () => {
      const onRita = [...base, ...history('rita', 'REVIEWER')];
      it('by permission: holders of users.manage, in any role', () => {
        expect(
          codeOf(
            given(...onRita, added('carl', 'REVIEWER', ['users.manage'])).when(command('rita'), user('carl'))
              .decision,
          ),
        ).to.equal('DONE');
        given(...onRita, added('carl', 'CONTRIBUTOR'))
          .when(command('rita'), user('carl'))
          .thenRejected('PERMISSION_DENIED', { permission: 'users.manage' });
      });
      it('by role: OWNER and ADMIN, not holders of users.manage', () => {
        const byRole = [
          opened('DEFAULT', { lifecycleAuthority: 'ROLE' }),
          ...onRita.slice(1),
          added('carl', 'CONTRIBUTOR', ['users.manage']),
        ];
        given(...byRole)
          .when(command('rita'), user('carl'))
          .thenRejected('PERMISSION_DENIED', { permission: 'role:ADMIN' });
        expect(codeOf(given(...byRole).when(command('rita'), user('adam')).decision)).to.equal('DONE');
      });
      it('nobody on a higher rank, unless the policy has no rank guard', () => {
        const onOtto = [...base, ...history('otto', 'OWNER')];
        given(...onOtto)
          .when(command('otto'), user('adam'))
          .thenRejected('TARGET_OUTRANKS_ACTOR', { field: 'userId' });
        given(...onOtto)
          .when(command('otto'), operator('ADMIN'))
          .thenRejected('TARGET_OUTRANKS_ACTOR');
        const unguarded = [opened('DEFAULT', { rankGuard: false }), ...onOtto.slice(1)];
        expect(codeOf(given(...unguarded).when(command('otto'), user('adam')).decision)).to.equal('DONE');
      });
      it('an ADMIN on an ADMIN as the policy says', () => {
        const onAnna = [added('anna', 'ADMIN'), ...history('anna', 'ADMIN')];
        given(...base, ...onAnna)
          .when(command('anna'), user('adam'))
          .thenRejected('TARGET_OUTRANKS_ACTOR');
        const allowed = [opened('DEFAULT', { adminManagesAdmins: true }), ...base.slice(1), ...onAnna];
        expect(codeOf(given(...allowed).when(command('anna'), user('adam')).decision)).to.equal('DONE');
      });
      it('an OWNER on an OWNER as the policy says', () => {
        const onOtto = history('otto', 'OWNER');
        expect(codeOf(given(...base, ...onOtto).when(command('otto')).decision)).to.equal('DONE');
        given(opened('DEFAULT', { ownerManagesOwners: false }), ...base.slice(1), ...onOtto)
          .when(command('otto'))
          .thenRejected('TARGET_OUTRANKS_ACTOR');
      });
      it('an operator, a machine and Muster itself', () => {
        for (const actor of [operator('ADMIN'), service('ADMIN'), system])
          expect(codeOf(given(...onRita).when(command('rita'), actor).decision)).to.equal('DONE');
      });
    });

  describe('on a member whose state a directory owns (PP-15)', () => {
    const free = new Set(['freezeUser', 'unfreezeUser', 'terminateSession']);
    for (const [name, { history, command }] of Object.entries(lifecycle)) {
      const events = [...base, managedBy('entra', 'rita'), ...history('rita', 'REVIEWER')];
      const act = (event: readonly AccountEvent[], actor: Actor) =>
        codeOf(given(...event).when(command('rita'), actor).decision);
      if (free.has(name))
        it(`${name} is for everybody: an emergency does not wait`, () =>
          expect(act(events, user('olga'))).to.equal('DONE'));
      else
        it(`${name} is for a machine only, or as the policy says`, () => {
          expect(act(events, user('olga'))).to.equal('MANAGED_EXTERNALLY');
          expect(act(events, operator('OWNER'))).to.equal('MANAGED_EXTERNALLY');
          expect(act(events, service('ADMIN'))).to.equal('DONE');
          const local = opened('DEFAULT', { directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED' });
          expect(act([local, ...events.slice(1)], user('olga'))).to.equal('DONE');
        });
    }
    it('roles and permissions are changed there too', () => {
      for (const command of [
        { type: 'changeRole', userId: 'rita', role: 'CONTRIBUTOR', expectedRole: null },
        { type: 'grantPermissions', userId: 'rita', permissions: ['app-store'] },
        { type: 'revokePermissions', userId: 'rita', permissions: ['app-store'] },
      ] as const) {
        given(...base, managedBy('entra', 'rita'))
          .when(command)
          .thenRejected('MANAGED_EXTERNALLY', { field: 'userId' });
        expect(codeOf(given(...base, managedBy('entra', 'rita')).when(command, service()).decision)).to.equal(
          'DONE',
        );
      }
    });
    it('groups give access, so that who is in them is changed there too', () => {
      const inOne = [...base, group('g1'), group('g2'), inGroup('g1', 'rita')];
      for (const command of [
        { type: 'addGroupMember', groupId: 'g2', userId: 'rita', role: 'MEMBER' },
        { type: 'changeGroupRole', groupId: 'g1', userId: 'rita', role: 'MAINTAINER', expectedRole: null },
        { type: 'removeGroupMember', groupId: 'g1', userId: 'rita' },
      ] as const) {
        const events = [...inOne, managedBy('entra', 'rita')];
        given(...events)
          .when(command)
          .thenRejected('MANAGED_EXTERNALLY', { field: 'userId' });
        expect(codeOf(given(...events).when(command, service()).decision)).to.equal('DONE');
        expect(codeOf(given(...inOne).when(command).decision)).to.equal('DONE');
      }
    });
  });

  describe('the end of a session', () => {
    const events = [...base, lingering('rita', 'REVIEWER')];
    const signal = { type: 'signalSessionEnded', userId: 'rita' } as const;
    it('is signalled from an operator account, with session.signal and without any rank', () => {
      given(...events)
        .when(signal, service('REVIEWER', ['session.signal']))
        .thenTypes('SessionAccessEnded');
      given(...base, lingering('otto', 'OWNER'))
        .when({ ...signal, userId: 'otto' }, service('REVIEWER', ['session.signal']))
        .thenTypes('SessionAccessEnded');
    });
    it('is not signalled by an OWNER, who may terminate it', () =>
      given(...events)
        .when(signal, user('olga'))
        .thenRejected('PERMISSION_DENIED', { permission: 'session.signal' }));
  });

  describe('a directory’s taking over and giving back', () => {
    const start = { type: 'startDirectoryManagement', userId: 'rita', directory: 'entra' } as const;
    const stop = { type: 'endDirectoryManagement', userId: 'rita' } as const;
    it('is for machines with users.edit', () => {
      given(...base)
        .when(start, service('REVIEWER', ['users.edit']))
        .thenTypes('DirectoryManagementStarted');
      given(...base, managedBy('entra', 'rita'))
        .when(stop, service('REVIEWER', ['users.edit']))
        .thenTypes('DirectoryManagementEnded');
    });
    for (const [who, actor] of [
      ['an OWNER', user('olga')],
      ['a person who operates the account', operator('OWNER')],
      ['a machine without it', service('REVIEWER')],
    ] as const)
      it(`is not for ${who}`, () => {
        for (const command of [start, stop])
          given(...base)
            .when(command, actor)
            .thenRejected('PERMISSION_DENIED', { permission: 'users.edit' });
      });
  });

  describe('Muster alone', () => {
    it('runs what was scheduled', () => {
      const run = { type: 'runScheduledEnd', userId: 'rita', scheduleId: 's' } as const;
      for (const actor of [user('olga'), operator('OWNER'), service('OWNER')])
        given(...base, scheduled('rita'))
          .when(run, actor, LATER)
          .thenRejected('PERMISSION_DENIED', { permission: 'scheduler' });
      given(...base, scheduled('rita'))
        .when(run, scheduler, LATER)
        .thenTypes('UserRemoved', 'ScheduledEndRun');
    });
  });

  describe('on an invitation', () => {
    it('not below its rank: neither revoke nor resend nor copy', () => {
      const events = [...base, invited('ian', 'OWNER')];
      given(...events)
        .when({ type: 'revokeInvitation', userId: 'ian' }, user('adam'))
        .thenRejected('TARGET_OUTRANKS_ACTOR');
      given(...events)
        .when({ type: 'copyInvitationLink', userId: 'ian' }, user('adam'))
        .thenRejected('ROLE_NOT_GRANTABLE');
      given(...events)
        .when(
          { type: 'resendInvitation', userId: 'ian', invitationId: 'i-ian', generation: 2, tokenHash: 'h' },
          user('adam'),
        )
        .thenRejected('ROLE_NOT_GRANTABLE');
    });
    it('answering: only who was invited, and without any right in the account', () => {
      const answer = { invitationId: 'i-ian', generation: 1, tokenHash: 'hash-ian-1' };
      given(...base, invited('ian', 'REVIEWER'))
        .when({ type: 'acceptInvitation', userId: 'ian', ...answer }, user('ian'))
        .thenTypes('InvitationAccepted');
      for (const type of ['acceptInvitation', 'declineInvitation'] as const)
        for (const actor of [user('eve'), user('olga'), operator('OWNER')])
          given(...base, invited('ian', 'REVIEWER'))
            .when({ type, userId: 'ian', ...answer }, actor)
            .thenRejected('INVITATION_FOR_ANOTHER_ADDRESS', { field: 'token' });
    });
    it('answering: in no account that is not there', () =>
      given()
        .when(
          { type: 'acceptInvitation', userId: 'ian', invitationId: 'i', generation: 1, tokenHash: 'h' },
          user('ian'),
        )
        .thenRejected('NOT_FOUND', { field: 'accountId' }));
  });
});
