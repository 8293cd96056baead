import { expect } from 'chai';
import fc from 'fast-check';
import { type MemberAction, memberActions } from '../../../src/application/application.js';
import { actionOnOne, operationOnSome } from '../../../src/application/offboarding/available-actions.js';
import type { AccountCommand, BulkItemCommand } from '../../../src/domain/account/commands.js';
import { asOfNow } from '../../../src/domain/account/due.js';
import { type ConfirmedOperation, confirmedOperations } from '../../../src/domain/account/policy.js';
import { roles } from '../../../src/domain/account/roles.js';
import type { AccountState } from '../../../src/domain/account/state.js';
import { fold, momentAfter, user } from '../../domain/account/given.js';
import {
  type Asker,
  actorOf,
  askers,
  bystanders,
  eventsIn,
  type Member,
  memberCases,
  policyNames,
  type World,
} from './member-cases.js';
import { choicesOf, clientCommand, eventsWritten, successorChoices } from './real-run.js';

describe('available actions', function () {
  this.timeout(120_000);

  it('on one member are exactly those that would write something, in every case', () => {
    const wrong: string[] = [];
    const seen = new Map<string, number>();
    const kept = new Map<string, number>();
    for (const world of worldsOfOne()) {
      const { state, at } = stand(world);
      for (const { userId } of world.members)
        for (const { action, erased } of actionsOnErasedToo(world, userId)) {
          const answer = look({ state, at, erased }, world.asker, (from) =>
            actionOnOne(from, { action, userId }),
          );
          const chosen = choicesOf(action).filter((choice) =>
            wouldWrite({ state, at, erased }, world.asker, (successors) => [
              clientCommand(state, { action, userId, isBulk: false, ...choice }, successors),
            ]),
          );
          const expected = chosen.length > 0;
          const assignable = chosen.flatMap(({ role }) => role ?? []);
          expect(answer.assignableRoles).to.deep.equal(assignable);
          count(seen, `${action} ${answer.available}`);
          if (erased.size > 0 && answer.reasons[0]?.code === 'PERSON_ERASED') count(kept, action);
          if (answer.available !== expected || answer.available !== (answer.reasons.length === 0))
            wrong.push(`${action} ${describeWorld(world)}: ${JSON.stringify(answer)}`);
        }
    }
    expect(wrong.slice(0, 3)).to.deep.equal([]);
    // Each action was possible somewhere and impossible somewhere else.
    expect(seen.size).to.equal(2 * memberActions.length);
    expect([...kept.keys()]).to.have.members(triedOnErased.slice(0, 4));
  });

  it('on two members are exactly those that would write something', () => {
    const wrong: string[] = [];
    const seen = new Map<string, number>();
    for (const world of worldsOfTwo())
      for (const operation of confirmedOperations) {
        const { available, expected, answer } = bulk(world, operation);
        count(seen, `${operation} ${available}`);
        if (available !== expected)
          wrong.push(`${operation} ${describeWorld(world)}: ${JSON.stringify(answer)}`);
      }
    expect(wrong.slice(0, 3)).to.deep.equal([]);
    expect(seen.size).to.equal(2 * confirmedOperations.length);
  });

  it('on two or three of any members, for anybody, are exactly those that would write something', () => {
    const member = fc.record({
      is: fc.constantFrom(...memberCases),
      role: fc.constantFrom(...roles),
    });
    const world = fc.record({
      policy: fc.constantFrom(...policyNames),
      asker: fc.constantFrom(...askers),
      bystander: fc.constantFrom(...bystanders),
      members: fc
        .array(member, { minLength: 2, maxLength: 3 })
        .map((some) => some.map((one, index) => ({ ...one, userId: `u${index}` }))),
      isMeToo: fc.boolean(),
      areErased: fc.boolean(),
    });
    fc.assert(
      fc.property(
        world,
        fc.constantFrom(...confirmedOperations),
        ({ isMeToo, areErased, ...some }, operation) => {
          const me: Member = { userId: 'me', is: 'ACTIVE', role: 'OWNER' };
          const isThere = isMeToo && some.asker !== 'OPERATOR' && some.asker !== 'STRANGER';
          const { available, expected } = bulk(
            { ...some, members: isThere ? [me, ...some.members.slice(1)] : some.members },
            operation,
            areErased ? new Set(['u1']) : nobody,
          );
          expect(available).to.equal(expected);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

interface Standing {
  readonly state: AccountState;
  readonly at: number;
  readonly erased: ReadonlySet<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** Those an erasure stands against, and one that it does not. */
const triedOnErased: readonly MemberAction[] = [
  'REACTIVATE',
  'UNFREEZE',
  'REINSTATE',
  'RESEND_INVITATION',
  'DELETE',
];

const actionsOnErasedToo = ({ policy }: World, userId: string) => [
  ...memberActions.map((action) => ({ action, erased: nobody })),
  ...(policy === 'DEFAULT' ? triedOnErased : []).map((action) => ({ action, erased: new Set([userId]) })),
];

const stand = (world: World): Omit<Standing, 'erased'> => {
  const events = eventsIn(world);
  return { state: fold(events), at: momentAfter(events) };
};

const look = <T>(
  { state, at, erased }: Standing,
  asker: Asker,
  ask: (from: Parameters<typeof actionOnOne>[0]) => T,
): T => asOfNow(state, at, () => ask({ state, actor: actorOf(asker), occurredAt: at, erased }));

const bulk = (world: World, operation: ConfirmedOperation, erased = nobody) => {
  const { state, at } = stand(world);
  const userIds = world.members.map(({ userId }) => userId);
  const totalItems = userIds.length;
  const answer = look({ state, at, erased }, world.asker, (from) =>
    operationOnSome(from, operation, { userIds, totalItems }),
  );
  const expected = successorChoices(state).some((successors) => {
    const items = userIds.map(
      (userId) =>
        clientCommand(state, { action: operation, userId, isBulk: true }, successors) as BulkItemCommand,
    );
    const commands: readonly AccountCommand[] = [{ type: 'selectForBulk', items, totalItems }, ...items];
    return eventsWritten(state, commands, { actor: actorOf(world.asker), at, stopsAll: false, erased }) > 0;
  });
  return { available: answer.isTaken && answer.isChanging, expected, answer };
};

/** By one's own right, or with everything one holds; with the best of all successors. */
const wouldWrite = (
  { state, at, erased }: Standing,
  asker: Asker,
  commands: (successors: Parameters<typeof clientCommand>[2]) => readonly AccountCommand[],
): boolean =>
  successorChoices(state).some((successors) =>
    [user('me'), actorOf(asker)].some(
      (actor) => eventsWritten(state, commands(successors), { actor, at, stopsAll: true, erased }) > 0,
    ),
  );

function* worldsOfOne(): Generator<World> {
  for (const policy of policyNames)
    for (const asker of askers)
      for (const bystander of bystanders) {
        for (const is of memberCases)
          for (const role of roles) yield { policy, asker, bystander, members: [{ userId: 'u', is, role }] };
        if (asker !== 'OPERATOR' && asker !== 'STRANGER')
          yield { policy, asker, bystander, members: [{ userId: 'me', is: 'ACTIVE', role: 'OWNER' }] };
      }
}

function* worldsOfTwo(): Generator<World> {
  const rolePairs = [
    ['OWNER', 'REVIEWER'],
    ['ADMIN', 'OWNER'],
  ] as const;
  for (const policy of policyNames)
    for (const asker of ['OWNER', 'ADMIN', 'MANAGER'] as const)
      for (const one of memberCases)
        for (const two of memberCases)
          for (const [roleOfOne, roleOfTwo] of rolePairs)
            yield {
              policy,
              asker,
              bystander: 'NOBODY',
              members: [
                { userId: 'u1', is: one, role: roleOfOne },
                { userId: 'u2', is: two, role: roleOfTwo },
              ],
            };
}

const count = (seen: Map<string, number>, what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

const describeWorld = ({ policy, asker, bystander, members }: World): string =>
  `by ${asker} under ${policy} with ${bystander} on ${members.map(({ is, role }) => `${is} ${role}`).join(', ')}`;
