import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { offboardingFacts, previewToken } from '../../../src/domain/account/confirmation.js';
import { type ConfirmedOperation, presets } from '../../../src/domain/account/policy.js';
import { ACCOUNT } from '../../../src/domain/account/state.js';
import {
  about,
  added,
  addedAs,
  administrative,
  bare,
  confirmed,
  end,
  ended,
  given,
  invitationOver,
  invited,
  linked,
  managedBy,
  nameOf,
  opened,
  operator,
  START,
  STEP_MS,
  scheduler,
  service,
  unconfirmed,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const base = [
  opened(),
  linked,
  added('olga', 'OWNER'),
  added('otto', 'OWNER'),
  added('adam', 'ADMIN'),
  added('carl', 'CONTRIBUTOR'),
];
const revoked = (userId: string) => invitationOver('InvitationRevoked', userId);
const joining = { kind: 'STANDARD', permissions: [], groupIds: [] } as const;
const add = (userId: string, role: 'OWNER' | 'ADMIN' | 'CONTRIBUTOR' | 'REVIEWER'): AccountCommand => ({
  type: 'addUser',
  userId,
  membershipId: `new-${userId}`,
  role,
  ...joining,
});
const invite = (userId: string, role: 'OWNER' | 'ADMIN' | 'CONTRIBUTOR' | 'REVIEWER'): AccountCommand => ({
  type: 'inviteUser',
  userId,
  membershipId: `new-${userId}`,
  invitationId: `i-${userId}`,
  tokenHash: `hash-${userId}-1`,
  role,
  ...joining,
});

describe('somebody who wants more than he has', () => {
  describe('by bringing people in', () => {
    it('gives no role above his own, however he holds the right to invite', () => {
      const mona = added('mona', 'REVIEWER', ['users.invite']);
      for (const command of [add('ally', 'CONTRIBUTOR'), invite('ally', 'CONTRIBUTOR')])
        given(...base, mona)
          .when(command, user('mona'))
          .thenRejected('ROLE_NOT_GRANTABLE');
    });
    it('makes no owner out of a removed one, nor out of an expired invitation to be one', () => {
      for (const event of [ended('UserRemoved', 'otto', bare('OWNER'))])
        for (const command of [add('otto', 'OWNER'), invite('otto', 'OWNER')])
          given(...base, event)
            .when(command, user('adam'))
            .thenRejected('ROLE_NOT_GRANTABLE');
      const timeline = new Timeline([...base, invited('ivan', 'OWNER')]);
      timeline.now = START + 30 * 24 * 3_600_000;
      const resend = { invitationId: 'i-ivan', generation: 2, tokenHash: 'h' };
      expect(
        nameOf(timeline.ask({ type: 'resendInvitation', userId: 'ivan', ...resend }, user('adam'))),
      ).to.equal('ROLE_NOT_GRANTABLE');
    });
    it('does not come in twice, nor raise himself by an invitation of his own', () => {
      for (const command of [add('adam', 'ADMIN'), invite('adam', 'ADMIN')])
        given(...base)
          .when(command, user('adam'))
          .thenRejected('ALREADY_MEMBER');
    });
    it('does not come back from being frozen or deactivated by an invitation of a friend', () => {
      for (const event of [
        about('UserFrozen', 'carl'),
        ended('UserDeactivated', 'carl', bare('CONTRIBUTOR')),
      ])
        for (const command of [add('carl', 'ADMIN'), invite('carl', 'ADMIN')])
          given(...base, event)
            .when(command, user('adam'))
            .thenRejected('ALREADY_MEMBER');
    });
    it('does not come back by an invitation that was open when he was added, removed and asked in anew', () => {
      const first = { invitationId: 'i-ivan', generation: 1, tokenHash: 'hash-ivan-1' };
      const timeline = new Timeline([...base, invited('ivan', 'ADMIN')]);
      timeline.now += STEP_MS;
      timeline.ask(end('removeUser', 'ivan'));
      timeline.ask({ ...invite('ivan', 'REVIEWER'), invitationId: 'i-2' } as AccountCommand);
      expect(
        nameOf(timeline.ask({ type: 'acceptInvitation', userId: 'ivan', ...first }, user('ivan'))),
      ).to.equal('INVITATION_FOR_ANOTHER_ADDRESS');
      expect(timeline.state.memberships.get('ivan')).to.include({ status: 'INVITED', role: 'REVIEWER' });
    });
  });

  describe('by ordering for later', () => {
    const schedule = (userId: string, successorId: string | null = null): AccountCommand => ({
      type: 'scheduleEnd',
      scheduleId: 's',
      userId,
      operation: 'REMOVE',
      at: START + 3_600_000,
      successorId,
      confirmation: confirmed,
    });
    it('ends nobody who has risen above him, though an OWNER moved the time', () => {
      const timeline = new Timeline(base);
      timeline.ask(schedule('carl'), user('adam'));
      timeline.ask({ type: 'changeRole', userId: 'carl', role: 'OWNER', expectedRole: null });
      timeline.ask({ type: 'rescheduleEnd', userId: 'carl', at: START + 7_200_000 });
      timeline.now = START + 7_200_000;
      const run = timeline.ask({ type: 'runScheduledEnd', userId: 'carl', scheduleId: 's' }, scheduler);
      expect(run).to.have.nested.property('0.data.code', 'TARGET_OUTRANKS_ACTOR');
    });
    it('hands no duty over that he could not hand over now', () => {
      const mona = added('mona', 'CONTRIBUTOR', ['users.manage']);
      given(...base, mona, {
        type: 'ContactAssigned',
        data: { responsibility: administrative, userId: 'carl' },
      })
        .when(schedule('carl', 'mona'), user('mona'))
        .thenRejected('PERMISSION_DENIED', { permission: 'contacts.reassign' });
    });
    it('does not get out of what an OWNER ordered for him', () => {
      const timeline = new Timeline([
        opened('DOCUMENT360', { operationsOffered: ['REMOVE'] }),
        ...base.slice(1),
      ]);
      timeline.ask(schedule('adam'));
      for (const command of [
        { type: 'cancelScheduledEnd', userId: 'adam' },
        { type: 'rescheduleEnd', userId: 'adam', at: START + 9_000_000_000 },
      ] as const)
        expect(nameOf(timeline.ask(command, user('adam')))).to.equal('TARGET_OUTRANKS_ACTOR');
    });
  });

  describe('by coming from an operator account', () => {
    it('does not give back to himself what somebody took away, whatever right he has there', () => {
      const reactivate: AccountCommand = {
        type: 'reactivateUser',
        userId: 'adam',
        confirmation: confirmed,
      };
      const deactivated = [...base, ended('UserDeactivated', 'adam', bare('ADMIN'))];
      for (const undoesRevision of [null, deactivated.length - 1])
        given(...deactivated)
          .when({ ...reactivate, undoesRevision }, operator('OWNER', { userId: 'adam' }))
          .thenRejected('TARGET_OUTRANKS_ACTOR', { field: 'userId' });
      given(...deactivated)
        .when(reactivate, operator('OWNER', { userId: 'petra' }))
        .thenTypes('UserReactivated');
    });
    it('does not come back into an account whose others have ended his membership', () => {
      const asOperator = operator('OWNER', { userId: 'adam' });
      for (const history of [
        [ended('UserRemoved', 'adam', bare('ADMIN'))],
        [ended('UserDeleted', 'adam', bare('ADMIN'))],
        [ended('UserRemoved', 'adam', bare('ADMIN')), invited('adam', 'REVIEWER'), revoked('adam')],
      ])
        for (const command of [add('adam', 'REVIEWER'), invite('adam', 'REVIEWER')]) {
          given(...base, ...history)
            .when(command, asOperator)
            .thenRejected('TARGET_OUTRANKS_ACTOR', { field: 'person' });
          expect(
            nameOf(given(...base, ...history).when(command, operator('OWNER', { userId: 'petra' })).decision),
          ).to.match(/^User/);
        }
    });
    it('comes back from where he has gone himself, unless it was from having no access', () => {
      const asOperator = operator('OWNER', { userId: 'adam' });
      const leaving = () =>
        new Timeline([opened('DEFAULT', { selfRemoval: 'UNLESS_LAST_OWNER' }), ...base.slice(1)]);
      const left = leaving();
      expect(nameOf(left.ask(end('leaveAccount', 'adam'), user('adam')))).to.equal('UserLeft');
      expect(nameOf(left.ask(add('adam', 'ADMIN'), asOperator))).to.equal('UserRejoined');
      const declined = leaving();
      declined.ask(invite('ian', 'REVIEWER'));
      const link = { invitationId: 'i-ian', generation: 1, tokenHash: 'hash-ian-1' };
      expect(
        nameOf(declined.ask({ type: 'declineInvitation', userId: 'ian', ...link }, user('ian'))),
      ).to.equal('InvitationDeclined');
      expect(nameOf(declined.ask(add('ian', 'REVIEWER'), operator('OWNER', { userId: 'ian' })))).to.equal(
        'UserRejoined',
      );
      const wayOut = leaving();
      wayOut.ask(end('deactivateUser', 'adam'));
      expect(nameOf(wayOut.ask(end('removeUser', 'adam'), asOperator))).to.equal('UserRemoved');
      expect(wayOut.ask(add('adam', 'ADMIN'), asOperator)).to.include({ code: 'TARGET_OUTRANKS_ACTOR' });
    });
    it('does nothing to anybody above the rank he has there, himself included', () => {
      const self = operator('CONTRIBUTOR', { userId: 'adam', permissions: ['users.manage', 'users.edit'] });
      const inactive = ended('UserDeactivated', 'adam', bare('ADMIN'));
      for (const command of [
        { type: 'reactivateUser', userId: 'adam', confirmation: confirmed },
        { type: 'changeRole', userId: 'olga', role: 'REVIEWER', expectedRole: null },
        { type: 'freezeUser', userId: 'olga' },
        end('removeUser', 'olga'),
      ] as const)
        given(...base, inactive)
          .when(command, self)
          .thenRejected('TARGET_OUTRANKS_ACTOR');
    });
    it('acts by the higher of two rights, never by both together', () => {
      const both = operator('REVIEWER', { userId: 'carl', permissions: ['users.manage'] });
      given(...base, added('rita', 'REVIEWER'))
        .when(end('removeUser', 'rita'), both)
        .thenTypes('UserRemoved');
      given(...base, added('cora', 'CONTRIBUTOR'))
        .when(end('removeUser', 'cora'), both)
        .thenRejected('TARGET_OUTRANKS_ACTOR');
    });
    it('gets no operator’s permission in an account of customers', () => {
      for (const permission of [
        'accounts.operate',
        'accounts.create',
        'privacy.erase',
        'legalhold.write',
        'session.signal',
      ])
        for (const command of [
          { type: 'grantPermissions', userId: 'carl', permissions: [permission] },
          { ...add('ally', 'REVIEWER'), permissions: [permission] },
          { ...invite('ally', 'REVIEWER'), permissions: [permission] },
        ] as AccountCommand[])
          given(...base)
            .when(command, operator('OWNER', { permissions: [permission] }))
            .thenRejected('PERMISSION_NOT_GRANTABLE', { permission });
    });
  });

  describe('by a machine', () => {
    it('has the rank the machine has, over members that a directory owns as over others', () => {
      for (const managed of [[], [managedBy('entra', 'olga')]])
        for (const command of [
          end('removeUser', 'olga'),
          end('deactivateUser', 'olga'),
          { type: 'freezeUser', userId: 'olga' },
        ] as const)
          given(...base, ...managed)
            .when(command, service('ADMIN'))
            .thenRejected('TARGET_OUTRANKS_ACTOR');
    });
    it('puts nobody out of reach of those who may act on him', () =>
      given(...base)
        .when(
          { type: 'startDirectoryManagement', userId: 'olga', directory: 'mine' },
          service('REVIEWER', ['users.edit']),
        )
        .thenRejected('TARGET_OUTRANKS_ACTOR'));
    it('is no machine for being called one in an account of customers', () => {
      given(...base)
        .when({ ...add('ally', 'REVIEWER'), kind: 'SERVICE' } as AccountCommand)
        .thenRejected('INVALID_INPUT', { field: 'kind' });
      given(
        opened('DEFAULT', {}, 'OPERATOR'),
        added('olga', 'OWNER'),
        addedAs('SERVICE', 'robo', 'ADMIN'),
        added('carl', 'REVIEWER'),
        managedBy('entra', 'carl'),
      )
        .when(end('removeUser', 'carl'), user('robo'))
        .thenTypes('UserRemoved');
    });
  });

  describe('by an old confirmation', () => {
    const tokenFor = (timeline: Timeline, userId: string, operation: ConfirmedOperation) => {
      const account = timeline.state.account.get(ACCOUNT);
      const target = timeline.state.memberships.get(userId);
      if (account === undefined || target === undefined) throw new Error(`no ${userId}`);
      return previewToken(offboardingFacts(timeline.state, account, target, operation), (text) => text);
    };
    const remove = (token: string, userId = 'carl') =>
      end('removeUser', userId, { confirmation: { ...unconfirmed, previewToken: token } });

    it('does only what was shown, to the one it was shown of', () => {
      const timeline = new Timeline([...base, added('cora', 'CONTRIBUTOR')]);
      const token = tokenFor(timeline, 'carl', 'REMOVE');
      expect(nameOf(timeline.decide(remove(token, 'cora')))).to.equal('STALE_PREVIEW');
      expect(nameOf(timeline.decide(remove(tokenFor(timeline, 'carl', 'DEACTIVATE'))))).to.equal(
        'STALE_PREVIEW',
      );
      expect(nameOf(timeline.decide(remove(token)))).to.equal('UserRemoved');
    });
    const since: readonly [string, AccountCommand, by?: ReturnType<typeof user>][] = [
      ['the role', { type: 'changeRole', userId: 'carl', role: 'ADMIN', expectedRole: null }],
      ['a permission', { type: 'grantPermissions', userId: 'carl', permissions: ['app-store'] }],
      ['a duty', { type: 'assignContact', responsibility: administrative, userId: 'carl' }],
      ['the access', { type: 'freezeUser', userId: 'carl' }],
      ['an invitation the person sent', invite('ally', 'REVIEWER'), user('carl')],
      ['the directory', { type: 'startDirectoryManagement', userId: 'carl', directory: 'entra' }, service()],
      [
        'the policy',
        {
          type: 'changePolicy',
          preset: 'DEFAULT',
          policy: { ...presets.DEFAULT, bulkLimit: 7 },
          expectedPolicyVersion: null,
        },
      ],
    ];
    for (const [what, command, by = user('olga')] of since)
      it(`does nothing when ${what} has changed since`, () => {
        const timeline = new Timeline([...base.slice(0, 5), added('carl', 'CONTRIBUTOR', ['users.invite'])]);
        const token = tokenFor(timeline, 'carl', 'REMOVE');
        expect(timeline.ask(command, by)).to.have.lengthOf(1);
        const asked = nameOf(timeline.decide(remove(token), service('OWNER')));
        expect(asked).to.equal('STALE_PREVIEW');
        const anew = remove(tokenFor(timeline, 'carl', 'REMOVE'));
        expect(nameOf(timeline.decide(anew, service('OWNER')))).to.be.oneOf([
          'UserRemoved',
          'REASSIGNMENT_REQUIRED',
        ]);
      });
    it('still holds when something changed that it did not show', () => {
      const timeline = new Timeline(base);
      const token = tokenFor(timeline, 'carl', 'REMOVE');
      timeline.ask({ type: 'createGroup', groupId: 'g', name: 'G', parentId: null });
      timeline.ask(add('ally', 'REVIEWER'));
      expect(nameOf(timeline.ask(remove(token)))).to.equal('UserRemoved');
    });
  });
});
