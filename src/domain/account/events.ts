import type { AccountPolicy, PolicyPreset } from './policy.js';
import type { Responsibility } from './responsibility.js';
import type { MemberKind, Role } from './roles.js';

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
}

/** A first membership, or a new one after DELETED. */
export type UserAdded = Typed<'UserAdded', JoinData>;
/** The same membership again after removal or leaving (SW-5). */
export type UserRejoined = Typed<'UserRejoined', JoinData>;
export type UserRemoved = Typed<'UserRemoved', EndData>;
export type UserLeft = Typed<'UserLeft', EndData>;
export type UserDeactivated = Typed<'UserDeactivated', EndData>;
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
export type UserDeleted = Typed<'UserDeleted', EndData>;
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
  ChangeSetImported: true,
} satisfies Record<AccountEventType, true>) as readonly AccountEventType[];
