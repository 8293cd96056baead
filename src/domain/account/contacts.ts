import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import type { AssignContact, ReassignContacts } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { type Responsibility, responsibilityKey } from './responsibility.js';
import { checkSuccessor } from './settle-duties.js';
import type { AccountState } from './state.js';

/** Fills a duty that nobody holds. */
export const assignContact = ({ state }: Case, command: AssignContact): Decision<AccountEvent> => {
  const { responsibility, userId } = command;
  const holder = holderOf(state, responsibility, 'responsibility');
  if (isRejection(holder)) return holder;
  if (holder.userId === userId) return [];
  if (holder.userId !== null)
    return reject('CONTACT_ALREADY_ASSIGNED', 'Somebody holds this duty; use reassignContacts.', {
      field: 'responsibility',
      responsibilities: [responsibility],
      useInstead: 'reassignContacts',
    });
  const invalid = checkSuccessor(state, null, userId, 'userId');
  return invalid ?? [{ type: 'ContactAssigned', data: { responsibility, userId } }];
};

/** A page of duties goes to new holders in one act, all or none; what is already so is passed over (SO-14, SO-19). */
export const reassignContacts = ({ state }: Case, command: ReassignContacts): Decision<AccountEvent> => {
  const events: AccountEvent[] = [];
  const seen = new Set<string>();
  if (command.reassignments.length === 0)
    return reject('INVALID_INPUT', 'Name at least one duty.', { field: 'reassignments' });
  for (const [index, { responsibility, userId }] of command.reassignments.entries()) {
    const field = `reassignments.${index}`;
    const key = responsibilityKey(responsibility);
    if (seen.has(key))
      return reject('INVALID_INPUT', 'This duty is named twice; name one successor.', { field });
    seen.add(key);
    const holder = holderOf(state, responsibility, `${field}.responsibility`);
    if (isRejection(holder)) return holder;
    if (holder.userId === userId) continue;
    const invalid = checkSuccessor(state, null, userId, `${field}.userId`);
    if (invalid !== null) return { ...invalid, responsibilities: [responsibility] };
    events.push(
      holder.userId === null
        ? { type: 'ContactAssigned', data: { responsibility, userId } }
        : {
            type: 'ContactReassigned',
            data: { responsibility, fromUserId: holder.userId, toUserId: userId },
          },
    );
  }
  return events;
};

const holderOf = (state: AccountState, responsibility: Responsibility, field: string) => {
  const { kind, applicationId } = responsibility;
  if ((kind === 'APPLICATION_TECHNICAL_CONTACT') !== (applicationId !== null))
    return reject(
      'INVALID_INPUT',
      'applicationId goes with APPLICATION_TECHNICAL_CONTACT, and only with it.',
      {
        field,
      },
    );
  if (applicationId !== null && !state.applications.has(applicationId))
    return reject('NOT_FOUND', 'There is no such application in this account.', { field });
  return { userId: state.contacts.get(responsibilityKey(responsibility)) ?? null };
};
