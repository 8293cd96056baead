import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import { contactsAreMandatory } from './change-policy.js';
import type { RegisterApplication, RetireApplication } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkName, nameKey } from './names.js';
import { type Responsibility, responsibilityKey } from './responsibility.js';
import { checkSuccessor } from './settle-duties.js';

/** An application comes with its technical contact, at once where the policy lets no duty be vacant (SO-20). */
export const registerApplication = (
  { state, account }: Case,
  command: RegisterApplication,
): Decision<AccountEvent> => {
  const { applicationId, technicalContactUserId: userId } = command;
  const name = command.name.trim();
  const bad = checkName(name, 'name');
  if (bad !== null) return bad;
  const holder = state.applicationIdByName.get(nameKey(name));
  if (holder === applicationId) return [];
  if (holder !== undefined || state.applications.has(applicationId))
    return reject('APPLICATION_NAME_TAKEN', 'An application of this account already has this name.', {
      field: 'name',
    });
  const registered: AccountEvent = { type: 'ApplicationRegistered', data: { applicationId, name } };
  if (userId === null) {
    return contactsAreMandatory(account.policy)
      ? reject('CONTACT_REQUIRED', 'Name a technical contact; this policy allows no vacant duty.', {
          field: 'technicalContactUserId',
        })
      : [registered];
  }
  const invalid = checkSuccessor(state, null, userId, 'technicalContactUserId');
  if (invalid !== null) return invalid;
  const responsibility: Responsibility = { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId };
  return [registered, { type: 'ContactAssigned', data: { responsibility, userId } }];
};

/** Repeating it finds no application any more: an id that was never known and one retired long ago look alike. */
export const retireApplication = ({ state }: Case, command: RetireApplication): Decision<AccountEvent> => {
  const application = state.applications.get(command.applicationId);
  if (application === undefined)
    return reject('NOT_FOUND', 'There is no such application in this account.', { field: 'applicationId' });
  const { applicationId, name } = application;
  const duty = responsibilityKey({ kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId });
  const technicalContactUserId = state.contacts.get(duty) ?? null;
  return [{ type: 'ApplicationRetired', data: { applicationId, name, technicalContactUserId } }];
};
