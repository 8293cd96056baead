import fc from 'fast-check';
import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import {
  added,
  addedAs,
  group,
  inGroup,
  linked,
  opened,
  operator,
  scheduler,
  service,
  system,
  technicalOf,
  user,
} from './given.js';
import { ask, person, role } from './random-commands.js';
import { type GivenPolicy, usually } from './random-policies.js';
import type { Timeline } from './timeline.js';

/** What somebody tries at some moment. */
export interface Step {
  readonly moves: Move;
  readonly ask: (timeline: Timeline) => { readonly command: AccountCommand; readonly actor: Actor };
}

/** How the clock moves before the step: by so many ms, or up to (or just short of) the next thing that is due. */
export type Move = number | 'TO_DEADLINE' | 'SHORT_OF_DEADLINE';

/** Ann is an owner to begin with, so that what she asks is often done; cat, an admin, is often outranked. */
const anybody: fc.Arbitrary<Actor> = fc.oneof(
  { arbitrary: fc.constant(system), weight: 4 },
  { arbitrary: fc.constant(user('ann')), weight: 7 },
  { arbitrary: fc.constant(user('cat')), weight: 4 },
  { arbitrary: person.map(user), weight: 5 },
  { arbitrary: fc.tuple(role, person).map(([held, userId]) => operator(held, { userId })), weight: 3 },
  { arbitrary: role.map((held) => service(held, ['session.signal'])), weight: 2 },
);

/** Who alone may ask this, when it is not for people with a role. */
const theOneFor = (command: AccountCommand): Actor | null => {
  switch (command.type) {
    case 'acceptInvitation':
    case 'declineInvitation':
    case 'leaveAccount':
      return user(command.userId);
    case 'runScheduledEnd':
      return scheduler;
    case 'signalSessionEnded':
    case 'startDirectoryManagement':
    case 'endDirectoryManagement':
      return service('OWNER', ['session.signal']);
    default:
      return null;
  }
};

const moves: fc.Arbitrary<Move> = fc.oneof(
  { arbitrary: fc.constantFrom<Move>(0, 0, 1, 59_999, 3_600_000), weight: 8 },
  { arbitrary: fc.constantFrom<Move>('TO_DEADLINE', 'SHORT_OF_DEADLINE'), weight: 2 },
);

const step: fc.Arbitrary<Step> = fc
  .record({ moves, anybody, ask, isTheOne: usually })
  .map(({ moves, anybody, ask, isTheOne }) => ({
    moves,
    ask: (timeline: Timeline) => {
      const command = ask(timeline);
      return { command, actor: (isTheOne ? theOneFor(command) : null) ?? anybody };
    },
  }));

export const steps = (length: { minLength?: number; maxLength: number }): fc.Arbitrary<readonly Step[]> =>
  fc.array(step, { ...length, size: 'max' });

/** The account the steps find: somebody of each rank, groups, and an application with its contact. */
export const begin = ({ preset, policy }: GivenPolicy): readonly AccountEvent[] => [
  opened(preset, policy),
  linked,
  added('ann', 'OWNER'),
  added('ben', 'OWNER'),
  addedAs('SSO', 'cat', 'ADMIN'),
  addedAs('SSO', 'dan', 'CONTRIBUTOR'),
  group('g1'),
  group('g2'),
  inGroup('g1', 'dan', 'MAINTAINER'),
  { type: 'ApplicationRegistered', data: { applicationId: 'a1', name: 'one' } },
  { type: 'ContactAssigned', data: { responsibility: technicalOf('a1'), userId: 'dan' } },
];
