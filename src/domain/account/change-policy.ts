import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import { stableJson } from '../stable-json.js';
import type { ChangePolicy } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { type AccountPolicy, endingOperations } from './policy.js';
import { responsibilityFromKey } from './responsibility.js';
import { checkSeats } from './seats.js';
import type { AccountState } from './state.js';

/** A policy that the present state would violate is refused with the list. */
export const changePolicy = ({ state, account }: Case, command: ChangePolicy): Decision<AccountEvent> => {
  const { preset, policy, expectedPolicyVersion } = command;
  if (expectedPolicyVersion !== null && expectedPolicyVersion !== account.policyVersion)
    return reject(
      'STALE_VALUE',
      `The policy is at version ${account.policyVersion}, not ${expectedPolicyVersion}; read it again.`,
      { field: 'expectedPolicyVersion' },
    );
  if (preset === account.preset && stableJson(policy) === stableJson(account.policy)) return [];
  const unheld = dutiesUnheld(state, policy);
  if (unheld.length > 0)
    return reject(
      'CONTACT_WOULD_BE_VACANT',
      'Assign these duties to active members first; this policy wants each held by one.',
      { responsibilities: unheld.map(responsibilityFromKey) },
    );
  const full = checkSeats({ ...account, policy }, 0);
  if (full !== null) return full;
  return [{ type: 'PolicyChanged', data: { preset, policy, policyVersion: account.policyVersion + 1 } }];
};

/** Vacant duties, and those of people who would have had to hand them over. */
export const dutiesUnheld = (state: AccountState, policy: AccountPolicy): readonly string[] => {
  if (!contactsAreMandatory(policy)) return [];
  const mayRest = policy.responsibilities.DEACTIVATE === 'ALLOW_VACANT';
  return [...state.contacts.entries()]
    .filter(([, userId]) => {
      const holder = userId === null ? undefined : state.memberships.get(userId);
      return holder === undefined || (holder.status === 'INACTIVE' && !mayRest);
    })
    .map(([duty]) => duty);
};

/** Under a policy that asks for a successor anywhere, no duty may be vacant. */
export const contactsAreMandatory = (policy: AccountPolicy): boolean =>
  endingOperations.some((operation) => policy.responsibilities[operation] === 'REQUIRE_REASSIGN');
