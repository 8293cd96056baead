import fc from 'fast-check';
import {
  type AccountCommand,
  type ConfirmationGiven,
  snapshotParts,
} from '../../../src/domain/account/commands.js';
import { endingOperations } from '../../../src/domain/account/policy.js';
import { memberKinds, roles } from '../../../src/domain/account/roles.js';
import {
  type AccountState,
  isLive,
  type Membership,
  type MembershipStatus,
} from '../../../src/domain/account/state.js';
import { administrative, technical, technicalOf } from './given.js';
import { policies, usually } from './random-policies.js';
import type { Timeline } from './timeline.js';

/** A command made at its moment: what it says of invitations and schedules mostly fits what is there then. */
export type Ask = (timeline: Timeline) => AccountCommand;

const people = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'] as const;
export const person = fc.constantFrom(...people);
export const role = fc.constantFrom(...roles);
const kind = fc.constantFrom(
  'STANDARD' as const,
  'STANDARD' as const,
  'SSO' as const,
  'SSO' as const,
  ...memberKinds,
);
const groupId = fc.constantFrom('g1', 'g2', 'g3');
const groupIds = fc.subarray(['g1', 'g2']);
const permissions = fc.subarray(['users.manage', 'users.invite', 'seats.write', 'app-store']);
const applicationId = fc.constantFrom('a1', 'a2');
const duty = fc.constantFrom(technical, administrative, technicalOf('a1'), technicalOf('a2'));
const confirmation: fc.Arbitrary<ConfirmationGiven> = fc.record({
  confirmed: usually,
  previewToken: fc.constant(null),
  phrase: fc.constantFrom('DELETE', 'DEACTIVATE', null),
  isBulk: fc.boolean(),
});
const successors = fc.record({
  forAll: fc.option(person, { freq: 3 }),
  each: fc.array(fc.record({ responsibility: duty, userId: person }), { maxLength: 1 }),
});

const groupsAndContacts: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constant('createGroup' as const),
    groupId,
    name: fc.constantFrom('x', 'y', 'z'),
    parentId: fc.option(groupId),
  }),
  fc.record({
    type: fc.constant('moveGroup' as const),
    groupId,
    parentId: fc.option(fc.constant('g1'), { freq: 2 }),
  }),
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
    applicationId,
    name: fc.constantFrom('one', 'two'),
    technicalContactUserId: fc.option(person),
  }),
  fc.record({ type: fc.constant('retireApplication' as const), applicationId }),
  fc.record({ type: fc.constant('assignContact' as const), responsibility: duty, userId: person }),
  fc.record({
    type: fc.constant('reassignContacts' as const),
    reassignments: fc.array(fc.record({ responsibility: duty, userId: person }), { maxLength: 3 }),
  }),
);

const webhooks: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constant('registerWebhook' as const),
    webhookId: fc.constant('w1'),
    address: fc.constant({ host: 'hooks.example.test', sealedUrl: 'sealed', urlIndex: 'index' }),
    types: fc.constant([]),
  }),
  fc.record({
    type: fc.constant('changeWebhook' as const),
    webhookId: fc.constant('w1'),
    address: fc.constant(null),
    types: fc.constant(null),
    isEnabled: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('rotateWebhookSecret' as const),
    webhookId: fc.constant('w1'),
    generation: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ type: fc.constant('pingWebhook' as const), webhookId: fc.constant('w1') }),
  fc.record({
    type: fc.constant('redeliverWebhookEvents' as const),
    webhookId: fc.constant('w1'),
    eventIds: fc.constant(['e1']),
    named: fc.constant(null),
  }),
  fc.record({ type: fc.constant('removeWebhook' as const), webhookId: fc.constant('w1') }),
);

const rules: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constant('changeSeatPlan' as const),
    planSeats: fc.option(fc.integer({ min: 3, max: 7 }), { freq: 6 }),
    addOnSeats: fc.nat(1),
  }),
  policies.map((given) => ({ type: 'changePolicy' as const, ...given, expectedPolicyVersion: null })),
);

const onMembers: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constantFrom('freezeUser' as const, 'unfreezeUser' as const, 'terminateSession' as const),
    userId: person,
  }),
  fc.record({
    type: fc.constant('changeRole' as const),
    userId: person,
    role,
    expectedRole: fc.constant(null),
  }),
  fc.record({
    type: fc.constantFrom('grantPermissions' as const, 'revokePermissions' as const),
    userId: person,
    permissions,
  }),
);

/** Somebody whom it fits, when there is one; else anybody. */
const aimed = (
  fits: (row: Membership | undefined) => boolean,
): fc.Arbitrary<(timeline: Timeline) => string> =>
  fc
    .record({ anybody: person, which: fc.nat(99), isAimed: usually })
    .map(({ anybody, which, isAimed }) => ({ state }) => {
      const fitting = isAimed ? people.filter((userId) => fits(state.memberships.get(userId))) : [];
      return fitting[which % fitting.length] ?? anybody;
    });
const whoIs = (...statuses: readonly MembershipStatus[]) =>
  aimed((row) => row !== undefined && statuses.includes(row.status));
const outside = aimed((row) => row === undefined || (!isLive(row) && row.status !== 'INVITED'));
const asked = whoIs('INVITED', 'INVITATION_EXPIRED');
const scheduledFor = aimed((row) => row != null && row.scheduledEnd !== null);

/** Now and then of somebody who is out already. */
const ending = fc
  .record({
    type: fc.constantFrom(
      'removeUser' as const,
      'leaveAccount' as const,
      'deactivateUser' as const,
      'deactivateUser' as const,
      'deleteUser' as const,
    ),
    who: fc.oneof(
      { arbitrary: whoIs('ACTIVE'), weight: 3 },
      { arbitrary: whoIs('REMOVED', 'DELETED'), weight: 1 },
    ),
    confirmation,
    successors,
  })
  .map(
    ({ who, ...what }): Ask =>
      (timeline) => ({ userId: who(timeline), ...what }),
  );
const backAgain = fc.oneof(
  fc.record({ who: whoIs('FROZEN') }).map(
    ({ who }): Ask =>
      (timeline) => ({ type: 'unfreezeUser', userId: who(timeline) }),
  ),
  fc.record({ who: whoIs('INACTIVE'), confirmation }).map(
    ({ who, confirmation }): Ask =>
      (timeline) => ({ type: 'reactivateUser', userId: who(timeline), confirmation }),
  ),
  fc
    .record({
      who: whoIs('REMOVED'),
      parts: fc.subarray([...snapshotParts]),
      role: fc.option(role),
      groupIds,
    })
    .map(
      ({ who, ...what }): Ask =>
        (timeline) => ({ type: 'reinstateUser', userId: who(timeline), ...what }),
    ),
);
const byMachines = fc.oneof(
  fc.record({ who: aimed((row) => row?.directory == null), directory: fc.constantFrom('entra', 'okta') }).map(
    ({ who, directory }): Ask =>
      (timeline) => ({ type: 'startDirectoryManagement', userId: who(timeline), directory }),
  ),
  aimed((row) => row?.directory != null).map(
    (who): Ask =>
      (timeline) => ({ type: 'endDirectoryManagement', userId: who(timeline) }),
  ),
  person.map(
    (userId): Ask =>
      () => ({ type: 'notifyUser', userId, sealedMessage: 'sealed' }),
  ),
);
const endingSessions = fc
  .record({
    who: aimed((row) => row != null && row.untilSessionEnd !== null),
    type: fc.constantFrom('terminateSession' as const, 'signalSessionEnded' as const),
  })
  .map(
    ({ who, type }): Ask =>
      (timeline) => ({ type, userId: who(timeline) }),
  );
const onInvitations = fc
  .record({
    who: asked,
    type: fc.constantFrom('revokeInvitation' as const, 'copyInvitationLink' as const),
  })
  .map(
    ({ who, type }): Ask =>
      (timeline) => ({ type, userId: who(timeline) }),
  );

const joining = fc.record({ kind, role, permissions, groupIds });

/** Ids nobody has had before, like those a server makes. */
const fresh = ({ events }: Timeline): string => String(events.length);

const adding = fc.record({ who: outside, what: joining }).map(
  ({ who, what }): Ask =>
    (timeline) => ({ type: 'addUser', userId: who(timeline), membershipId: `m${fresh(timeline)}`, ...what }),
);
const inviting = fc.record({ who: outside, what: joining }).map(
  ({ who, what }): Ask =>
    (timeline) => {
      const invitationId = `i${fresh(timeline)}`;
      const ids = { membershipId: `m${fresh(timeline)}`, invitationId, tokenHash: `${invitationId}#1` };
      return { type: 'inviteUser', userId: who(timeline), ...ids, ...what };
    },
);

/** Generations from the newest link of a person's invitation on. */
const linkOf = (state: AccountState, userId: string, generations: number) => {
  const invitation = state.memberships.get(userId)?.invitation;
  const invitationId = invitation?.invitationId ?? 'i0';
  const generation = (invitation?.generation ?? 0) + generations;
  return { userId, invitationId, generation, tokenHash: `${invitationId}#${generation}` };
};
const answering = fc.record({ isAccepted: fc.nat(3), who: asked, isNewest: usually }).map(
  ({ isAccepted, who, isNewest }): Ask =>
    (timeline) => ({
      type: isAccepted > 0 ? 'acceptInvitation' : 'declineInvitation',
      ...linkOf(timeline.state, who(timeline), isNewest ? 0 : -1),
    }),
);
const resending = fc.record({ who: asked, isNext: usually }).map(
  ({ who, isNext }): Ask =>
    (timeline) => ({
      type: 'resendInvitation',
      ...linkOf(timeline.state, who(timeline), isNext ? 1 : 0),
    }),
);

const inMs = fc.constantFrom(1, 60_000, 3_600_000);
const scheduling = fc
  .record({
    userId: person,
    operation: fc.constantFrom(...endingOperations),
    inMs,
    successorId: fc.option(person, { freq: 2 }),
    confirmation,
  })
  .map(
    ({ inMs, ...what }): Ask =>
      (timeline) => ({
        type: 'scheduleEnd',
        scheduleId: `s${fresh(timeline)}`,
        at: timeline.now + inMs,
        ...what,
      }),
  );
const rescheduling = fc.record({ who: scheduledFor, inMs }).map(
  ({ who, inMs }): Ask =>
    (timeline) => ({ type: 'rescheduleEnd', userId: who(timeline), at: timeline.now + inMs }),
);
const cancelling = scheduledFor.map(
  (who): Ask =>
    (timeline) => ({ type: 'cancelScheduledEnd', userId: who(timeline) }),
);
const running = scheduledFor.map(
  (who): Ask =>
    (timeline) => {
      const userId = who(timeline);
      const scheduleId = timeline.state.memberships.get(userId)?.scheduledEnd?.scheduleId ?? 's0';
      return { type: 'runScheduledEnd', userId, scheduleId };
    },
);

const always = (arbitrary: fc.Arbitrary<AccountCommand>) =>
  arbitrary.map(
    (command): Ask =>
      () =>
        command,
  );

export const ask: fc.Arbitrary<Ask> = fc.oneof(
  { arbitrary: always(groupsAndContacts), weight: 8 },
  { arbitrary: always(rules), weight: 3 },
  { arbitrary: always(webhooks), weight: 3 },
  { arbitrary: ending, weight: 8 },
  { arbitrary: always(onMembers), weight: 6 },
  { arbitrary: backAgain, weight: 6 },
  { arbitrary: endingSessions, weight: 2 },
  { arbitrary: byMachines, weight: 3 },
  { arbitrary: adding, weight: 3 },
  { arbitrary: inviting, weight: 5 },
  { arbitrary: answering, weight: 5 },
  { arbitrary: onInvitations, weight: 2 },
  { arbitrary: resending, weight: 2 },
  { arbitrary: scheduling, weight: 3 },
  { arbitrary: rescheduling, weight: 1 },
  { arbitrary: cancelling, weight: 1 },
  { arbitrary: running, weight: 4 },
);
