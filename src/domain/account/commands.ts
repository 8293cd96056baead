import type { AccountKind, GroupRole } from './events.js';
import type { AccountPolicy, PolicyPreset } from './policy.js';
import type { Responsibility } from './responsibility.js';
import type { MemberKind, Role } from './roles.js';

/** What can be asked of an account. Fresh ids come with the command, so that deciding stays a pure function. */
export type AccountCommand =
  | OpenAccount
  | LinkOperator
  | UnlinkOperator
  | ChangePolicy
  | AddUser
  | EndMembership
  | ReactivateUser
  | ChangeRole
  | GrantPermissions
  | RevokePermissions
  | CreateGroup
  | RenameGroup
  | MoveGroup
  | DeleteGroup
  | AddGroupMember
  | ChangeGroupRole
  | RemoveGroupMember
  | RegisterApplication
  | RetireApplication
  | AssignContact
  | ReassignContacts
  | CorrectMembershipPeriod
  | RecordChangeSet;

export interface OpenAccount {
  readonly type: 'openAccount';
  readonly accountId: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly operators: readonly string[];
  readonly preset: PolicyPreset;
  readonly policy: AccountPolicy;
  /** The first owner, when there is one to begin with. */
  readonly owner: {
    readonly userId: string;
    readonly membershipId: string;
    readonly permissions: readonly string[];
  } | null;
}

export interface LinkOperator {
  readonly type: 'linkOperator';
  readonly operatorAccountId: string;
  /** Found at the operator account's head: only OPERATOR accounts operate others. */
  readonly operatorKind: AccountKind | null;
}

export interface UnlinkOperator {
  readonly type: 'unlinkOperator';
  readonly operatorAccountId: string;
}

export interface ChangePolicy {
  readonly type: 'changePolicy';
  readonly preset: PolicyPreset;
  readonly policy: AccountPolicy;
  /** Refused with STALE_VALUE when the policy has moved on; null = whatever it is now. */
  readonly expectedPolicyVersion: number | null;
}

export interface AddUser {
  readonly type: 'addUser';
  readonly userId: string;
  /** Used when a new membership begins; a removed member's membership goes on under its own id. */
  readonly membershipId: string;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
}

/** Remove, leave, deactivate and delete share one shape: they end access, settle duties, need confirmation. */
export interface EndMembership {
  readonly type: 'removeUser' | 'leaveAccount' | 'deactivateUser' | 'deleteUser';
  readonly userId: string;
  readonly confirmation: ConfirmationGiven;
  readonly successors: Successors;
}

export interface ReactivateUser {
  readonly type: 'reactivateUser';
  readonly userId: string;
  readonly confirmation: ConfirmationGiven;
}

export interface ConfirmationGiven {
  readonly confirmed: boolean;
  /** From a preview; honoured under every policy: stale means refused. */
  readonly previewToken: string | null;
  readonly phrase: string | null;
}

/** Who takes over: one person for everything, or one per duty; the particular wins over the general (SO-24). */
export interface Successors {
  readonly forAll: string | null;
  readonly each: readonly { readonly responsibility: Responsibility; readonly userId: string }[];
}

export interface ChangeRole {
  readonly type: 'changeRole';
  readonly userId: string;
  readonly role: Role;
  /** The role the caller believes the user has; otherwise STALE_VALUE. Null = whatever it is. */
  readonly expectedRole: Role | null;
}

export interface GrantPermissions {
  readonly type: 'grantPermissions';
  readonly userId: string;
  readonly permissions: readonly string[];
}

export interface RevokePermissions {
  readonly type: 'revokePermissions';
  readonly userId: string;
  readonly permissions: readonly string[];
}

export interface CreateGroup {
  readonly type: 'createGroup';
  readonly groupId: string;
  readonly name: string;
  readonly parentId: string | null;
}

export interface RenameGroup {
  readonly type: 'renameGroup';
  readonly groupId: string;
  readonly name: string;
}

export interface MoveGroup {
  readonly type: 'moveGroup';
  readonly groupId: string;
  readonly parentId: string | null;
}

export interface DeleteGroup {
  readonly type: 'deleteGroup';
  readonly groupId: string;
}

export interface AddGroupMember {
  readonly type: 'addGroupMember';
  readonly groupId: string;
  readonly userId: string;
  readonly role: GroupRole;
}

export interface ChangeGroupRole {
  readonly type: 'changeGroupRole';
  readonly groupId: string;
  readonly userId: string;
  readonly role: GroupRole;
  readonly expectedRole: GroupRole | null;
}

export interface RemoveGroupMember {
  readonly type: 'removeGroupMember';
  readonly groupId: string;
  readonly userId: string;
}

export interface RegisterApplication {
  readonly type: 'registerApplication';
  readonly applicationId: string;
  readonly name: string;
  readonly technicalContactUserId: string | null;
}

export interface RetireApplication {
  readonly type: 'retireApplication';
  readonly applicationId: string;
}

/** Fills a vacant duty. */
export interface AssignContact {
  readonly type: 'assignContact';
  readonly responsibility: Responsibility;
  readonly userId: string;
}

/** Hands duties over, whoever holds them now; all or none (SO-14, SO-19). */
export interface ReassignContacts {
  readonly type: 'reassignContacts';
  readonly reassignments: readonly { readonly responsibility: Responsibility; readonly userId: string }[];
}

export interface CorrectMembershipPeriod {
  readonly type: 'correctMembershipPeriod';
  readonly userId: string;
  /** Revision of the event that changed the membership's status. */
  readonly revision: number;
  /** When it really took effect, ms since the epoch. */
  readonly effectiveAt: number;
}

/** Ends one change set (or part) of an imported history; only IMPORT may say this. */
export interface RecordChangeSet {
  readonly type: 'recordChangeSet';
  readonly source: string;
  readonly sequence: number;
  readonly part: number;
  readonly operationsApplied: number;
  readonly complete: boolean;
  readonly digest: string;
  readonly operationsSkipped: number;
}
