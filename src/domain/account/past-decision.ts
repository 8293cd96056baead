import type { AccountEvent } from './events.js';

/** The events of one decision, in order, and the one that the others only accompany. */
export interface PastDecision<E extends AccountEvent = AccountEvent> {
  readonly events: readonly E[];
  readonly main: E;
}

/** One request may hold many decisions, like those of a bulk operation; each is told from the next by what it is about. */
export const decisionsIn = <E extends AccountEvent>(request: readonly E[]): readonly PastDecision<E>[] => {
  const decisions: E[][] = [];
  for (const event of request) {
    const open = decisions.at(-1);
    if (open !== undefined && goesWith(open, event)) open.push(event);
    else decisions.push([event]);
  }
  return decisions.flatMap((events) => {
    const main = events.find((event) => !isHandover(event)) ?? events[0];
    return main === undefined ? [] : [{ events, main }];
  });
};

/** Duties are handed over before their holder's end; an end is followed by the word that it had been scheduled. */
const goesWith = (open: readonly AccountEvent[], next: AccountEvent): boolean => {
  const [first] = open;
  if (first === undefined) return false;
  if (next.type === 'UserAdded') return first.type === 'AccountOpened';
  if (next.type === 'ContactAssigned' && first.type === 'ApplicationRegistered') return true;
  if (personIn(first) === null || personIn(first) !== personIn(next)) return false;
  if (isHandover(next) || isEnd(next)) return open.every(isHandover);
  if (next.type === 'GroupMemberAdded' || next.type === 'ContactAssigned') return isJoining(first);
  return next.type === 'ScheduledEndRun' && open.some(isEnd);
};

const isJoining = ({ type }: AccountEvent): boolean =>
  type === 'UserAdded' ||
  type === 'UserRejoined' ||
  type === 'UserReinstated' ||
  type === 'InvitationAccepted';

const isEnd = ({ type }: AccountEvent): boolean =>
  type === 'UserRemoved' || type === 'UserLeft' || type === 'UserDeactivated' || type === 'UserDeleted';

const isHandover = ({ type }: AccountEvent): boolean =>
  type === 'ContactReassigned' || type === 'ContactVacated';

/** Whose membership it is; of a duty, who had it. */
const personIn = ({ data }: AccountEvent): string | null => {
  if ('fromUserId' in data) return data.fromUserId;
  return 'userId' in data ? data.userId : null;
};
