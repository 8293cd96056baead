import { expect } from 'chai';
import fc from 'fast-check';
import { asOfNow, dueEvents } from '../../../src/domain/account/due.js';
import { type AccountEventType, accountEventTypes } from '../../../src/domain/account/events.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import { fromSnapshot, toSnapshot } from '../../../src/domain/account/snapshot.js';
import { type AccountState, initialAccountState } from '../../../src/domain/account/state.js';
import { isRejection, type Rejection, type RejectionCode } from '../../../src/domain/rejection.js';
import { activeOwners, problemsOf } from './problems-of.js';
import { policies } from './random-policies.js';
import { begin, type Move, type Step, steps } from './random-steps.js';
import { sortedSnapshot } from './sorted-snapshot.js';
import { Timeline } from './timeline.js';
import { Witness } from './witness.js';

/** Each time it is asked it means something new. */
const everyTime: ReadonlySet<string> = new Set([
  'notifyUser',
  'copyInvitationLink',
  'redeliverWebhookEvents',
]);

describe('every history the decider allows', () => {
  it('keeps the invariants, and counts what it holds', () =>
    fc.assert(
      fc.property(policies, steps(many), (policy, taken) => {
        const timeline = new Timeline(begin(policy));
        const { state } = timeline;
        const witness = new Witness();
        let hadOwner = false;
        for (const step of taken) {
          timeline.now = moved(timeline, step.moves);
          checkLook(timeline);
          const due = dueEvents(state, timeline.now);
          for (const { event, at } of due) witness.see(event, state, { by: null, at });
          timeline.writeDue();
          expect(dueEvents(state, timeline.now)).to.deep.equal([], 'nothing due is left behind');
          if (due.length > 0) expect(problemsOf(state)).to.deep.equal([]);

          const { command, actor } = step.ask(timeline);
          state.journal.open();
          const decision = timeline.decide(command, actor);
          expect(state.journal.mark()).to.equal(0, 'deciding changes nothing');
          state.journal.commit();
          if (isRejection(decision)) continue;
          const written = timeline.ask(command, actor, (event, soFar) =>
            witness.see(event, soFar, { by: actor, at: timeline.now }),
          );
          expect(written).to.deep.equal(decision);
          expect(problemsOf(state)).to.deep.equal([]);
          const owners = activeOwners(state);
          if (hadOwner)
            expect(owners).to.be.greaterThan(0, 'an account that has an owner never loses its last');
          hadOwner ||= owners > 0;

          const again = timeline.decide(command, actor);
          if (!isRejection(again) && !everyTime.has(command.type))
            expect(again).to.deep.equal([], `${command.type} run twice writes nothing the second time`);
        }
        expect(toSnapshot(folded(timeline))).to.deep.equal(toSnapshot(state), 'folding again gives the same');
        const stored = JSON.parse(JSON.stringify(toSnapshot(state)));
        const restored = fromSnapshot(stored);
        expect(toSnapshot(restored)).to.deep.equal(stored, 'a snapshot keeps everything');
        expect(problemsOf(restored)).to.deep.equal([]);
      }),
      { numRuns: 150 },
    ));

  it('reaches whatever can happen: the same histories each time', () => {
    const seen = new Set<AccountEventType | RejectionCode>();
    const sample = { seed: 2026, numRuns: 300 };
    for (const [policy, taken] of fc.sample(fc.tuple(policies, steps(many)), sample)) {
      const timeline = new Timeline(begin(policy));
      for (const { code } of take(timeline, taken)) seen.add(code);
      for (const { type } of timeline.events) seen.add(type);
    }
    const never = new Set<AccountEventType>([
      'AccountOpened',
      'OperatorLinked',
      'OperatorUnlinked',
      'GroupRenamed',
      'GroupRoleChanged',
      'MembershipPeriodCorrected',
      'ChangeSetImported',
      'WebhookDisabled',
    ]);
    expect(accountEventTypes.filter((type) => !never.has(type) && !seen.has(type))).to.deep.equal([]);
    const refusals: readonly RejectionCode[] = [
      'LAST_OWNER',
      'SEAT_LIMIT_EXCEEDED',
      'INVITATION_EXPIRED',
      'INVITATION_SUPERSEDED',
      'INVITATION_ENDED',
      'INVALID_SUCCESSOR',
      'REASSIGNMENT_REQUIRED',
      'MANAGED_EXTERNALLY',
      'TARGET_OUTRANKS_ACTOR',
      'ROLE_NOT_GRANTABLE',
      'PERMISSION_NOT_GRANTABLE',
      'ALREADY_SCHEDULED',
      'CONTACT_WOULD_BE_VACANT',
    ];
    expect(refusals.filter((code) => !seen.has(code))).to.deep.equal([]);
  });

  it('can be taken back to any point of a draft', () =>
    fc.assert(
      fc.property(policies, steps(some), steps(some), steps(some), (policy, first, second, third) => {
        const timeline = new Timeline(begin(policy));
        const { state } = timeline;
        take(timeline, first);
        const initially = sortedSnapshot(state);
        state.journal.open();
        take(timeline, second);
        const mark = state.journal.mark();
        const atMark = sortedSnapshot(state);
        take(timeline, third);
        state.journal.rollbackTo(mark);
        expect(sortedSnapshot(state)).to.deep.equal(atMark);
        expect(problemsOf(state)).to.deep.equal([]);
        state.journal.rollback();
        expect(sortedSnapshot(state)).to.deep.equal(initially);
        expect(problemsOf(state)).to.deep.equal([]);
      }),
      { numRuns: 100 },
    ));
});

/** Gives what was refused. */
const take = (timeline: Timeline, taken: readonly Step[]): readonly Rejection[] =>
  taken.flatMap(({ moves, ask }) => {
    timeline.now = moved(timeline, moves);
    const { command, actor } = ask(timeline);
    const decision = timeline.ask(command, actor);
    return isRejection(decision) ? [decision] : [];
  });

const some = { maxLength: 20 };
const many = { minLength: 30, maxLength: 80 };

const moved = ({ state, now }: Timeline, move: Move): number => {
  if (typeof move === 'number') return now + move;
  const next = Math.min(...[...state.deadlines.values()].flatMap((rows) => [...rows.values()]));
  return Number.isFinite(next) ? Math.max(now, move === 'TO_DEADLINE' ? next : next - 1) : now;
};

/** A look as of now sees nothing due any more, and leaves no trace. */
const checkLook = ({ state, now }: Timeline): void => {
  if (dueEvents(state, now).length === 0) return;
  const before = sortedSnapshot(state);
  asOfNow(state, now, () => {
    expect(dueEvents(state, now)).to.deep.equal([]);
    expect(problemsOf(state)).to.deep.equal([]);
  });
  expect(sortedSnapshot(state)).to.deep.equal(before);
};

const folded = ({ events }: Timeline): AccountState => {
  const state = initialAccountState();
  for (const event of events) evolve(state, event);
  return state;
};
