import type { StoredEvent } from '../event.js';
import type { AccountEvent } from './events.js';
import { evolve, hourOf } from './evolve.js';
import type { AccountState, Membership } from './state.js';

/** What time alone has brought about and the log does not say yet. */
export interface DueEvent {
  readonly event: AccountEvent;
  /** When it took effect, ms. */
  readonly at: number;
}

/** Invitations and lingering sessions whose time is up at a moment (ms), the oldest first (SW-15, D3-23). */
export const dueEvents = (state: AccountState, now: number): readonly DueEvent[] => {
  const due: { readonly userId: string; readonly at: number }[] = [];
  for (const [hour, waiting] of state.deadlines.entries()) {
    if (Number(hour) > Number(hourOf(now))) continue;
    for (const [userId, at] of waiting.entries()) if (at <= now) due.push({ userId, at });
  }
  due.sort((a, b) => a.at - b.at || (a.userId < b.userId ? -1 : 1));
  return due.flatMap(({ userId, at }) => {
    const membership = state.memberships.get(userId);
    return membership === undefined ? [] : [{ at, event: eventFor(membership) }];
  });
};

const eventFor = (membership: Membership): AccountEvent => {
  const { userId, membershipId, invitation } = membership;
  return membership.status === 'INVITED'
    ? {
        type: 'InvitationExpired',
        data: { userId, membershipId, invitationId: invitation?.invitationId ?? '' },
      }
    : { type: 'SessionAccessEnded', data: { userId, membershipId, cause: 'MAXIMUM_REACHED' } };
};

/**
 * Looks at the state as it is at a moment (ms), with everything due counted as happened; leaves it as it was. The journal
 * is open meanwhile, so that a look can go further and come back.
 */
export const asOfNow = <T>(state: AccountState, now: number, look: () => T): T => {
  state.journal.open();
  try {
    for (const { event, at } of dueEvents(state, now)) evolve(state, unrecorded(event, at));
    return look();
  } finally {
    state.journal.rollback();
  }
};

/** Stands in for an event that is not in the log; nothing of it is kept. */
export const unrecorded = (event: AccountEvent, at: number): StoredEvent<AccountEvent> => ({
  ...event,
  eventId: '',
  schemaVersion: 1,
  stream: '',
  revision: -1,
  occurredAt: new Date(at).toISOString(),
  recordedAt: new Date(at).toISOString(),
  accountId: null,
  subjectId: null,
  actor: { kind: 'SCHEDULER', id: 'deadlines', onBehalfOf: null, authority: null },
  commandId: '',
  fingerprint: null,
  correlationId: '',
  causationId: null,
  reason: null,
  policyVersion: 0,
  previousHash: null,
});
