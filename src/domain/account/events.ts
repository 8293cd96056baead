import type { AccountPolicy, AttributionAfterDelete, EndingOperation, PolicyPreset } from './policy.js';
import type { Responsibility } from './responsibility.js';
import type { MemberKind, Role } from './roles.js';
import type { MembershipStatus } from './state.js';

/**
 * The stored contract of an `account-<id>` stream, for ever: a type or field is added, never changed or removed.
 * Ids only; no name, address or token of a person. Account, group and application names are business data, in clear.
 */
export type AccountEvent =
  | AccountOpened
  | OperatorLinked
  | OperatorUnlinked
  | PolicyChanged
  | UserAdded
  | UserRejoined
  | UserRemoved
  | UserLeft
  | UserDeactivated
  | UserReactivated
  | UserDeleted
  | UserInvited
  | InvitationResent
  | InvitationLinkCopied
  | InvitationAccepted
  | InvitationDeclined
  | InvitationRevoked
  | InvitationExpired
  | UserFrozen
  | UserUnfrozen
  | SessionAccessEnded
  | UserReinstated
  | EndScheduled
  | EndRescheduled
  | ScheduledEndCancelled
  | ScheduledEndRun
  | DirectoryManagementStarted
  | DirectoryManagementEnded
  | UserNotified
  | SeatPlanChanged
  | RoleChanged
  | PermissionsGranted
  | PermissionsRevoked
  | GroupCreated
  | GroupRenamed
  | GroupMoved
  | GroupDeleted
  | GroupMemberAdded
  | GroupRoleChanged
  | GroupMemberRemoved
  | ApplicationRegistered
  | ApplicationRetired
  | ContactAssigned
  | ContactReassigned
  | ContactVacated
  | MembershipPeriodCorrected
  | WebhookRegistered
  | WebhookChanged
  | WebhookSecretRotated
  | WebhookPinged
  | WebhookRedeliveryRequested
  | WebhookDisabled
  | WebhookRemoved
  | ChangeSetImported;

export type AccountEventType = AccountEvent['type'];
export type AccountEventOf<T extends AccountEventType> = Extract<AccountEvent, { type: T }>;

interface Typed<T extends string, D> {
  readonly type: T;
  readonly data: D;
}

/** STANDARD accounts have customers' people; the members of an OPERATOR account act on the accounts it operates. */
export type AccountKind = 'STANDARD' | 'OPERATOR';

export type AccountOpened = Typed<
  'AccountOpened',
  {
    readonly name: string;
    readonly kind: AccountKind;
    /** Accounts whose members may act here. */
    readonly operators: readonly string[];
    readonly preset: PolicyPreset;
    readonly policy: AccountPolicy;
    readonly policyVersion: number;
  }
>;
export type OperatorLinked = Typed<'OperatorLinked', { readonly operatorAccountId: string }>;
export type OperatorUnlinked = Typed<'OperatorUnlinked', { readonly operatorAccountId: string }>;
export type PolicyChanged = Typed<
  'PolicyChanged',
  { readonly preset: PolicyPreset; readonly policy: AccountPolicy; readonly policyVersion: number }
>;

interface MembershipData {
  readonly userId: string;
  readonly membershipId: string;
}

interface JoinData extends MembershipData {
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
}

/** What the person had when access ended, so that history and reinstatement need no fold. */
export interface MembershipSnapshot {
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groups: readonly { readonly groupId: string; readonly role: GroupRole }[];
  readonly responsibilities: readonly Responsibility[];
}

interface EndData extends MembershipData {
  readonly snapshot: MembershipSnapshot;
  /** What the membership was before; missing in events written before it was recorded. */
  readonly from?: MembershipStatus;
}

/** A first membership, or a new one after DELETED. */
export type UserAdded = Typed<'UserAdded', JoinData>;
/** The same membership again after removal or leaving (SW-5). */
export type UserRejoined = Typed<'UserRejoined', JoinData>;
export type UserRemoved = Typed<
  'UserRemoved',
  EndData & {
    /** The person is to be told by mail (SW-11, notifyOnRemove); missing means no. */
    readonly notify?: boolean;
  }
>;
export type UserLeft = Typed<'UserLeft', EndData>;
export type UserDeactivated = Typed<
  'UserDeactivated',
  EndData & {
    /** Set when access lasts until the session ends (D3-23): the latest time, ISO 8601, or null for no maximum. */
    readonly untilSessionEnd?: { readonly latest: string | null } | null;
  }
>;
export type UserReactivated = Typed<
  'UserReactivated',
  MembershipData & {
    /** Held when deactivated, and not given back: a contact duty that has moved on, a group that was deleted. */
    readonly notRestored: {
      readonly responsibilities: readonly Responsibility[];
      readonly groupIds: readonly string[];
    };
  }
>;
export type UserDeleted = Typed<
  'UserDeleted',
  EndData & {
    /** How the person's content is labelled from now on (D3-10); missing means PSEUDONYM. */
    readonly attribution?: AttributionAfterDelete;
  }
>;

interface InvitationData extends MembershipData {
  readonly invitationId: string;
}

/** What makes one link: an older generation's token is worth nothing any more. */
interface InvitationLink {
  /** From 1; every resend makes the next. */
  readonly generation: number;
  /** SHA-256 of the link's token, hex; the token itself is never stored. */
  readonly tokenHash: string;
  /** ISO 8601; half-open: from this moment on it cannot be accepted. */
  readonly expiresAt: string;
}

/** Somebody is asked in; a first membership, or the same one again after it ended without being deleted. */
export type UserInvited = Typed<
  'UserInvited',
  InvitationData &
    InvitationLink &
    Pick<JoinData, 'kind' | 'role' | 'permissions'> & { readonly groupIds: readonly string[] }
>;
export type InvitationResent = Typed<'InvitationResent', InvitationData & InvitationLink>;
/** Somebody was shown the link, which is worth as much as the mail. */
export type InvitationLinkCopied = Typed<
  'InvitationLinkCopied',
  InvitationData & { readonly generation: number }
>;
export type InvitationAccepted = Typed<
  'InvitationAccepted',
  InvitationData &
    JoinData & {
      /** Promised in the invitation and deleted since. */
      readonly groupIdsGone: readonly string[];
    }
>;
export type InvitationDeclined = Typed<'InvitationDeclined', InvitationData>;
export type InvitationRevoked = Typed<'InvitationRevoked', InvitationData>;
export type InvitationExpired = Typed<'InvitationExpired', InvitationData>;

/** Access off at once; seat and duties stay until they are settled. */
export type UserFrozen = Typed<'UserFrozen', MembershipData>;
export type UserUnfrozen = Typed<'UserUnfrozen', MembershipData>;

export const sessionEndCauses = ['SIGNALLED', 'TERMINATED', 'MAXIMUM_REACHED'] as const;
export type SessionEndCause = (typeof sessionEndCauses)[number];

/** Access that had outlasted a deactivation is over (D3-23). */
export type SessionAccessEnded = Typed<
  'SessionAccessEnded',
  MembershipData & { readonly cause: SessionEndCause }
>;

/** The same membership again, with chosen parts of what it held when it ended. */
export type UserReinstated = Typed<
  'UserReinstated',
  JoinData & {
    /** Asked for and no longer there, or held by somebody else now. */
    readonly notRestored: {
      readonly responsibilities: readonly Responsibility[];
      readonly groupIds: readonly string[];
    };
  }
>;

interface ScheduleData extends MembershipData {
  readonly scheduleId: string;
}

export type EndScheduled = Typed<
  'EndScheduled',
  ScheduleData & {
    readonly operation: EndingOperation;
    /** ISO 8601. */
    readonly at: string;
    /** Who takes over the duties when it runs; null = nobody was named. */
    readonly successorId: string | null;
    /** The role it was ordered with: a person who has risen above it since is left alone. */
    readonly orderedAs: Role;
  }
>;
export type EndRescheduled = Typed<
  'EndRescheduled',
  ScheduleData & { readonly from: string; readonly to: string }
>;
export type ScheduledEndCancelled = Typed<'ScheduledEndCancelled', ScheduleData>;
/** Its time came. REFUSED: the rules of that moment did not allow it; it is not tried again by itself. */
export type ScheduledEndRun = Typed<
  'ScheduledEndRun',
  ScheduleData & {
    readonly operation: EndingOperation;
    readonly outcome: 'APPLIED' | 'UNCHANGED' | 'REFUSED';
    /** Why, when REFUSED. */
    readonly code: string | null;
  }
>;

/** A directory owns this member's state (PP-15). */
export type DirectoryManagementStarted = Typed<
  'DirectoryManagementStarted',
  MembershipData & {
    /** The directory's own name, like `entra`; no personal data. */
    readonly directory: string;
  }
>;
export type DirectoryManagementEnded = Typed<
  'DirectoryManagementEnded',
  MembershipData & { readonly directory: string }
>;

/** A portal asked Muster to mail a member; sent, or suppressed, by what holds when it goes out (PP-3). */
export type UserNotified = Typed<
  'UserNotified',
  MembershipData & {
    /** Subject and text, encrypted under the person's key. */
    readonly sealedMessage: string;
  }
>;

/** Limit = plan seats + add-on seats; without plan seats there is no limit. */
export type SeatPlanChanged = Typed<
  'SeatPlanChanged',
  { readonly planSeats: number | null; readonly addOnSeats: number }
>;
export type RoleChanged = Typed<'RoleChanged', MembershipData & { readonly from: Role; readonly to: Role }>;
export type PermissionsGranted = Typed<
  'PermissionsGranted',
  MembershipData & { readonly permissions: readonly string[] }
>;
export type PermissionsRevoked = Typed<
  'PermissionsRevoked',
  MembershipData & { readonly permissions: readonly string[] }
>;

export const groupRoles = ['MAINTAINER', 'MEMBER'] as const;
export type GroupRole = (typeof groupRoles)[number];

export type GroupCreated = Typed<
  'GroupCreated',
  { readonly groupId: string; readonly name: string; readonly parentId: string | null }
>;
export type GroupRenamed = Typed<
  'GroupRenamed',
  { readonly groupId: string; readonly from: string; readonly to: string }
>;
/** `null` is the top level. */
export type GroupMoved = Typed<
  'GroupMoved',
  { readonly groupId: string; readonly from: string | null; readonly to: string | null }
>;
/** Everyone still in the group is out of it with this event. */
export type GroupDeleted = Typed<'GroupDeleted', { readonly groupId: string; readonly name: string }>;
export type GroupMemberAdded = Typed<
  'GroupMemberAdded',
  { readonly groupId: string; readonly userId: string; readonly role: GroupRole }
>;
export type GroupRoleChanged = Typed<
  'GroupRoleChanged',
  { readonly groupId: string; readonly userId: string; readonly from: GroupRole; readonly to: GroupRole }
>;
export type GroupMemberRemoved = Typed<
  'GroupMemberRemoved',
  { readonly groupId: string; readonly userId: string; readonly role: GroupRole }
>;

export type ApplicationRegistered = Typed<
  'ApplicationRegistered',
  { readonly applicationId: string; readonly name: string }
>;
/** Its technical contact duty ends with it. */
export type ApplicationRetired = Typed<
  'ApplicationRetired',
  { readonly applicationId: string; readonly name: string; readonly technicalContactUserId: string | null }
>;

export type ContactAssigned = Typed<
  'ContactAssigned',
  { readonly responsibility: Responsibility; readonly userId: string }
>;
export type ContactReassigned = Typed<
  'ContactReassigned',
  { readonly responsibility: Responsibility; readonly fromUserId: string; readonly toUserId: string }
>;
export type ContactVacated = Typed<
  'ContactVacated',
  { readonly responsibility: Responsibility; readonly fromUserId: string }
>;

/** A change of a membership's status took effect at another time than recorded; the record itself stays. */
export type MembershipPeriodCorrected = Typed<
  'MembershipPeriodCorrected',
  MembershipData & {
    /** Revision of the event that changed the status, in this stream. */
    readonly correctedRevision: number;
    /** When that event was held to have taken effect until now, ISO 8601. */
    readonly from: string;
    /** When it did take effect, ISO 8601. */
    readonly to: string;
  }
>;

interface WebhookData {
  readonly webhookId: string;
  /** Host and port of the address, in clear: auditors can tell for ever where events went. */
  readonly host: string;
  /** The whole address, sealed under a key of the webhook's own: its path is often a password, and may name somebody. */
  readonly sealedUrl: string;
  /** HMAC of the address under Muster's own key; the same address always has the same. */
  readonly urlIndex: string;
  /** Event types that are posted, in alphabetical order; empty = all. */
  readonly types: readonly string[];
}

export type WebhookRegistered = Typed<'WebhookRegistered', WebhookData>;
export type WebhookChanged = Typed<'WebhookChanged', WebhookData & { readonly isEnabled: boolean }>;
/** The key of each generation lies in the vault. */
export type WebhookSecretRotated = Typed<
  'WebhookSecretRotated',
  { readonly webhookId: string; readonly generation: number }
>;
/** This event itself is posted, whatever types the webhook asks for. */
export type WebhookPinged = Typed<'WebhookPinged', { readonly webhookId: string }>;
/** Dead letters are posted again, each once. */
export type WebhookRedeliveryRequested = Typed<
  'WebhookRedeliveryRequested',
  { readonly webhookId: string; readonly eventIds: readonly string[] }
>;

/** GONE: the receiver answered 410 · FAILING: it has taken nothing for days. */
export const webhookDisablings = ['GONE', 'FAILING'] as const;
export type WebhookDisabling = (typeof webhookDisablings)[number];

/** By Muster itself; enabled again by WebhookChanged, and delivered from where it stood. */
export type WebhookDisabled = Typed<
  'WebhookDisabled',
  { readonly webhookId: string; readonly cause: WebhookDisabling }
>;
export type WebhookRemoved = Typed<'WebhookRemoved', { readonly webhookId: string; readonly host: string }>;

/** Closes the append of one change set (or one part of it) of an imported history. */
export type ChangeSetImported = Typed<
  'ChangeSetImported',
  {
    readonly source: string;
    /** Number of the change set within this account's history, from 1. */
    readonly sequence: number;
    /** From 1; a change set too large for one append goes in several parts. */
    readonly part: number;
    /** Operations of the change set applied so far, in all parts. */
    readonly operationsApplied: number;
    /** False while parts are still to come. */
    readonly complete: boolean;
    /** SHA-256 over the previous digest and this change set, hex: recognises another history under the same name. */
    readonly digest: string;
    /** Operations that Muster has no use for (repository grants), so far. */
    readonly operationsSkipped: number;
  }
>;

/** Every type, once; the compiler keeps it complete and handlers are checked against it. */
export const accountEventTypes = Object.keys({
  AccountOpened: true,
  OperatorLinked: true,
  OperatorUnlinked: true,
  PolicyChanged: true,
  UserAdded: true,
  UserRejoined: true,
  UserRemoved: true,
  UserLeft: true,
  UserDeactivated: true,
  UserReactivated: true,
  UserDeleted: true,
  UserInvited: true,
  InvitationResent: true,
  InvitationLinkCopied: true,
  InvitationAccepted: true,
  InvitationDeclined: true,
  InvitationRevoked: true,
  InvitationExpired: true,
  UserFrozen: true,
  UserUnfrozen: true,
  SessionAccessEnded: true,
  UserReinstated: true,
  EndScheduled: true,
  EndRescheduled: true,
  ScheduledEndCancelled: true,
  ScheduledEndRun: true,
  DirectoryManagementStarted: true,
  DirectoryManagementEnded: true,
  UserNotified: true,
  SeatPlanChanged: true,
  RoleChanged: true,
  PermissionsGranted: true,
  PermissionsRevoked: true,
  GroupCreated: true,
  GroupRenamed: true,
  GroupMoved: true,
  GroupDeleted: true,
  GroupMemberAdded: true,
  GroupRoleChanged: true,
  GroupMemberRemoved: true,
  ApplicationRegistered: true,
  ApplicationRetired: true,
  ContactAssigned: true,
  ContactReassigned: true,
  ContactVacated: true,
  MembershipPeriodCorrected: true,
  WebhookRegistered: true,
  WebhookChanged: true,
  WebhookSecretRotated: true,
  WebhookPinged: true,
  WebhookRedeliveryRequested: true,
  WebhookDisabled: true,
  WebhookRemoved: true,
  ChangeSetImported: true,
} satisfies Record<AccountEventType, true>) as readonly AccountEventType[];
