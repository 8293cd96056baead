import type { AccountKind, GroupRole, WebhookDisabling } from './events.js';
import type { AccountPolicy, EndingOperation, PolicyPreset } from './policy.js';
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
  | ChangeSeatPlan
  | InviteUser
  | ResendInvitation
  | RevokeInvitation
  | CopyInvitationLink
  | AnswerInvitation
  | ReinstateUser
  | OnMember
  | ScheduleEnd
  | RescheduleEnd
  | RunScheduledEnd
  | StartDirectoryManagement
  | NotifyUser
  | SelectForBulk
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
  | RegisterWebhook
  | ChangeWebhook
  | RotateWebhookSecret
  | PingWebhook
  | RedeliverWebhookEvents
  | DisableWebhook
  | RemoveWebhook
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
export interface EndMembership extends TakesBack {
  readonly type: 'removeUser' | 'leaveAccount' | 'deactivateUser' | 'deleteUser';
  readonly userId: string;
  readonly confirmation: ConfirmationGiven;
  readonly successors: Successors;
}

/** Limit = plan seats + add-on seats; null plan seats = no limit. */
export interface ChangeSeatPlan {
  readonly type: 'changeSeatPlan';
  readonly planSeats: number | null;
  readonly addOnSeats: number;
}

export interface InviteUser {
  readonly type: 'inviteUser';
  readonly userId: string;
  /** Used when a new membership begins. */
  readonly membershipId: string;
  readonly invitationId: string;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
  /** Of generation 1. */
  readonly tokenHash: string;
}

export interface ResendInvitation {
  readonly type: 'resendInvitation';
  readonly userId: string;
  readonly invitationId: string;
  /** The next one; STALE_VALUE when another resend came first. */
  readonly generation: number;
  /** Null: the key of the invitation was destroyed, so that no link can be made. */
  readonly tokenHash: string | null;
}

export interface RevokeInvitation {
  readonly type: 'revokeInvitation';
  readonly userId: string;
}

export interface CopyInvitationLink {
  readonly type: 'copyInvitationLink';
  readonly userId: string;
  /** The person's invitation, when its key was destroyed: there is no link to show. */
  readonly destroyedInvitationId?: string | null;
}

/** By whoever holds the link; the token has been found genuine, but says nothing of whether it still counts. */
export interface AnswerInvitation {
  readonly type: 'acceptInvitation' | 'declineInvitation';
  /** Who answers. */
  readonly userId: string;
  readonly invitationId: string;
  readonly generation: number;
  readonly tokenHash: string;
}

export const snapshotParts = ['ROLE', 'PERMISSIONS', 'GROUPS', 'RESPONSIBILITIES'] as const;
export type SnapshotPart = (typeof snapshotParts)[number];

/** A removed member comes back with chosen parts of what was held. */
export interface ReinstateUser extends TakesBack {
  readonly type: 'reinstateUser';
  readonly userId: string;
  readonly parts: readonly SnapshotPart[];
  /** Instead of the role held; REVIEWER when neither it nor the part ROLE is given. */
  readonly role: Role | null;
  /** Beside those of the snapshot. */
  readonly groupIds: readonly string[];
}

export interface OnMember {
  readonly type:
    | 'freezeUser'
    | 'unfreezeUser'
    | 'terminateSession'
    | 'signalSessionEnded'
    | 'cancelScheduledEnd'
    | 'endDirectoryManagement';
  readonly userId: string;
}

export interface ScheduleEnd {
  readonly type: 'scheduleEnd';
  readonly scheduleId: string;
  readonly userId: string;
  readonly operation: EndingOperation;
  /** Ms since the epoch. */
  readonly at: number;
  /** Takes over every duty when it runs. */
  readonly successorId: string | null;
  readonly confirmation: ConfirmationGiven;
}

export interface RescheduleEnd {
  readonly type: 'rescheduleEnd';
  readonly userId: string;
  /** Ms since the epoch. */
  readonly at: number;
}

/** Its time has come; only the scheduler may say this. */
export interface RunScheduledEnd {
  readonly type: 'runScheduledEnd';
  readonly userId: string;
  readonly scheduleId: string;
}

export interface StartDirectoryManagement {
  readonly type: 'startDirectoryManagement';
  readonly userId: string;
  readonly directory: string;
}

export interface NotifyUser {
  readonly type: 'notifyUser';
  readonly userId: string;
  /** Subject and text, encrypted under the person's key. */
  readonly sealedMessage: string;
}

/** Comes before the items of one account in a bulk operation: may it be done, confirmed, and to all of these? */
export interface SelectForBulk {
  readonly type: 'selectForBulk';
  readonly items: readonly BulkItemCommand[];
  /** Of the whole operation, over all accounts. */
  readonly totalItems: number;
}

export type BulkItemCommand = EndMembership | ReactivateUser | ReinstateUser | RevokeInvitation;

export interface ReactivateUser extends TakesBack {
  readonly type: 'reactivateUser';
  readonly userId: string;
  readonly confirmation: ConfirmationGiven;
}

/** An undo is bound to what it takes back, and confirmed by that. */
export interface TakesBack {
  /** Revision of the change of status that is taken back: STALE_VALUE when another has followed it. */
  readonly undoesRevision?: number | null;
}

export interface ConfirmationGiven {
  readonly confirmed: boolean;
  /** From a preview; honoured under every policy: stale means refused. */
  readonly previewToken: string | null;
  readonly phrase: string | null;
  /** The account's rule for bulk holds instead of the one for a single person; inapplicable items may be passed over. */
  readonly isBulk?: boolean;
}

/**
 * Who takes over: one person for everything, or one per duty; the particular wins over the general (SO-24). In bulk a
 * duty is named once, whoever of the people selected holds it.
 */
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

/** Where a webhook posts to, as the log keeps it. */
export interface WebhookAddress {
  readonly host: string;
  readonly sealedUrl: string;
  readonly urlIndex: string;
}

export interface RegisterWebhook {
  readonly type: 'registerWebhook';
  readonly webhookId: string;
  readonly address: WebhookAddress;
  /** Empty = all. */
  readonly types: readonly string[];
}

/** What is null stays as it is. */
export interface ChangeWebhook {
  readonly type: 'changeWebhook';
  readonly webhookId: string;
  readonly address: WebhookAddress | null;
  readonly types: readonly string[] | null;
  readonly isEnabled: boolean | null;
}

export interface RotateWebhookSecret {
  readonly type: 'rotateWebhookSecret';
  readonly webhookId: string;
  /** Of the secret that is to be replaced. */
  readonly generation: number;
}

export interface PingWebhook {
  readonly type: 'pingWebhook';
  readonly webhookId: string;
}

export interface RedeliverWebhookEvents {
  readonly type: 'redeliverWebhookEvents';
  readonly webhookId: string;
  /** Those of what was asked for that are dead letters. */
  readonly eventIds: readonly string[];
  /** One that was named must be among them. */
  readonly named: string | null;
}

/** Only Muster itself may say this. */
export interface DisableWebhook {
  readonly type: 'disableWebhook';
  readonly webhookId: string;
  readonly cause: WebhookDisabling;
  /** As it was configured when it failed; one that was changed since is left alone. */
  readonly configuredAt: number;
}

export interface RemoveWebhook {
  readonly type: 'removeWebhook';
  readonly webhookId: string;
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
