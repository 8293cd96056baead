import { expect } from 'chai';
import type { AccountCommand, ReinstateUser, SnapshotPart } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import {
  added,
  administrative,
  bare,
  end,
  ended,
  given,
  group,
  inGroup,
  invitationOver,
  invited,
  linked,
  opened,
  operator,
  technical,
  technicalOf,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const base: readonly AccountEvent[] = [
  opened('DEFAULT', {
    responsibilities: { REMOVE: 'ALLOW_VACANT', DEACTIVATE: 'ALLOW_VACANT', DELETE: 'ALLOW_VACANT' },
  }),
  linked,
  added('olga', 'OWNER'),
  added('adam', 'ADMIN'),
  added('carl', 'CONTRIBUTOR', ['app-store', 'users.manage']),
  group('g'),
  group('h'),
  group('k'),
  inGroup('g', 'carl', 'MAINTAINER'),
  inGroup('h', 'carl'),
  { type: 'ApplicationRegistered', data: { applicationId: 'app', name: 'App' } },
  { type: 'ContactAssigned', data: { responsibility: technicalOf('app'), userId: 'carl' } },
  { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
  { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'carl' } },
];
const ALL: readonly SnapshotPart[] = ['ROLE', 'PERMISSIONS', 'GROUPS', 'RESPONSIBILITIES'];
const reinstate = (parts: readonly SnapshotPart[], also: Partial<ReinstateUser> = {}): ReinstateUser => ({
  type: 'reinstateUser',
  userId: 'carl',
  parts,
  role: null,
  groupIds: [],
  ...also,
});
const gone = (...after: readonly AccountCommand[]) => {
  const timeline = new Timeline(base);
  for (const command of [end('removeUser', 'carl'), ...after]) timeline.ask(command);
  return timeline;
};

describe('reinstating', () => {
  it('brings back all that was held, where nothing has happened since', () =>
    expect(gone().ask(reinstate(ALL))).to.deep.equal([
      {
        type: 'UserReinstated',
        data: {
          userId: 'carl',
          membershipId: 'm-carl',
          kind: 'STANDARD',
          role: 'CONTRIBUTOR',
          permissions: ['app-store', 'users.manage'],
          notRestored: { responsibilities: [], groupIds: [] },
        },
      },
      { type: 'GroupMemberAdded', data: { groupId: 'g', userId: 'carl', role: 'MAINTAINER' } },
      { type: 'GroupMemberAdded', data: { groupId: 'h', userId: 'carl', role: 'MEMBER' } },
      { type: 'ContactAssigned', data: { responsibility: technicalOf('app'), userId: 'carl' } },
      { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
      { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'carl' } },
    ]));
  it('brings back nothing that was not chosen: a REVIEWER without anything', () =>
    expect(gone().ask(reinstate([]))).to.deep.equal([
      {
        type: 'UserReinstated',
        data: {
          userId: 'carl',
          membershipId: 'm-carl',
          kind: 'STANDARD',
          role: 'REVIEWER',
          permissions: [],
          notRestored: { responsibilities: [], groupIds: [] },
        },
      },
    ]));
  for (const [part, types] of [
    ['ROLE', ['UserReinstated']],
    ['PERMISSIONS', ['UserReinstated']],
    ['GROUPS', ['UserReinstated', 'GroupMemberAdded', 'GroupMemberAdded']],
    ['RESPONSIBILITIES', ['UserReinstated', 'ContactAssigned', 'ContactAssigned', 'ContactAssigned']],
  ] as const)
    it(`brings back ${part} alone`, () => {
      const decision = gone().ask(reinstate([part])) as readonly AccountEvent[];
      expect(decision.map(({ type }) => type)).to.deep.equal(types);
      expect(decision[0]?.data).to.deep.include({
        role: part === 'ROLE' ? 'CONTRIBUTOR' : 'REVIEWER',
        permissions: part === 'PERMISSIONS' ? ['app-store', 'users.manage'] : [],
      });
    });
  it('reports groups that are gone and duties that moved on or are gone, and forces none', () => {
    const timeline = gone(
      { type: 'deleteGroup', groupId: 'g' },
      { type: 'assignContact', responsibility: technical, userId: 'adam' },
      { type: 'retireApplication', applicationId: 'app' },
    );
    const decision = timeline.ask(reinstate(ALL)) as readonly AccountEvent[];
    expect(decision.map(({ type }) => type)).to.deep.equal([
      'UserReinstated',
      'GroupMemberAdded',
      'ContactAssigned',
    ]);
    expect(decision[0]?.data).to.deep.include({
      notRestored: { responsibilities: [technicalOf('app'), technical], groupIds: ['g'] },
    });
    expect(timeline.state.contacts.get('ACCOUNT_TECHNICAL_CONTACT')).to.equal('adam');
  });
  it('puts into further groups, each once, also where the snapshot has them or they are named twice', () => {
    const timeline = gone();
    const decision = timeline.ask(
      reinstate(['GROUPS'], { groupIds: ['k', 'g', 'k'] }),
    ) as readonly AccountEvent[];
    expect(decision.slice(1)).to.deep.equal([
      { type: 'GroupMemberAdded', data: { groupId: 'k', userId: 'carl', role: 'MEMBER' } },
      { type: 'GroupMemberAdded', data: { groupId: 'g', userId: 'carl', role: 'MAINTAINER' } },
      { type: 'GroupMemberAdded', data: { groupId: 'h', userId: 'carl', role: 'MEMBER' } },
    ]);
    expect(timeline.state.memberships.get('carl')?.groupIds).to.deep.equal(['k', 'g', 'h']);
  });
  it('refuses further groups that are not there', () =>
    expect(gone().ask(reinstate([], { groupIds: ['nowhere'] }))).to.include({
      code: 'NOT_FOUND',
      field: 'groupIds',
    }));
  it('wants a group where the policy does', () =>
    given(
      opened('SOFTWAREONE'),
      added('olga', 'OWNER'),
      added('carl', 'ADMIN'),
      ended('UserRemoved', 'carl', bare('ADMIN')),
    )
      .when(reinstate(['ROLE', 'GROUPS']))
      .thenRejected('GROUP_REQUIRED'));
  it('follows leaving as it follows removal', () => {
    const timeline = new Timeline([opened('DOCUMENT360'), ...base.slice(1)]);
    timeline.ask(end('leaveAccount', 'carl'), user('carl'));
    expect(timeline.ask(reinstate(['ROLE']))).to.have.lengthOf(1);
  });
  it('brings an access back that was frozen or deactivated before the end', () => {
    const timeline = new Timeline(base);
    timeline.ask(end('deactivateUser', 'carl'));
    timeline.ask(end('removeUser', 'carl'));
    timeline.ask(reinstate(ALL));
    expect(timeline.state.memberships.get('carl')).to.include({ status: 'ACTIVE', role: 'CONTRIBUTOR' });
    expect(timeline.state.memberships.get('carl')?.duties).to.have.lengthOf(3);
  });
  it('brings back neither schedule nor lingering session nor invitation', () => {
    const timeline = new Timeline(base);
    timeline.ask(end('removeUser', 'carl'), { kind: 'SYSTEM', id: 'test' });
    timeline.ask(reinstate(ALL));
    expect(timeline.state.memberships.get('carl')).to.deep.include({
      scheduledEnd: null,
      untilSessionEnd: null,
      invitation: null,
      heldAtEnd: null,
    });
  });
  it('has the last end to go by, not an earlier one', () => {
    const timeline = gone({
      type: 'addUser',
      userId: 'carl',
      membershipId: 'x',
      kind: 'STANDARD',
      role: 'ADMIN',
      permissions: [],
      groupIds: ['k'],
    });
    timeline.ask(end('removeUser', 'carl'));
    const decision = timeline.ask(reinstate(ALL)) as readonly AccountEvent[];
    expect(decision[0]?.data).to.deep.include({ role: 'ADMIN', permissions: [] });
    expect(decision.slice(1)).to.deep.equal([
      { type: 'GroupMemberAdded', data: { groupId: 'k', userId: 'carl', role: 'MEMBER' } },
    ]);
  });
  it('has nothing to go by after an invitation that came to nothing', () =>
    given(
      ...base,
      ended('UserRemoved', 'carl', bare('ADMIN')),
      invited('carl', 'ADMIN'),
      invitationOver('InvitationDeclined', 'carl'),
    )
      .when(reinstate(ALL))
      .thenRejected('NOTHING_TO_REINSTATE', { useInstead: 'addUser' }));
});

describe('nobody reinstates more than he may grant', () => {
  const removed = (role: 'OWNER' | 'ADMIN', permissions: readonly string[] = []) => [
    ...base.slice(0, 4),
    added('carl', role, permissions),
    ended('UserRemoved', 'carl', bare(role, { permissions })),
  ];

  it('no higher role, from the snapshot or named', () => {
    given(...removed('OWNER'))
      .when(reinstate(['ROLE']), user('adam'))
      .thenRejected('ROLE_NOT_GRANTABLE', { field: 'role' });
    given(...removed('ADMIN'))
      .when(reinstate([], { role: 'OWNER' }), user('adam'))
      .thenRejected('ROLE_NOT_GRANTABLE');
    given(...removed('OWNER'))
      .when(reinstate(['ROLE'], { role: 'REVIEWER' }), user('adam'))
      .thenTypes('UserReinstated');
  });
  it('no atom he lacks', () => {
    given(...removed('ADMIN', ['seats.write']))
      .when(reinstate(['PERMISSIONS']), user('adam'))
      .thenRejected('PERMISSION_NOT_GRANTABLE', { permission: 'seats.write' });
    given(...removed('ADMIN', ['seats.write']))
      .when(reinstate(['ROLE']), user('adam'))
      .thenTypes('UserReinstated');
  });
  it('no duties without contacts.reassign, unless there are none to bring back', () => {
    const mona = added('mona', 'CONTRIBUTOR', ['users.invite']);
    const timeline = gone();
    timeline.write(mona);
    expect(timeline.ask(reinstate(['RESPONSIBILITIES']), user('mona'))).to.include({
      code: 'PERMISSION_DENIED',
      permission: 'contacts.reassign',
    });
    given(...removed('ADMIN'), mona)
      .when(reinstate(['RESPONSIBILITIES']), user('mona'))
      .thenTypes('UserReinstated');
  });
  it('himself never, whatever right he comes by', () => {
    for (const undoesRevision of [null, 7])
      given(...removed('ADMIN'))
        .when(reinstate([], { undoesRevision }), operator('OWNER', { userId: 'carl' }))
        .thenRejected('TARGET_OUTRANKS_ACTOR', { field: 'userId' });
  });
  it('a reader stays a reviewer', () => {
    const reader = bare('REVIEWER', { kind: 'READER' });
    const events = [...base.slice(0, 4), added('carl', 'REVIEWER'), ended('UserRemoved', 'carl', reader)];
    given(...events)
      .when(reinstate([], { role: 'CONTRIBUTOR' }))
      .thenRejected('INVALID_INPUT', { field: 'role' });
    given(...events)
      .when(reinstate([]))
      .thenTypes('UserReinstated');
  });
});
