import type { StoredEvent } from '../event.js';
import { Table } from '../table.js';
import type { AccountEvent, GroupRole } from './events.js';
import { evolve } from './evolve.js';
import { responsibilityFromKey } from './responsibility.js';
import type { AccountState, Membership } from './state.js';

export const changedThings = [
  'ACCOUNT',
  'MEMBERSHIP',
  'GROUP',
  'GROUP_MEMBER',
  'APPLICATION',
  'CONTACT',
  'IMPORT',
  'WEBHOOK',
] as const;
export type ChangedThing = (typeof changedThings)[number];

/** A row of the folded state as it is shown: plain data, times in ISO 8601. */
export type StateRow = Readonly<Record<string, unknown>>;

/** One row of the folded state that one event changed. */
export interface StateChange {
  readonly thing: ChangedThing;
  /** Of the account, group or application; a person's user id; a duty's key; the source of an import. */
  readonly id: string;
  /** Whose membership, or whose place in the group `id`. */
  readonly userId: string | null;
  /** Null: there was none. */
  readonly before: StateRow | null;
  /** Null: there is none any more. */
  readonly after: StateRow | null;
}

/**
 * Folds one event by the decider's own `evolve`, and tells which rows it changed. What is derived for look-ups only
 * (ids by name, deadlines, invitations by inviter) and the memory of idempotency keys are left out.
 */
export const evolveShowing = (
  state: AccountState,
  event: StoredEvent<AccountEvent>,
): readonly StateChange[] => {
  state.journal.open();
  evolve(state, event);
  const { replaced } = state.journal;
  state.journal.commit();
  const changes = new Map<string, StateChange>();
  for (const { table, key, before } of replaced)
    for (const change of changesOf(state, { table, key, before })) {
      const name = `${change.thing} ${change.id} ${change.userId}`;
      // Set twice by one event: what counts is what was there at first.
      if (!changes.has(name)) changes.set(name, change);
    }
  return [...changes.values()].filter(isDifferent);
};

const isDifferent = ({ before, after }: StateChange): boolean =>
  JSON.stringify(before) !== JSON.stringify(after);

type Replaced = AccountState['journal']['replaced'][number];

const changesOf = (state: AccountState, { table, key, before }: Replaced): readonly StateChange[] => {
  const change = (thing: ChangedThing, show: (row: never) => StateRow, userId: string | null = null) => {
    const shown = (row: unknown) => (row === undefined ? null : show(row as never));
    return [{ thing, id: key, userId, before: shown(before), after: shown(table.get(key)) }];
  };
  if (table === state.memberships) return change('MEMBERSHIP', membershipShown, key);
  if (table === state.account)
    return change('ACCOUNT', asItIs).map((row) => ({ ...row, id: `${row.after?.accountId}` }));
  if (table === state.groups) return change('GROUP', asItIs);
  if (table === state.applications) return change('APPLICATION', asItIs);
  if (table === state.contacts)
    return change('CONTACT', (userId: string | null) => ({ ...responsibilityFromKey(key), userId }));
  if (table === state.imports) return change('IMPORT', asItIs);
  if (table === state.webhooks) return change('WEBHOOK', asItIs);
  if (table === state.groupMembers)
    return before instanceof Table ? membersOfDeleted(key, before as Table<GroupRole>) : [];
  const groupId = groupOf(state, table);
  if (groupId === null) return [];
  const shown = (role: unknown) => (role === undefined ? null : { role });
  const member = { thing: 'GROUP_MEMBER', id: groupId, userId: key } as const;
  return [{ ...member, before: shown(before), after: shown(table.get(key)) }];
};

const asItIs = (row: StateRow): StateRow => row;

const membersOfDeleted = (groupId: string, members: Table<GroupRole>): readonly StateChange[] =>
  [...members.entries()].map(([userId, role]) => ({
    thing: 'GROUP_MEMBER',
    id: groupId,
    userId,
    before: { role },
    after: null,
  }));

const groupOf = (state: AccountState, table: Replaced['table']): string | null => {
  for (const [groupId, members] of state.groupMembers.entries()) if (members === table) return groupId;
  return null;
};

/** The hash of the invitation's link is left out: it says nothing to anybody. */
export const membershipShown = ({ transitions, notBefore, ...row }: Membership): StateRow => {
  const { invitation, untilSessionEnd, scheduledEnd } = row;
  return {
    ...row,
    invitation:
      invitation === null
        ? null
        : {
            invitationId: invitation.invitationId,
            generation: invitation.generation,
            expiresAt: isoTime(invitation.expiresAt),
            inviterId: invitation.inviterId,
            groupIds: invitation.groupIds,
          },
    untilSessionEnd:
      untilSessionEnd === null
        ? null
        : { latest: untilSessionEnd.latest === null ? null : isoTime(untilSessionEnd.latest) },
    scheduledEnd: scheduledEnd === null ? null : { ...scheduledEnd, at: isoTime(scheduledEnd.at) },
    statusChanges: statusChangesOf(transitions).map(({ revision, at }) => ({ revision, at: isoTime(at) })),
    notBefore: isoTime(notBefore),
  };
};

/** Every change of status: the revision of its event, and when it took effect (ms). */
export const statusChangesOf = (
  transitions: readonly number[],
): readonly { readonly revision: number; readonly at: number }[] =>
  Array.from({ length: transitions.length / 2 }, (_, i) => ({
    revision: transitions[2 * i] ?? 0,
    at: transitions[2 * i + 1] ?? 0,
  }));

const isoTime = (ms: number): string => new Date(ms).toISOString();
