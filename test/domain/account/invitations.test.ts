import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import type {
  AccountCommand,
  AnswerInvitation,
  InviteUser,
  ResendInvitation,
} from '../../../src/domain/account/commands.js';
import { isRejection } from '../../../src/domain/rejection.js';
import {
  added,
  bare,
  EXPIRY,
  end,
  ended,
  given,
  group,
  invitationOver,
  invited,
  linked,
  momentAfter,
  opened,
  STEP_MS,
  service,
  system,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const base = [opened(), linked, added('olga', 'OWNER'), added('adam', 'ADMIN'), group('g'), group('h')];
const invite = (userId: string, also: Partial<InviteUser> = {}): InviteUser => ({
  type: 'inviteUser',
  userId,
  membershipId: `m-${userId}`,
  invitationId: `i-${userId}`,
  kind: 'STANDARD',
  role: 'CONTRIBUTOR',
  permissions: [],
  groupIds: [],
  tokenHash: `hash-${userId}-1`,
  ...also,
});
const resend = (generation: number, also: Partial<ResendInvitation> = {}): AccountCommand => ({
  type: 'resendInvitation',
  userId: 'ian',
  invitationId: 'i-ian',
  generation,
  tokenHash: `hash-ian-${generation}`,
  ...also,
});
const answer = (type: AnswerInvitation['type'], also: Partial<AnswerInvitation> = {}): AnswerInvitation => ({
  type,
  userId: 'ian',
  invitationId: 'i-ian',
  generation: 1,
  tokenHash: 'hash-ian-1',
  ...also,
});
const accept = answer('acceptInvitation');
const decline = answer('declineInvitation');
const ian = user('ian');
const SEVEN_DAYS_MS = 7 * 24 * 3600 * 1000;

describe('inviting', () => {
  it('promises role, permissions and groups, each once, for as long as the policy says', () =>
    given(...base)
      .when(invite('ian', { permissions: ['b', 'a', 'b'], groupIds: ['g', 'h', 'g'] }))
      .then({
        type: 'UserInvited',
        data: {
          userId: 'ian',
          membershipId: 'm-ian',
          invitationId: 'i-ian',
          kind: 'STANDARD',
          role: 'CONTRIBUTOR',
          permissions: ['a', 'b'],
          groupIds: ['g', 'h'],
          generation: 1,
          tokenHash: 'hash-ian-1',
          expiresAt: new Date(momentAfter(base) + SEVEN_DAYS_MS).toISOString(),
        },
      }));
  it('counts the time the account’s own policy gives', () => {
    const events = [opened('DEFAULT', { invitationTtlSeconds: 60 }), added('olga', 'OWNER')];
    const { decision } = given(...events).when(invite('ian'));
    expect(decision).to.have.nested.property(
      '0.data.expiresAt',
      new Date(momentAfter(events) + 60_000).toISOString(),
    );
  });
  it('goes on under the same membership after removal, and under a new one after deletion', () => {
    const ofCarl = [...base, added('carl', 'ADMIN')];
    const { decision: again } = given(...ofCarl, ended('UserRemoved', 'carl', bare('ADMIN'))).when(
      invite('carl', { membershipId: 'new' }),
    );
    expect(again).to.have.nested.property('0.data.membershipId', 'm-carl');
    const { decision: anew } = given(...ofCarl, ended('UserDeleted', 'carl', bare('ADMIN'))).when(
      invite('carl', { membershipId: 'new' }),
    );
    expect(anew).to.have.nested.property('0.data.membershipId', 'new');
  });
  it('gives nobody more than the inviter has', () => {
    given(...base)
      .when(invite('ian', { role: 'OWNER' }), user('adam'))
      .thenRejected('ROLE_NOT_GRANTABLE', { field: 'role' });
    given(...base)
      .when(invite('ian', { permissions: ['seats.write'] }), user('adam'))
      .thenRejected('PERMISSION_NOT_GRANTABLE', { permission: 'seats.write' });
    given(...base)
      .when(invite('ian', { permissions: ['session.signal'] }))
      .thenRejected('PERMISSION_NOT_GRANTABLE', { permission: 'session.signal' });
    given(...base)
      .when(invite('ian', { permissions: ['users.mange'] }))
      .thenRejected('INVALID_INPUT', { field: 'permissions' });
    given(...base)
      .when(invite('ian', { permissions: ['DROP TABLE'] }))
      .thenRejected('INVALID_INPUT', { field: 'permissions' });
  });
  it('makes readers reviewers, and machines members of operator accounts only', () => {
    given(...base)
      .when(invite('ian', { kind: 'READER' }))
      .thenRejected('INVALID_INPUT', { field: 'role' });
    given(...base)
      .when(invite('ian', { kind: 'SERVICE' }))
      .thenRejected('INVALID_INPUT', { field: 'kind' });
    given(opened('DEFAULT', {}, 'OPERATOR'), added('olga', 'OWNER'))
      .when(invite('ian', { kind: 'SERVICE' }))
      .thenTypes('UserInvited');
  });
  it('wants groups that are there, and one where the policy does (SW-16)', () => {
    given(...base)
      .when(invite('ian', { groupIds: ['nowhere'] }))
      .thenRejected('NOT_FOUND', { field: 'groupIds' });
    given(opened('SOFTWAREONE'), added('olga', 'OWNER'))
      .when(invite('ian'))
      .thenRejected('GROUP_REQUIRED', { field: 'groupIds' });
  });
  it('says what to do instead with somebody who is in already', () => {
    const carl = [...base, added('carl', 'CONTRIBUTOR')];
    given(...base, invited('ian', 'REVIEWER'))
      .when(invite('ian'))
      .thenRejected('ALREADY_INVITED', { useInstead: 'resendInvitation' });
    given(...carl, ended('UserDeactivated', 'carl', bare('CONTRIBUTOR')))
      .when(invite('carl'))
      .thenRejected('ALREADY_MEMBER', { useInstead: 'reactivateUser' });
    given(...carl, { type: 'UserFrozen', data: { userId: 'carl', membershipId: 'm-carl' } })
      .when(invite('carl'))
      .thenRejected('ALREADY_MEMBER', { useInstead: 'unfreezeUser' });
  });
});

describe('an invitation', () => {
  const events = [...base, invited('ian', 'REVIEWER', { permissions: ['app-store'], groupIds: ['g', 'h'] })];

  it('accepted gives what it promised, and tells of the groups that are gone', () =>
    given(...events, { type: 'GroupDeleted', data: { groupId: 'g', name: 'G' } })
      .when(accept, ian)
      .then(
        {
          type: 'InvitationAccepted',
          data: {
            userId: 'ian',
            membershipId: 'm-ian',
            invitationId: 'i-ian',
            kind: 'STANDARD',
            role: 'REVIEWER',
            permissions: ['app-store'],
            groupIdsGone: ['g'],
          },
        },
        { type: 'GroupMemberAdded', data: { groupId: 'h', userId: 'ian', role: 'MEMBER' } },
      ));
  it('can be accepted up to the last millisecond, and not at the moment it expires', () => {
    given(...events)
      .when(accept, ian, EXPIRY - 1)
      .thenTypes('InvitationAccepted', 'GroupMemberAdded', 'GroupMemberAdded');
    given(...events)
      .when(accept, ian, EXPIRY)
      .thenRejected('INVITATION_EXPIRED');
  });
  it('tells whoever answers no facts of the account: he is not in it', () => {
    const full = [
      opened('DEFAULT', { seatEnforcement: 'HARD', invitationReservesSeat: false }),
      ...events.slice(1),
      { type: 'SeatPlanChanged', data: { planSeats: 1, addOnSeats: 0 } } as const,
    ];
    const refusals = [
      given(...full).when(accept, ian).decision,
      given(...events).when(accept, ian, EXPIRY).decision,
      given(...events).when({ ...accept, generation: 7 }, ian).decision,
      given(...events).when({ ...accept, type: 'declineInvitation', tokenHash: 'x' }, ian).decision,
      given(...events).when(accept, user('olga')).decision,
    ];
    expect(refusals.map((refusal) => isRejection(refusal) && refusal.code)).to.deep.equal([
      'SEAT_LIMIT_EXCEEDED',
      'INVITATION_EXPIRED',
      'INVITATION_SUPERSEDED',
      'INVITATION_SUPERSEDED',
      'INVITATION_FOR_ANOTHER_ADDRESS',
    ]);
    for (const refusal of refusals) {
      expect(Object.keys(refusal)).to.have.members(
        'field' in refusal ? ['rejected', 'code', 'message', 'field'] : ['rejected', 'code', 'message'],
      );
      expect(refusal).to.have.property('message').that.does.not.match(/\d/);
    }
  });
  it('is accepted once: the second time changes nothing, also after the time is up', () => {
    const timeline = new Timeline(events);
    timeline.ask(accept, ian);
    expect(timeline.ask(accept, ian)).to.deep.equal([]);
    timeline.now = EXPIRY;
    expect(timeline.ask(accept, ian)).to.deep.equal([]);
  });
  it('that was accepted brings nobody back: not after removal, freezing or deactivation', () => {
    for (const ending of [
      end('removeUser', 'ian'),
      end('deactivateUser', 'ian'),
      { type: 'freezeUser', userId: 'ian' },
    ] as const) {
      const timeline = new Timeline(events);
      timeline.ask(accept, ian);
      timeline.ask(ending);
      expect(timeline.ask(accept, ian)).to.include({ code: 'INVITATION_ENDED', field: 'token' });
    }
  });
  it('counts with its newest link only', () => {
    const timeline = new Timeline(events);
    timeline.now += STEP_MS;
    timeline.ask(resend(2));
    expect(timeline.ask(accept, ian)).to.include({ code: 'INVITATION_SUPERSEDED', field: 'token' });
    expect(timeline.ask(decline, ian)).to.include({ code: 'INVITATION_SUPERSEDED' });
    const forged = answer('acceptInvitation', { generation: 2 });
    expect(timeline.ask(forged, ian)).to.include({ code: 'INVITATION_SUPERSEDED' });
    const newest = answer('acceptInvitation', { generation: 2, tokenHash: 'hash-ian-2' });
    expect(timeline.ask(newest, ian)).to.have.lengthOf(3);
  });
  it('counts for nobody else, and not in the name of a later one', () => {
    given(...events, invited('ivo', 'ADMIN'))
      .when({ ...accept, userId: 'ivo' }, user('ivo'))
      .thenRejected('INVITATION_FOR_ANOTHER_ADDRESS');
    given(
      ...events,
      invitationOver('InvitationRevoked', 'ian'),
      invited('ian', 'ADMIN', { invitationId: 'i-2' }),
    )
      .when(accept, ian)
      .thenRejected('INVITATION_FOR_ANOTHER_ADDRESS');
  });
  for (const type of ['InvitationRevoked', 'InvitationDeclined'] as const)
    it(`cannot be accepted after ${type}`, () =>
      given(...events, invitationOver(type, 'ian'))
        .when(accept, ian)
        .thenRejected('INVITATION_ENDED'));
  it('cannot be accepted after removal, nor by any copy that was sent again (SW-8)', () => {
    const timeline = new Timeline(events);
    timeline.now += STEP_MS;
    timeline.ask(resend(2));
    timeline.ask(end('removeUser', 'ian'));
    expect(timeline.ask(accept, ian)).to.include({ code: 'INVITATION_SUPERSEDED' });
    const newest = answer('acceptInvitation', { generation: 2, tokenHash: 'hash-ian-2' });
    expect(timeline.ask(newest, ian)).to.include({ code: 'INVITATION_ENDED' });
  });
  it('removed tells what it promised, and that it was one (SW-19)', () =>
    given(...events)
      .when(end('removeUser', 'ian'))
      .then({
        type: 'UserRemoved',
        data: {
          userId: 'ian',
          membershipId: 'm-ian',
          snapshot: bare('REVIEWER', {
            permissions: ['app-store'],
            groups: [
              { groupId: 'g', role: 'MEMBER' },
              { groupId: 'h', role: 'MEMBER' },
            ],
          }),
          from: 'INVITED',
          notify: true,
        },
      }));
  it('leaves nothing to reinstate when it came to nothing', () => {
    for (const over of [
      invitationOver('InvitationDeclined', 'ian'),
      ended('UserRemoved', 'ian', bare('REVIEWER')),
    ])
      given(...events, over)
        .when({ type: 'reinstateUser', userId: 'ian', parts: ['ROLE'], role: null, groupIds: [] })
        .thenRejected('NOTHING_TO_REINSTATE', { useInstead: 'addUser' });
  });
});

describe('sending an invitation again', () => {
  const events = [...base, invited('ian', 'REVIEWER')];

  it('begins a new term under a new link', () => {
    const timeline = new Timeline(events);
    timeline.now = EXPIRY - 1;
    expect(timeline.ask(resend(2))).to.deep.equal([
      {
        type: 'InvitationResent',
        data: {
          userId: 'ian',
          membershipId: 'm-ian',
          invitationId: 'i-ian',
          generation: 2,
          tokenHash: 'hash-ian-2',
          expiresAt: new Date(EXPIRY - 1 + SEVEN_DAYS_MS).toISOString(),
        },
      },
    ]);
    timeline.now = EXPIRY + SEVEN_DAYS_MS - 2;
    expect(timeline.writeDue()).to.deep.equal([]);
    timeline.now += 1;
    expect(timeline.writeDue()).to.have.lengthOf(1);
  });
  it('gives an expired one another term', () => {
    const timeline = new Timeline(events);
    timeline.now = EXPIRY;
    timeline.ask(resend(2));
    expect(timeline.state.memberships.get('ian')?.status).to.equal('INVITED');
    expect(timeline.events.map(({ type }) => type).slice(-2)).to.deep.equal([
      'InvitationExpired',
      'InvitationResent',
    ]);
  });
  it('is refused when somebody else was quicker', () => {
    given(...events)
      .when(resend(3))
      .thenRejected('STALE_VALUE');
    given(...events)
      .when(resend(2, { invitationId: 'i-1' }))
      .thenRejected('STALE_VALUE');
  });
  it('gives nobody what the sender lacks', () =>
    given(...base, invited('ian', 'REVIEWER', { permissions: ['seats.write'] }))
      .when(resend(2), user('adam'))
      .thenRejected('PERMISSION_NOT_GRANTABLE'));
  it('keeps the inviter', () => {
    const timeline = new Timeline(base);
    timeline.ask(invite('ian'), user('adam'));
    timeline.ask(resend(2));
    expect([...(timeline.state.invitationsSent.get('adam')?.entries() ?? [])]).to.deep.equal([
      ['ian', 'i-ian'],
    ]);
    expect(timeline.state.invitationsSent.has('olga')).to.equal(false);
  });
});

describe('an invitation that is over', () => {
  it('is followed by another where there is room for one, and by none for a member', () => {
    const copy: AccountCommand = { type: 'copyInvitationLink', userId: 'ian' };
    given(...base, invited('ian', 'REVIEWER'), invitationOver('InvitationRevoked', 'ian'))
      .when(copy)
      .thenRejected('INVITATION_ENDED', { field: 'userId', useInstead: 'inviteUser' });
    const { decision } = given(...base, added('ian', 'REVIEWER')).when(copy);
    expect(decision).to.include({ code: 'INVITATION_ENDED' }).and.not.to.have.property('useInstead');
  });
});

describe('copying a link', () => {
  it('is written down each time, with the generation that was shown', () =>
    given(...base, invited('ian', 'REVIEWER', { generation: 3 }))
      .when({ type: 'copyInvitationLink', userId: 'ian' })
      .then({
        type: 'InvitationLinkCopied',
        data: { userId: 'ian', membershipId: 'm-ian', invitationId: 'i-ian', generation: 3 },
      }));
  it('is refused once its time is up, and another link is the way', () =>
    given(...base, invited('ian', 'REVIEWER'), invitationOver('InvitationExpired', 'ian'))
      .when({ type: 'copyInvitationLink', userId: 'ian' })
      .thenRejected('INVITATION_EXPIRED', { useInstead: 'resendInvitation' }));
});

describe('an invitation whose key was destroyed', () => {
  const over = { field: 'userId', useInstead: 'revokeInvitation' };
  const copy = (destroyedInvitationId: string): AccountCommand => ({
    type: 'copyInvitationLink',
    userId: 'ian',
    destroyedInvitationId,
  });
  const expired = invitationOver('InvitationExpired', 'ian');

  it('gives no link, open or expired, and names the way to another invitation', () => {
    for (const so of [[], [expired]]) {
      const ian = given(...base, invited('ian', 'REVIEWER'), ...so);
      ian.when(copy('i-ian')).thenRejected('INVITATION_ENDED', over);
      ian.when(resend(2, { tokenHash: null })).thenRejected('INVITATION_ENDED', over);
    }
  });
  it('does not stand in the way of the one that followed it', () =>
    given(...base, invited('ian', 'REVIEWER'))
      .when(copy('i-earlier'))
      .then({
        type: 'InvitationLinkCopied',
        data: { userId: 'ian', membershipId: 'm-ian', invitationId: 'i-ian', generation: 1 },
      }));
});

describe('the invitations somebody has sent', () => {
  const sentBy = (timeline: Timeline, userId: string) => [
    ...(timeline.state.invitationsSent.get(userId)?.keys() ?? []),
  ];

  it('are known while they are open', () => {
    const endings: readonly [AccountCommand, Actor][] = [
      [accept, ian],
      [decline, ian],
      [{ type: 'revokeInvitation', userId: 'ian' }, user('olga')],
      [end('removeUser', 'ian'), user('olga')],
    ];
    for (const [command, by] of endings) {
      const timeline = new Timeline(base);
      timeline.ask(invite('ivo'), user('adam'));
      timeline.ask(invite('ian'), user('adam'));
      expect(sentBy(timeline, 'adam')).to.deep.equal(['ivo', 'ian']);
      timeline.ask(command, by);
      expect(sentBy(timeline, 'adam')).to.deep.equal(['ivo']);
    }
    const timeline = new Timeline(base);
    timeline.ask(invite('ian'), user('adam'));
    timeline.now += SEVEN_DAYS_MS;
    timeline.writeDue();
    expect(timeline.state.invitationsSent.size).to.equal(0);
    timeline.ask(resend(2));
    expect(sentBy(timeline, 'adam')).to.deep.equal(['ian']);
  });
  it('belong to a person: those of a machine or of Muster itself to nobody', () => {
    const timeline = new Timeline(base);
    timeline.ask(invite('ian'), service());
    timeline.ask(invite('ivo'), system);
    expect(timeline.state.invitationsSent.size).to.equal(0);
  });
});
