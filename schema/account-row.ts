import type { AccountRow as StoredAccount } from '../projections/queries/accounts.js';
import type { AccountKind } from '../src/domain/account/events.js';
import type { AccountPolicy, PolicyPreset } from '../src/domain/account/policy.js';

export interface AccountRow extends Omit<StoredAccount, 'policy' | 'preset' | 'kind'> {
  readonly kind: AccountKind;
  readonly preset: PolicyPreset;
  readonly policy: AccountPolicy;
}

/** The policy is parsed only when somebody asks for it. */
export const accountFrom = (row: StoredAccount): AccountRow => ({
  ...row,
  kind: row.kind as AccountKind,
  preset: row.preset as PolicyPreset,
  get policy() {
    return JSON.parse(row.policy) as AccountPolicy;
  },
});
