import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { added, end, invited, linked, nameOf, opened, unconfirmed, user } from './given.js';
import { Timeline } from './timeline.js';

const base = [opened(), linked, added('olga', 'OWNER'), added('adam', 'ADMIN'), added('rita', 'REVIEWER')];
const inBulk = { ...unconfirmed, isBulk: true };
const last = (timeline: Timeline) => timeline.events.length - 1;

/** Each operation that can be taken back, and what takes it back. */
const undoings: readonly [AccountCommand, (undoesRevision: number) => AccountCommand, string][] = [
  [
    end('deactivateUser', 'rita'),
    (undoesRevision) => ({ type: 'reactivateUser', userId: 'rita', confirmation: inBulk, undoesRevision }),
    'UserReactivated',
  ],
  [
    end('removeUser', 'rita'),
    (undoesRevision) => ({
      type: 'reinstateUser',
      userId: 'rita',
      parts: ['ROLE', 'PERMISSIONS', 'GROUPS', 'RESPONSIBILITIES'],
      role: null,
      groupIds: [],
      undoesRevision,
    }),
    'UserReinstated',
  ],
];

describe('taking a change of status back', () => {
  for (const [done, undo, type] of undoings) {
    it(`${done.type}: needs no further confirmation, being bound to what it takes back`, () => {
      const timeline = new Timeline(base);
      timeline.ask(done);
      expect(timeline.ask(undo(last(timeline)))).to.have.nested.property('0.type', type);
    });
    it(`${done.type}: is refused when the membership has changed since`, () => {
      const timeline = new Timeline(base);
      timeline.ask(done);
      const revision = last(timeline);
      timeline.ask(undo(revision));
      timeline.ask(done);
      expect(timeline.ask(undo(revision))).to.include({ code: 'STALE_VALUE', field: 'userId' });
    });
    it(`${done.type}: keeps to every right`, () => {
      const timeline = new Timeline(base);
      timeline.ask(done);
      expect(timeline.ask(undo(last(timeline)), user('eve'))).to.include({ code: 'NOT_FOUND' });
      timeline.write(added('carl', 'CONTRIBUTOR'));
      expect(timeline.decide(undo(last(timeline) - 1), user('carl'))).to.include({
        code: 'PERMISSION_DENIED',
      });
    });
  }
  it('reactivateUser: deactivates again, bound in the same way', () => {
    const timeline = new Timeline(base);
    timeline.ask(end('deactivateUser', 'rita'));
    timeline.ask({
      type: 'reactivateUser',
      userId: 'rita',
      confirmation: { ...unconfirmed, confirmed: true },
    });
    const undo = (undoesRevision: number) =>
      end('deactivateUser', 'rita', { confirmation: inBulk, undoesRevision });
    expect(timeline.decide(undo(last(timeline) - 1))).to.include({ code: 'STALE_VALUE' });
    expect(timeline.ask(undo(last(timeline)))).to.have.nested.property('0.type', 'UserDeactivated');
  });
  it('gives nobody access who had none before: frozen stays frozen, deactivated deactivated', () => {
    const frozen: AccountCommand = { type: 'freezeUser', userId: 'rita' };
    for (const before of [frozen, end('deactivateUser', 'rita')])
      for (const [done, undo] of undoings) {
        const timeline = new Timeline(base);
        timeline.ask(before);
        if (nameOf(timeline.ask(done)) === 'NOTHING') continue;
        expect(timeline.ask(undo(last(timeline)))).to.include({ code: 'UNDO_IMPOSSIBLE', field: 'userId' });
      }
  });
  it('brings back to what it was through a return, too: reinstated, removed again', () => {
    const timeline = new Timeline(base);
    timeline.ask(end('removeUser', 'rita'));
    timeline.ask({ type: 'reinstateUser', userId: 'rita', parts: [], role: null, groupIds: [] });
    const undo = end('removeUser', 'rita', { confirmation: inBulk, undoesRevision: last(timeline) });
    expect(timeline.ask(undo)).to.have.nested.property('0.type', 'UserRemoved');
  });
  it('makes no member of somebody who was only invited', () => {
    const timeline = new Timeline([...base, invited('ian', 'REVIEWER')]);
    timeline.ask(end('removeUser', 'ian'));
    const parts = ['ROLE'] as const;
    const undo = { type: 'reinstateUser', userId: 'ian', parts, role: null, groupIds: [] } as const;
    expect(nameOf(timeline.ask({ ...undo, undoesRevision: last(timeline) }))).to.equal('UNDO_IMPOSSIBLE');
  });
  it('changes nothing the second time', () => {
    for (const [done, undo] of undoings) {
      const timeline = new Timeline(base);
      timeline.ask(done);
      const revision = last(timeline);
      timeline.ask(undo(revision));
      expect(nameOf(timeline.ask(undo(revision))), done.type).to.equal('NOTHING');
    }
  });
});
