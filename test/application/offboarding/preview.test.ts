import { expect } from 'chai';
import fc from 'fast-check';
import type { OffboardingPreview } from '../../../src/application/application.js';
import { previewOf } from '../../../src/application/offboarding/preview.js';
import type { Successors } from '../../../src/domain/account/commands.js';
import { decide } from '../../../src/domain/account/decide.js';
import { asOfNow } from '../../../src/domain/account/due.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import { type ConfirmedOperation, confirmedOperations } from '../../../src/domain/account/policy.js';
import { roles } from '../../../src/domain/account/roles.js';
import { ACCOUNT, type AccountState } from '../../../src/domain/account/state.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { hashOf } from '../../../src/event-store/chain.js';
import {
  added,
  addedAs,
  administrative,
  fold,
  momentAfter,
  opened,
  seatPlan,
  stored,
  technical,
  technicalOf,
  user,
} from '../../domain/account/given.js';
import { actorOf, askers, bystanders, eventsIn, memberCases, policyNames } from './member-cases.js';
import { clientCommand, successorChoices } from './real-run.js';

const none: Successors = { forAll: null, each: [] };

describe('an offboarding preview', function () {
  this.timeout(60_000);

  describe('of any member, by anybody, under any policy', () => {
    const world = fc.record({
      policy: fc.constantFrom(...policyNames),
      asker: fc.constantFrom(...askers),
      bystander: fc.constantFrom(...bystanders),
      members: fc.tuple(
        fc.record({
          userId: fc.constant('u'),
          is: fc.constantFrom(...memberCases),
          role: fc.constantFrom(...roles),
        }),
      ),
    });
    const someone = fc.constantFrom('u', 'me', 'other', 'nobody');
    const successors = fc.record({
      forAll: fc.option(someone),
      each: fc.array(
        fc.record({ responsibility: fc.constantFrom(technical, technicalOf('app-u')), userId: someone }),
        {
          maxLength: 2,
        },
      ),
    });

    it('says that it can commit exactly when the command would write, and what there would be afterwards', () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(world, fc.constantFrom(...confirmedOperations), successors, (some, operation, named) => {
          const events = eventsIn(some);
          const state = fold(events);
          const at = momentAfter(events);
          const actor = actorOf(some.asker);
          const ask = (given: Successors) =>
            asOfNow(state, at, () =>
              previewOf(
                { state, actor, occurredAt: at, erased: new Set() },
                { actor: asRequested, accountId: 'acme', userId: 'u', operation, successors: given },
              ),
            );
          const preview = ask(named);
          const outcome = carryOut(state, { operation, named, actor, at, preview });
          if (isRejection(preview)) {
            expect(preview.code).to.be.oneOf(['NOT_FOUND', 'PERMISSION_DENIED']);
            expect(outcome).to.equal(null);
            return;
          }
          seen.add(`${operation} ${preview.canCommit}`);
          expect(preview.canCommit).to.equal(outcome !== null);
          if (outcome !== null) {
            expect(preview.missingSuccessors).to.deep.equal([]);
            expect(preview.seats?.inUseAfterwards).to.equal(outcome.seatsInUse);
            expect(preview.untilSessionEnd !== null).to.equal(outcome.lingers);
          }
          const canSomehow = successorChoices(state).some((given) => {
            const other = ask(given);
            return !isRejection(other) && other.canCommit;
          });
          expect(preview.blockers.length === 0).to.equal(canSomehow);
          for (const { rule, policyVersion } of preview.blockers)
            expect([rule?.code, policyVersion]).to.not.include(undefined);
        }),
        { numRuns: 3_000 },
      );
      expect(seen.size).to.equal(2 * confirmedOperations.length);
    });
  });

  const people = [added('olga', 'OWNER'), added('adam', 'ADMIN'), added('carl', 'CONTRIBUTOR')];
  const contact = [
    { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
    { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'carl' } },
  ] as const;

  it('names the duties that are still without a valid successor, and who could take them over', () => {
    const state = fold([opened('SUPEROFFICE'), ...people, ...contact]);
    const missing = (successors: Successors) => shown(state, 'REMOVE', 'carl', successors).missingSuccessors;
    expect(missing(none)).to.deep.equal([technical, administrative]);
    expect(missing({ forAll: null, each: [{ responsibility: technical, userId: 'adam' }] })).to.deep.equal([
      administrative,
    ]);
    expect(missing({ forAll: 'carl', each: [] })).to.deep.equal([technical, administrative]);
    expect(missing({ forAll: 'nobody', each: [] })).to.deep.equal([technical, administrative]);
    expect(missing({ forAll: 'olga', each: [] })).to.deep.equal([]);
    expect(shown(state, 'REMOVE', 'carl')).to.deep.include({
      reassignmentRequired: true,
      canCommit: false,
      blockers: [],
      eligibleSuccessors: { userIds: ['olga', 'adam'], totalCount: 2 },
    });
  });

  it('shows the first hundred who could take over, and counts them all', () => {
    const many = Array.from({ length: 150 }, (_, index) => added(`u${index}`, 'REVIEWER'));
    const { userIds, totalCount } = shown(
      fold([opened(), ...people, ...many]),
      'REMOVE',
      'carl',
    ).eligibleSuccessors;
    expect(userIds.slice(0, 3)).to.deep.equal(['olga', 'adam', 'u0']);
    expect([userIds.length, totalCount]).to.deep.equal([100, 152]);
  });

  it('lists everything that stands in the way, not only the first', () => {
    const lonely = fold([opened('DEFAULT', { operationsOffered: ['REMOVE'] }), added('olga', 'OWNER')]);
    const codes = shown(lonely, 'DELETE', 'olga').blockers.map(({ code }) => code);
    expect(codes).to.deep.equal(['OPERATION_NOT_OFFERED', 'SELF_REMOVAL_FORBIDDEN', 'LAST_OWNER']);
  });

  it('says that it is so already', () => {
    const gone = fold([
      opened(),
      ...people,
      { type: 'UserFrozen', data: { userId: 'carl', membershipId: 'm-carl' } },
    ]);
    expect(shown(gone, 'REACTIVATE', 'carl').blockers.map(({ code }) => code)).to.deep.equal([
      'MEMBERSHIP_FROZEN',
    ]);
    expect(
      shown(fold([opened(), ...people]), 'REACTIVATE', 'carl').blockers.map(({ code }) => code),
    ).to.deep.equal(['ALREADY_DONE']);
  });

  it('names the gentler way before a deletion, where there is one (D3-31)', () => {
    const state = fold([opened('DOCUMENT360'), ...people]);
    expect(shown(state, 'DELETE', 'carl')).to.include({ irreversible: true, alternative: 'DEACTIVATE' });
    expect(shown(state, 'DEACTIVATE', 'carl')).to.include({ irreversible: false, alternative: null });
    const only = fold([opened('DEFAULT', { operationsOffered: ['DELETE'] }), ...people]);
    expect(shown(only, 'DELETE', 'carl').alternative).to.equal(null);
  });

  it('says until when access would last (D3-23)', () => {
    const sso = (maximum: number | null) =>
      fold([
        opened('DOCUMENT360', { ssoCutoffMaximumSeconds: maximum }),
        ...people,
        addedAs('SSO', 'sara', 'REVIEWER'),
      ]);
    expect(shown(sso(null), 'DEACTIVATE', 'sara').untilSessionEnd).to.deep.equal({ latest: null });
    expect(shown(sso(60), 'DEACTIVATE', 'sara').untilSessionEnd).to.deep.equal({ latest: NOW + 60_000 });
    expect(shown(sso(60), 'DELETE', 'sara').untilSessionEnd).to.equal(null);
    expect(shown(sso(60), 'DEACTIVATE', 'carl').untilSessionEnd).to.equal(null);
  });

  it('counts the seats before and after (D3-5)', () => {
    const state = fold([opened('DOCUMENT360'), ...people, seatPlan(5, 1)]);
    expect(shown(state, 'DEACTIVATE', 'carl').seats).to.deep.equal({
      limit: 6,
      inUse: 3,
      inUseAfterwards: 2,
    });
  });
});

const NOW = Date.parse('2026-02-01T00:00:00.000Z');
const asRequested = { kind: 'USER', userId: 'me' } as const;

const shown = (
  state: AccountState,
  operation: ConfirmedOperation,
  userId: string,
  successors: Successors = none,
): OffboardingPreview => {
  const request = { actor: asRequested, accountId: 'acme', userId, operation, successors };
  const preview = asOfNow(state, NOW, () =>
    previewOf({ state, actor: user('olga'), occurredAt: NOW, erased: new Set() }, request),
  );
  if (isRejection(preview)) throw new Error(preview.message);
  return preview;
};

/** The command with the token shown, confirmed, with the right word; null when nothing would be written. */
const carryOut = (
  state: AccountState,
  asked: {
    operation: ConfirmedOperation;
    named: Successors;
    actor: ReturnType<typeof actorOf>;
    at: number;
    preview: ReturnType<typeof previewOf>;
  },
): { seatsInUse: number; lingers: boolean } | null => {
  const { operation, named, actor, at, preview } = asked;
  const command = clientCommand(state, { action: operation, userId: 'u', isBulk: false }, named);
  if (command.type !== 'reactivateUser' && !('successors' in command)) throw new Error(command.type);
  const previewToken = isRejection(preview) ? null : preview.token;
  const sent = { ...command, confirmation: { confirmed: true, previewToken, phrase: operation } };
  for (const as of [user('me'), actor]) {
    const decision = decide(state, sent, {
      actor: as,
      occurredAt: at,
      commandId: 'c',
      fingerprint: null,
      digest: hashOf,
    });
    if (isRejection(decision) || decision.length === 0) continue;
    state.journal.open();
    for (const event of decision) evolve(state, stored(event, 10_000, { at }));
    const seatsInUse = state.account.get(ACCOUNT)?.seatsInUse ?? Number.NaN;
    const lingers = state.memberships.get('u')?.untilSessionEnd != null;
    state.journal.rollback();
    return { seatsInUse, lingers };
  }
  return null;
};
