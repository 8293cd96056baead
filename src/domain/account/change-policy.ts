import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import { stableJson } from '../stable-json.js';
import type { ChangePolicy } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { type AccountPolicy, endingOperations } from './policy.js';
import { responsibilityFromKey } from './responsibility.js';

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
  if (contactsAreMandatory(policy)) {
    const vacant = [...state.contacts.entries()].filter(([, holder]) => holder === null);
    if (vacant.length > 0)
      return reject(
        'CONTACT_WOULD_BE_VACANT',
        'Assign these duties first; this policy allows none to be vacant.',
        {
          responsibilities: vacant.map(([key]) => responsibilityFromKey(key)),
        },
      );
  }
  return [{ type: 'PolicyChanged', data: { preset, policy, policyVersion: account.policyVersion + 1 } }];
};

/** Under a policy that asks for a successor anywhere, no duty may be vacant. */
export const contactsAreMandatory = (policy: AccountPolicy): boolean =>
  endingOperations.some((operation) => policy.responsibilities[operation] === 'REQUIRE_REASSIGN');
