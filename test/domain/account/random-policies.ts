import fc from 'fast-check';
import {
  type AccountPolicy,
  endingOperations,
  type PolicyPreset,
  policyPresets,
  presets,
} from '../../../src/domain/account/policy.js';

/** Nine times out of ten. */
export const usually = fc.nat(9).map((digit) => digit > 0);

export interface GivenPolicy {
  readonly preset: PolicyPreset;
  readonly policy: AccountPolicy;
}

const none = { single: 'NONE', bulk: 'NONE' } as const;

/** The presets, and rules between them; times short enough for a history to reach their end. */
export const policies: fc.Arbitrary<GivenPolicy> = fc
  .record({
    preset: fc.constantFrom(...policyPresets),
    easy: usually,
    differences: fc.record(
      {
        seatEnforcement: fc.constantFrom('HARD' as const, 'OFF' as const),
        invitationReservesSeat: fc.boolean(),
        invitationTtlSeconds: fc.constantFrom(60, 3_600, 90_000),
        ssoCutoffOnDeactivate: fc.constantFrom(
          'AT_SESSION_END' as const,
          'AT_SESSION_END' as const,
          'IMMEDIATE' as const,
        ),
        ssoCutoffMaximumSeconds: fc.constantFrom(null, 60, 7_200),
        selfRemoval: fc.constantFrom('FORBIDDEN' as const, 'UNLESS_LAST_OWNER' as const),
        rankGuard: fc.boolean(),
        bulkMixedSelection: fc.constantFrom('REJECT' as const, 'SKIP_INAPPLICABLE' as const),
        directoryManagedUsers: fc.constantFrom(
          'LOCAL_CHANGES_ALLOWED' as const,
          'LOCAL_CHANGES_FORBIDDEN' as const,
        ),
        deletionRequiresInactive: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ preset, easy, differences }) => ({
    preset,
    policy: {
      ...presets[preset],
      ...(easy
        ? {
            operationsOffered: endingOperations,
            groupRequired: false,
            confirmation: { REMOVE: none, DEACTIVATE: none, REACTIVATE: none, DELETE: none },
          }
        : {}),
      ...differences,
    },
  }));
