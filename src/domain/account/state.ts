import { Journal, Table } from '../table.js';
import type { AccountKind, GroupRole } from './events.js';
import type { AccountPolicy, PolicyPreset } from './policy.js';
import type { MemberKind, Role } from './roles.js';

/** Everything a rule of the account needs, folded from its stream. Rows are replaced, never changed. */
export interface AccountState {
  /** Empty until AccountOpened; then one row under ACCOUNT. */
  readonly account: Table<AccountRow>;
  /** By user id: the person's current or last membership. */
  readonly memberships: Table<Membership>;
  readonly groups: Table<Group>;
  /** Group id by name in lower case: names are unique within the account without regard to case. */
  readonly groupIdByName: Table<string>;
  /** By group id, then user id. */
  readonly groupMembers: Table<Table<GroupRole>>;
  readonly applications: Table<Application>;
  readonly applicationIdByName: Table<string>;
  /** Holder by responsibility key; null = the duty is there and vacant. */
  readonly contacts: Table<string | null>;
  /** Commands sent with an idempotency key, by command id, oldest first. */
  readonly commands: Table<RememberedCommand>;
  /** How far each source's history has been imported. */
  readonly imports: Table<ImportCursor>;
  readonly journal: Journal;
}

export const ACCOUNT = 'account';

export interface AccountRow {
  readonly accountId: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly operators: readonly string[];
  readonly preset: PolicyPreset;
  readonly policy: AccountPolicy;
  readonly policyVersion: number;
  readonly activeOwners: number;
}

export type MembershipStatus = 'ACTIVE' | 'INACTIVE' | 'REMOVED' | 'DELETED';

export interface Membership {
  readonly userId: string;
  readonly membershipId: string;
  readonly status: MembershipStatus;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
  /** Keys of the duties held. */
  readonly duties: readonly string[];
  /** While INACTIVE: what was held at deactivation. */
  readonly heldWhenDeactivated: {
    readonly groupIds: readonly string[];
    readonly duties: readonly string[];
  } | null;
  /** Every change of status: revision of the event and when it took effect (ms), alternating. */
  readonly transitions: readonly number[];
  /** End of the person's earlier membership, the one that was deleted (ms); 1970 when there was none. */
  readonly notBefore: number;
}

export interface Group {
  readonly groupId: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly childCount: number;
}

export interface Application {
  readonly applicationId: string;
  readonly name: string;
}

export interface RememberedCommand {
  readonly fingerprint: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** recordedAt of its last event, ms. */
  readonly recordedAt: number;
}

export interface ImportCursor {
  readonly sequence: number;
  readonly part: number;
  readonly operationsApplied: number;
  readonly operationsSkipped: number;
  readonly complete: boolean;
  readonly digest: string;
}

export const initialAccountState = (): AccountState => {
  const journal = new Journal();
  return {
    account: new Table(journal),
    memberships: new Table(journal),
    groups: new Table(journal),
    groupIdByName: new Table(journal),
    groupMembers: new Table(journal),
    applications: new Table(journal),
    applicationIdByName: new Table(journal),
    contacts: new Table(journal),
    commands: new Table(journal),
    imports: new Table(journal),
    journal,
  };
};

export const isLive = (membership: Membership): boolean =>
  membership.status === 'ACTIVE' || membership.status === 'INACTIVE';
