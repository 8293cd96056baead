import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { fromSnapshot, toSnapshot } from '../../../src/domain/account/snapshot.js';
import {
  added,
  bare,
  ended,
  given,
  invitationOver,
  invited,
  nameOf,
  opened,
  START,
  system,
} from './given.js';
import { Timeline } from './timeline.js';

const DAY_MS = 24 * 3_600_000;
const base: readonly AccountEvent[] = [opened(), added('olga', 'OWNER'), added('carl', 'CONTRIBUTOR')];

describe('the pace of invitations', () => {
  const resend = (generation: number): AccountCommand => ({
    type: 'resendInvitation',
    userId: 'ian',
    invitationId: 'i-ian',
    generation,
    tokenHash: 'h',
  });
  const invite: AccountCommand = {
    type: 'inviteUser',
    userId: 'ian',
    membershipId: 'm-2',
    invitationId: 'i-2',
    kind: 'STANDARD',
    role: 'REVIEWER',
    permissions: [],
    groupIds: [],
    tokenHash: 'h',
  };
  const asked = [...base, invited('ian', 'REVIEWER')];
  const sentAt = START + base.length * 60_000;

  it('is one a minute, counted from the last', () => {
    given(...asked)
      .when(resend(2), undefined, sentAt + 59_999)
      .thenRejected('TOO_SOON', { field: 'userId', availableAt: sentAt + 60_000 });
    const timeline = new Timeline(asked, sentAt);
    timeline.now += 60_000;
    expect(nameOf(timeline.ask(resend(2)))).to.equal('InvitationResent');
    timeline.now += 59_999;
    expect(timeline.ask(resend(3))).to.include({ code: 'TOO_SOON', availableAt: sentAt + 120_000 });
    timeline.now += 1;
    expect(nameOf(timeline.ask(resend(3)))).to.equal('InvitationResent');
  });
  it('is kept up when the person is asked in anew', () => {
    for (const over of [
      invitationOver('InvitationRevoked', 'ian'),
      invitationOver('InvitationDeclined', 'ian'),
      ended('UserDeleted', 'ian', bare('REVIEWER')),
    ]) {
      given(...asked, over)
        .when(invite, undefined, sentAt + 59_999)
        .thenRejected('TOO_SOON', { field: 'person', availableAt: sentAt + 60_000 });
      given(...asked, over)
        .when(invite, undefined, sentAt + 60_000)
        .thenTypes('UserInvited');
    }
  });
  it('holds up neither Muster itself nor an import', () => {
    for (const actor of [system, { kind: 'IMPORT', id: 'history' } as const])
      given(...asked)
        .when(resend(2), actor, sentAt)
        .thenTypes('InvitationResent');
  });
  it('stops before no right and no fact that would stop it later too', () => {
    given(...asked)
      .when({ ...resend(2), tokenHash: null } as AccountCommand, undefined, sentAt)
      .thenRejected('INVITATION_ENDED');
    given(...asked)
      .when(resend(7), undefined, sentAt)
      .thenRejected('STALE_VALUE');
  });
});

describe('the pace of messages', () => {
  const notify = (userId = 'carl'): AccountCommand => ({ type: 'notifyUser', userId, sealedMessage: 's' });
  /** Twenty messages to Carl, an hour apart. */
  const twenty = () => {
    const timeline = new Timeline(base);
    for (let i = 0; i < 20; i += 1) {
      expect(nameOf(timeline.ask(notify()))).to.equal('UserNotified');
      timeline.now += 3_600_000;
    }
    return timeline;
  };

  it('is twenty to one person within any day', () => {
    const timeline = twenty();
    expect(timeline.ask(notify())).to.include({ code: 'TOO_SOON', availableAt: START + DAY_MS });
    expect(nameOf(timeline.ask(notify('olga')))).to.equal('UserNotified');
    timeline.now = START + DAY_MS - 1;
    expect(nameOf(timeline.ask(notify()))).to.equal('TOO_SOON');
    timeline.now = START + DAY_MS;
    expect(nameOf(timeline.ask(notify()))).to.equal('UserNotified');
    expect(timeline.ask(notify())).to.include({ code: 'TOO_SOON', availableAt: START + DAY_MS + 3_600_000 });
  });
  it('is kept up for somebody who was removed and added again', () => {
    const timeline = twenty();
    timeline.write(ended('UserRemoved', 'carl', bare('CONTRIBUTOR')));
    timeline.write({ ...added('carl', 'CONTRIBUTOR'), type: 'UserRejoined' } as AccountEvent);
    expect(nameOf(timeline.ask(notify()))).to.equal('TOO_SOON');
  });
  it('holds up no system, and outlives a snapshot', () => {
    const { state } = twenty();
    const restored = fromSnapshot(JSON.parse(JSON.stringify(toSnapshot(state))));
    expect(restored.notices.get('carl')).to.have.lengthOf(20);
    expect(restored.memberships.get('carl')).to.deep.equal(state.memberships.get('carl'));
    expect(nameOf(twenty().ask(notify(), system))).to.equal('UserNotified');
  });
});
