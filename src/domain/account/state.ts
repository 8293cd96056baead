import { Journal, Table } from '../table.js';
import type { AccountKind, GroupRole, MembershipSnapshot } from './events.js';
import type { AccountPolicy, EndingOperation, PolicyPreset } from './policy.js';
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
  /** By inviter: the people who hold an open invitation of theirs, and its id. */
  readonly invitationsSent: Table<Table<string>>;
  /** By user id: when the latest messages to a member were asked for (ms), oldest first; at most a day's worth. */
  readonly notices: Table<readonly number[]>;
  /** What time alone will change: by hour, then user id, the moment (ms). A person waits for one thing at a time. */
  readonly deadlines: Table<Table<number>>;
  /** Commands sent with an idempotency key, by command id, oldest first. */
  readonly commands: Table<RememberedCommand>;
  /** How far each source's history has been imported. */
  readonly imports: Table<ImportCursor>;
  readonly webhooks: Table<Webhook>;
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
  /** OWNERs with access. */
  readonly activeOwners: number;
  /** Null: no limit. */
  readonly planSeats: number | null;
  readonly addOnSeats: number;
  /** Members with status ACTIVE or FROZEN. */
  readonly seatsInUse: number;
  /** Members with status INVITED. */
  readonly pendingInvitations: number;
}

export const membershipStatuses = [
  'INVITED',
  'INVITATION_EXPIRED',
  'ACTIVE',
  'FROZEN',
  'INACTIVE',
  'REMOVED',
  'DELETED',
] as const;

/**
 * INVITED and INVITATION_EXPIRED: asked in, never or not any more with access · ACTIVE: has access · FROZEN: access off,
 * seat and duties kept · INACTIVE: deactivated · REMOVED: ended, can come back · DELETED: ended for good (SW-14).
 */
export type MembershipStatus = (typeof membershipStatuses)[number];

export interface Membership {
  readonly userId: string;
  readonly membershipId: string;
  readonly status: MembershipStatus;
  /** Before the last change of status; null while there was none. */
  readonly statusBefore: MembershipStatus | null;
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
  /** While INVITED or INVITATION_EXPIRED, and the last one afterwards. */
  readonly invitation: Invitation | null;
  /** While INACTIVE and the session at deactivation may go on; `latest` in ms, null = no maximum (D3-23). */
  readonly untilSessionEnd: { readonly latest: number | null } | null;
  readonly scheduledEnd: ScheduledEnd | null;
  /** The directory that owns this member's state (PP-15), until it lets go: an end leaves it, a new membership begins without. */
  readonly directory: string | null;
  /** Ended by somebody else, or after access had been taken away: nobody comes back from that by himself. */
  readonly endedByOthers: boolean;
  /** While REMOVED: what was held at the end, for reinstatement. */
  readonly heldAtEnd: MembershipSnapshot | null;
  /** Every change of status: revision of the event and when it took effect (ms), alternating. */
  readonly transitions: readonly number[];
  /** End of the person's earlier membership, the one that was deleted (ms); 1970 when there was none. */
  readonly notBefore: number;
}

export interface Invitation {
  readonly invitationId: string;
  readonly generation: number;
  readonly tokenHash: string;
  /** Ms; from this moment on it cannot be accepted. */
  readonly expiresAt: number;
  /** Ms. */
  readonly lastSentAt: number;
  /** Null: not sent by a person. */
  readonly inviterId: string | null;
  readonly groupIds: readonly string[];
}

export interface ScheduledEnd {
  readonly scheduleId: string;
  readonly operation: EndingOperation;
  /** Ms. */
  readonly at: number;
  readonly successorId: string | null;
  readonly orderedAs: Role;
  readonly orderedBy: string;
  /** A machine ordered it, like the directory that owns the member's state. */
  readonly orderedByService: boolean;
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

/** Where the account's events are posted to. */
export interface Webhook {
  readonly webhookId: string;
  readonly host: string;
  readonly sealedUrl: string;
  readonly urlIndex: string;
  /** Empty = all. */
  readonly types: readonly string[];
  readonly isEnabled: boolean;
  /** Of its secret, from 1. */
  readonly generation: number;
  /** When the secret was last replaced, ms; null = never. */
  readonly rotatedAt: number | null;
  readonly pingedAt: number | null;
  /** Revision of the event that last registered or changed it. */
  readonly configuredAt: number;
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
    invitationsSent: new Table(journal),
    notices: new Table(journal),
    deadlines: new Table(journal),
    commands: new Table(journal),
    imports: new Table(journal),
    webhooks: new Table(journal),
    journal,
  };
};

/** What every event about a membership says of it. */
export const dataOf = ({ userId, membershipId }: Membership) => ({ userId, membershipId });

/** In the account, with or without access: not only invited, and not ended. */
export const isLive = ({ status }: Membership): boolean =>
  status === 'ACTIVE' || status === 'FROZEN' || status === 'INACTIVE';

export const isInvited = ({ status }: Pick<Membership, 'status'>): boolean =>
  status === 'INVITED' || status === 'INVITATION_EXPIRED';

export const holdsSeat = ({ status }: Membership): boolean => status === 'ACTIVE' || status === 'FROZEN';
