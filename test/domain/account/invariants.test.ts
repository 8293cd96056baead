import { expect } from 'chai';
import fc from 'fast-check';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { accountDecider } from '../../../src/domain/account/decide.js';
import { policyPresets, presets } from '../../../src/domain/account/policy.js';
import { responsibilityKey } from '../../../src/domain/account/responsibility.js';
import { roles } from '../../../src/domain/account/roles.js';
import { fromSnapshot, toSnapshot } from '../../../src/domain/account/snapshot.js';
import { ACCOUNT, type AccountState } from '../../../src/domain/account/state.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { administrative, fold, opened, stored, system, technical, technicalOf, user } from './given.js';

const people = ['ann', 'ben', 'cat', 'dan', 'eve'] as const;
const person = fc.constantFrom(...people);
const groupId = fc.constantFrom('g1', 'g2', 'g3');
const duty = fc.constantFrom(technical, administrative, technicalOf('a1'), technicalOf('a2'));
const confirmation = fc.record({
  confirmed: fc.boolean(),
  previewToken: fc.constant(null),
  phrase: fc.constantFrom('DELETE', null),
});
const successors = fc.record({
  forAll: fc.option(person),
  each: fc.array(fc.record({ responsibility: duty, userId: person }), { maxLength: 2 }),
});
const policies = fc.constantFrom(...policyPresets.map((preset) => ({ preset, policy: presets[preset] })));

const command: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constant('addUser' as const),
    userId: person,
    membershipId: fc.uuid(),
    kind: fc.constant('STANDARD' as const),
    role: fc.constantFrom(...roles),
    permissions: fc.subarray(['users.manage', 'app-store']),
    groupIds: fc.subarray(['g1', 'g2']),
  }),
  fc.record({
    type: fc.constantFrom(
      'removeUser' as const,
      'leaveAccount' as const,
      'deactivateUser' as const,
      'deleteUser' as const,
    ),
    userId: person,
    confirmation,
    successors,
  }),
  fc.record({ type: fc.constant('reactivateUser' as const), userId: person, confirmation }),
  fc.record({
    type: fc.constant('changeRole' as const),
    userId: person,
    role: fc.constantFrom(...roles),
    expectedRole: fc.constant(null),
  }),
  fc.record({
    type: fc.constant('createGroup' as const),
    groupId,
    name: fc.constantFrom('x', 'y', 'z'),
    parentId: fc.option(groupId),
  }),
  fc.record({ type: fc.constant('moveGroup' as const), groupId, parentId: fc.option(groupId) }),
  fc.record({ type: fc.constant('deleteGroup' as const), groupId }),
  fc.record({
    type: fc.constant('addGroupMember' as const),
    groupId,
    userId: person,
    role: fc.constantFrom('MEMBER' as const, 'MAINTAINER' as const),
  }),
  fc.record({ type: fc.constant('removeGroupMember' as const), groupId, userId: person }),
  fc.record({
    type: fc.constant('registerApplication' as const),
    applicationId: fc.constantFrom('a1', 'a2'),
    name: fc.constantFrom('one', 'two'),
    technicalContactUserId: fc.option(person),
  }),
  fc.record({ type: fc.constant('retireApplication' as const), applicationId: fc.constantFrom('a1', 'a2') }),
  fc.record({ type: fc.constant('assignContact' as const), responsibility: duty, userId: person }),
  fc.record({
    type: fc.constant('reassignContacts' as const),
    reassignments: fc.array(fc.record({ responsibility: duty, userId: person }), { maxLength: 3 }),
  }),
  policies.map((given) => ({ type: 'changePolicy' as const, ...given, expectedPolicyVersion: null })),
);

const step = fc.record({ command, actor: fc.oneof(fc.constant(system), person.map(user)) });

describe('every history the decider allows', () => {
  it('keeps the invariants, and counts what it holds', () =>
    fc.assert(
      fc.property(policies, fc.array(step, { maxLength: 80 }), ({ preset }, steps) => {
        const events = [opened(preset)];
        const state = fold(events);
        let hadOwner = false;
        for (const { command: asked, actor } of steps) {
          const before = JSON.stringify(toSnapshot(state));
          const decision = accountDecider.decide(state, asked, {
            actor,
            occurredAt: Date.parse('2026-02-01T00:00:00.000Z'),
            commandId: 'c',
            fingerprint: null,
            digest: (text) => text,
          });
          expect(JSON.stringify(toSnapshot(state))).to.equal(before, 'deciding changes nothing');
          if (isRejection(decision)) continue;
          for (const event of decision) {
            accountDecider.evolve(state, stored(event, events.length));
            events.push(event);
          }
          const again = accountDecider.decide(state, asked, {
            actor: system,
            occurredAt: Date.parse('2026-02-01T00:00:00.000Z'),
            commandId: 'c',
            fingerprint: null,
            digest: (text) => text,
          });
          if (!isRejection(again))
            expect(again, 'a command run twice writes nothing the second time').to.deep.equal([]);
          checkInvariants(state, hadOwner);
          hadOwner ||= activeOwners(state) > 0;
        }
        expect(toSnapshot(fold(events))).to.deep.equal(toSnapshot(state));
        expect(toSnapshot(fromSnapshot(JSON.parse(JSON.stringify(toSnapshot(state)))))).to.deep.equal(
          JSON.parse(JSON.stringify(toSnapshot(state))),
        );
      }),
      { numRuns: 300 },
    ));

  it('can be taken back to any point of a draft', () =>
    fc.assert(
      fc.property(policies, fc.array(step, { maxLength: 40 }), fc.nat(40), ({ preset }, steps, cut) => {
        const state = fold([opened(preset)]);
        state.journal.open();
        let mark = 0;
        let atMark = sortedSnapshot(state);
        const initially = atMark;
        for (const [index, { command: asked }] of steps.entries()) {
          if (index === cut) {
            mark = state.journal.mark();
            atMark = sortedSnapshot(state);
          }
          const decision = accountDecider.decide(state, asked, {
            actor: system,
            occurredAt: Date.parse('2026-02-01T00:00:00.000Z'),
            commandId: 'c',
            fingerprint: null,
            digest: (text) => text,
          });
          if (isRejection(decision)) continue;
          for (const event of decision) accountDecider.evolve(state, stored(event, index + 1));
        }
        state.journal.rollbackTo(mark);
        expect(sortedSnapshot(state)).to.deep.equal(atMark);
        state.journal.rollback();
        expect(sortedSnapshot(state)).to.deep.equal(initially);
      }),
      { numRuns: 300 },
    ));
});

const activeOwners = (state: AccountState): number =>
  [...state.memberships.values()].filter((row) => row.status === 'ACTIVE' && row.role === 'OWNER').length;

const checkInvariants = (state: AccountState, hadOwner: boolean): void => {
  const owners = activeOwners(state);
  expect(state.account.get(ACCOUNT)?.activeOwners).to.equal(owners, 'the count of active owners');
  if (hadOwner) expect(owners).to.be.greaterThan(0, 'an account that has an owner never loses its last');
  for (const [key, holder] of state.contacts.entries()) {
    const row = holder === null ? null : state.memberships.get(holder);
    if (row == null) continue;
    expect(row.status).to.be.oneOf(['ACTIVE', 'INACTIVE'], 'whoever holds a duty is a member');
    expect(row.duties).to.include(key);
  }
  for (const row of state.memberships.values()) {
    for (const key of row.duties) expect(state.contacts.get(key)).to.equal(row.userId);
    for (const id of row.groupIds) expect(state.groupMembers.get(id)?.has(row.userId)).to.equal(true);
  }
  for (const [id, group] of state.groups.entries()) {
    const children = [...state.groups.values()].filter((other) => other.parentId === id).length;
    expect(group.childCount).to.equal(children);
    for (const userId of state.groupMembers.get(id)?.keys() ?? [])
      expect(state.memberships.get(userId)?.groupIds).to.include(id);
  }
  for (const { applicationId } of state.applications.values()) {
    const key = responsibilityKey(technicalOf(applicationId));
    expect([...state.contacts.keys()]).to.include(key);
  }
};

/** Taking back may change the order of rows, which nothing rests on, but no row. */
const sortedSnapshot = (state: AccountState): unknown =>
  JSON.parse(JSON.stringify(toSnapshot(state)), (_, value) =>
    Array.isArray(value)
      ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value,
  );
