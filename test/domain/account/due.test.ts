import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { asOfNow, dueEvents } from '../../../src/domain/account/due.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { fromSnapshot, toSnapshot } from '../../../src/domain/account/snapshot.js';
import { ACCOUNT } from '../../../src/domain/account/state.js';
import {
  added,
  addedAs,
  bare,
  confirmed,
  EXPIRY,
  end,
  ended,
  fold,
  invited,
  opened,
  START,
  STEP_MS,
  user,
} from './given.js';
import { sortedSnapshot } from './sorted-snapshot.js';
import { Timeline } from './timeline.js';

const HOUR_MS = 3_600_000;
const expiring = (userId: string, at: number): AccountEvent =>
  invited(userId, 'REVIEWER', { expiresAt: new Date(at).toISOString() });
const lingering = (userId: string, latest: number | null): readonly AccountEvent[] => {
  const event = ended('UserDeactivated', userId, bare('REVIEWER', { kind: 'SSO' }));
  const untilSessionEnd = { latest: latest === null ? null : new Date(latest).toISOString() };
  return [
    addedAs('SSO', userId, 'REVIEWER'),
    { ...event, data: { ...event.data, untilSessionEnd } } as AccountEvent,
  ];
};
const base = [opened(), added('olga', 'OWNER')];

describe('what time alone brings', () => {
  it('comes at the very millisecond, not before', () => {
    const state = fold([...base, expiring('ian', EXPIRY), ...lingering('sam', EXPIRY)]);
    expect(dueEvents(state, EXPIRY - 1)).to.deep.equal([]);
    expect(dueEvents(state, EXPIRY)).to.deep.equal([
      {
        at: EXPIRY,
        event: {
          type: 'InvitationExpired',
          data: { userId: 'ian', membershipId: 'm-ian', invitationId: 'i-ian' },
        },
      },
      {
        at: EXPIRY,
        event: {
          type: 'SessionAccessEnded',
          data: { userId: 'sam', membershipId: 'm-sam', cause: 'MAXIMUM_REACHED' },
        },
      },
    ]);
  });
  it('comes in the order of time, and of ids at one time, whatever order it was written in', () => {
    const at = [3 * HOUR_MS, 5, HOUR_MS, HOUR_MS - 1, 2 * HOUR_MS, HOUR_MS].map((ms) => EXPIRY + ms);
    const people = ['f', 'e', 'd', 'c', 'b', 'a'];
    const state = fold([...base, ...people.map((userId, i) => expiring(userId, at[i] ?? 0))]);
    const due = dueEvents(state, EXPIRY + 3 * HOUR_MS);
    expect(due.map(({ event }) => (event.data as { userId: string }).userId)).to.deep.equal([
      'e',
      'c',
      'a',
      'd',
      'b',
      'f',
    ]);
    expect(due.map(({ at: when }) => when - EXPIRY)).to.deep.equal([
      5,
      HOUR_MS - 1,
      HOUR_MS,
      HOUR_MS,
      2 * HOUR_MS,
      3 * HOUR_MS,
    ]);
  });
  it('leaves nothing behind, and comes once', () => {
    const timeline = new Timeline([
      ...base,
      expiring('ian', EXPIRY),
      expiring('ivo', EXPIRY + 1),
      ...lingering('sam', EXPIRY),
    ]);
    timeline.now = EXPIRY;
    expect(timeline.writeDue()).to.have.lengthOf(2);
    expect(timeline.writeDue()).to.deep.equal([]);
    timeline.now += 1;
    expect(timeline.writeDue()).to.have.lengthOf(1);
    expect(timeline.state.deadlines.size).to.equal(0);
    expect(timeline.state.account.get(ACCOUNT)).to.include({ pendingInvitations: 0 });
  });
  it('is written as of when it took effect, before what a command brings', () => {
    const timeline = new Timeline([...base, expiring('ian', EXPIRY)]);
    timeline.now = EXPIRY + 5 * HOUR_MS;
    timeline.ask({ type: 'createGroup', groupId: 'g', name: 'G', parentId: null });
    expect(
      timeline.events.slice(-2).map(({ type, occurredAt }) => [type, Date.parse(occurredAt) - EXPIRY]),
    ).to.deep.equal([
      ['InvitationExpired', 0],
      ['GroupCreated', 5 * HOUR_MS],
    ]);
  });
  it('is nothing for those whose session has no latest end, and for those who have answered', () => {
    const timeline = new Timeline([
      ...base,
      expiring('ian', EXPIRY),
      expiring('ivo', EXPIRY),
      ...lingering('sam', null),
    ]);
    const answer = { invitationId: 'i-ian', generation: 1, tokenHash: 'hash-ian-1' };
    timeline.ask({ type: 'acceptInvitation', userId: 'ian', ...answer }, user('ian'));
    timeline.ask({ type: 'revokeInvitation', userId: 'ivo' });
    timeline.now = EXPIRY + 1000 * HOUR_MS;
    expect(timeline.writeDue()).to.deep.equal([]);
  });
  it('reaches back before 1970 and far ahead without losing an hour', () => {
    const state = fold([...base, expiring('old', -5), expiring('far', 8_640_000_000_000_000)]);
    expect(dueEvents(state, START)).to.have.lengthOf(1);
    expect(dueEvents(state, 8_640_000_000_000_000)).to.have.lengthOf(2);
  });
  it('is known after a snapshot as before', () => {
    const state = fold([...base, expiring('ian', EXPIRY), ...lingering('sam', EXPIRY + 1)]);
    const again = fromSnapshot(JSON.parse(JSON.stringify(toSnapshot(state))));
    for (const now of [EXPIRY - 1, EXPIRY, EXPIRY + 1])
      expect(dueEvents(again, now)).to.deep.equal(dueEvents(state, now));
  });
});

describe('a look at the state as of now', () => {
  const events = [...base, expiring('ian', EXPIRY), ...lingering('sam', EXPIRY)];

  it('sees everything due as happened', () => {
    const state = fold(events);
    const seen = asOfNow(state, EXPIRY, () => ({
      ian: state.memberships.get('ian')?.status,
      sam: state.memberships.get('sam')?.untilSessionEnd,
      account: state.account.get(ACCOUNT),
      deadlines: state.deadlines.size,
    }));
    expect(seen).to.deep.include({ ian: 'INVITATION_EXPIRED', sam: null, deadlines: 0 });
    expect(seen.account).to.include({ pendingInvitations: 0 });
  });
  it('leaves the state as it was, also when the look fails', () => {
    const state = fold(events);
    const before = sortedSnapshot(state);
    asOfNow(state, EXPIRY, () => null);
    expect(sortedSnapshot(state)).to.deep.equal(before);
    expect(() =>
      asOfNow(state, EXPIRY, () => {
        throw new Error('look away');
      }),
    ).to.throw('look away');
    expect(sortedSnapshot(state)).to.deep.equal(before);
    expect(state.journal.isOpen).to.equal(false);
    expect(dueEvents(state, EXPIRY)).to.have.lengthOf(2);
  });
  it('sees the present state when nothing is due', () => {
    const state = fold(events);
    expect(asOfNow(state, EXPIRY - 1, () => state.memberships.get('ian')?.status)).to.equal('INVITED');
  });
});

describe('a draft that is taken back', () => {
  const events = [...base, expiring('ian', EXPIRY), ...lingering('sam', EXPIRY + HOUR_MS)];
  const commands: readonly AccountCommand[] = [
    { type: 'resendInvitation', userId: 'ian', invitationId: 'i-ian', generation: 2, tokenHash: 'h' },
    { type: 'revokeInvitation', userId: 'ian' },
    end('removeUser', 'ian'),
    { type: 'reactivateUser', userId: 'sam', confirmation: confirmed },
    { type: 'terminateSession', userId: 'sam' },
    end('removeUser', 'sam'),
    {
      type: 'inviteUser',
      userId: 'nora',
      membershipId: 'm-nora',
      invitationId: 'i-nora',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
      tokenHash: 'h',
    },
  ];
  for (const command of commands)
    it(`leaves deadlines, invitations sent and counts as before ${command.type} of ${'userId' in command ? command.userId : ''}`, () => {
      const timeline = new Timeline(events);
      timeline.now += STEP_MS;
      const { state } = timeline;
      const before = sortedSnapshot(state);
      state.journal.open();
      expect(timeline.ask(command)).to.have.lengthOf(1);
      expect(sortedSnapshot(state)).not.to.deep.equal(before);
      state.journal.rollback();
      expect(sortedSnapshot(state)).to.deep.equal(before);
      expect(dueEvents(state, EXPIRY + HOUR_MS)).to.have.lengthOf(2);
    });
});
