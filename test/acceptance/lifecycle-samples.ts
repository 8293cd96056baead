import { applied } from '../support/account-world.js';
import { daysAhead } from '../support/days-ahead.js';
import { invite } from '../support/invitee.js';
import type { Sample } from './mutation-sample.js';

const confirmed = { confirmed: true };
/** Known to nobody. */
const somebodyElse = { userId: 'f0f0f0f0-0000-4000-8000-000000000001' };
const later = daysAhead(30);

/** How people come in, and everything that can happen to one who is in, beside adding, editing and ending. */
export const lifecycleSamples: readonly Sample[] = [
  {
    mutation: 'inviteUser',
    input: ({ accountId }) => ({
      person: { email: `ivy.${accountId}@example.test`, name: 'Ivy' },
      role: 'REVIEWER',
    }),
    writes: ['UserInvited'],
    again: 'ALREADY_INVITED',
    other: { role: 'CONTRIBUTOR' },
    permission: 'users.invite',
  },
  {
    mutation: 'resendInvitation',
    input: async (world) => ({ userId: (await invite(world)).userId }),
    writes: ['InvitationResent'],
    again: 'TOO_SOON',
    other: somebodyElse,
    permission: 'users.invite',
  },
  {
    mutation: 'copyInvitationLink',
    input: async (world) => ({ userId: (await invite(world)).userId }),
    writes: ['InvitationLinkCopied'],
    again: 'APPLIED',
    other: somebodyElse,
    permission: 'users.invite',
  },
  {
    mutation: 'revokeInvitation',
    input: async (world) => ({ userId: (await invite(world)).userId }),
    writes: ['InvitationRevoked'],
    again: 'UNCHANGED',
    other: somebodyElse,
    permission: 'users.invite',
  },
  {
    mutation: 'freezeUser',
    input: ({ carl }) => ({ userId: carl.userId }),
    writes: ['UserFrozen'],
    again: 'UNCHANGED',
    other: somebodyElse,
    permission: 'users.manage',
  },
  {
    mutation: 'unfreezeUser',
    input: async ({ olga, accountId, carl }) => {
      const { userId } = carl;
      applied(await olga.client.mutate('freezeUser', { accountId, userId }));
      return { userId };
    },
    writes: ['UserUnfrozen'],
    again: 'UNCHANGED',
    other: somebodyElse,
    permission: 'users.manage',
  },
  {
    mutation: 'terminateSession',
    input: async ({ olga, accountId, add }) => {
      const policy = { ssoCutoffOnDeactivate: 'AT_SESSION_END' };
      applied(await olga.client.mutate('changePolicy', { accountId, policy }));
      const userId = await add('sam', { kind: 'SSO' });
      applied(await olga.client.mutate('deactivateUser', { accountId, userId, ...confirmed }));
      return { userId };
    },
    writes: ['SessionAccessEnded'],
    again: 'UNCHANGED',
    other: somebodyElse,
    permission: 'users.manage',
  },
  {
    mutation: 'scheduleEnd',
    input: ({ carl }) => ({ userId: carl.userId, operation: 'REMOVE', at: later, ...confirmed }),
    writes: ['EndScheduled'],
    again: 'ALREADY_SCHEDULED',
    other: { operation: 'DEACTIVATE' },
    permission: 'users.manage',
  },
  {
    mutation: 'rescheduleEnd',
    input: async ({ olga, accountId, carl }) => {
      const { userId } = carl;
      const end = { operation: 'REMOVE', at: later, ...confirmed };
      applied(await olga.client.mutate('scheduleEnd', { accountId, userId, ...end }));
      return { userId, at: daysAhead(29) };
    },
    writes: ['EndRescheduled'],
    again: 'UNCHANGED',
    other: { at: daysAhead(28) },
    permission: 'users.manage',
  },
  {
    mutation: 'cancelScheduledEnd',
    input: async ({ olga, accountId, carl }) => {
      const { userId } = carl;
      const end = { operation: 'REMOVE', at: later, ...confirmed };
      applied(await olga.client.mutate('scheduleEnd', { accountId, userId, ...end }));
      return { userId };
    },
    writes: ['ScheduledEndCancelled'],
    again: 'UNCHANGED',
    other: somebodyElse,
    permission: 'users.manage',
  },
  {
    mutation: 'reinstateUser',
    input: async ({ olga, accountId, carl }) => {
      const { userId } = carl;
      applied(await olga.client.mutate('removeUser', { accountId, userId, ...confirmed }));
      return { userId };
    },
    writes: ['UserReinstated'],
    again: 'ALREADY_MEMBER',
    other: { role: 'REVIEWER' },
    permission: 'users.invite',
  },
  {
    mutation: 'notifyUser',
    input: ({ carl }) => ({ userId: carl.userId, subject: 'Hello', text: 'The portal is open again.' }),
    writes: ['UserNotified'],
    again: 'APPLIED',
    other: { text: 'The portal is closed again.' },
    permission: 'users.edit',
  },
  {
    mutation: 'changeSeatPlan',
    input: () => ({ planSeats: 50, addOnSeats: 5 }),
    writes: ['SeatPlanChanged'],
    again: 'UNCHANGED',
    other: { addOnSeats: 6 },
    permission: 'seats.write',
  },
];
