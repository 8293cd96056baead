import type { Successors } from '../domain/account/commands.js';
import type { OffboardingFacts } from '../domain/account/confirmation.js';
import type { AccountEvent, AccountKind } from '../domain/account/events.js';
import type {
  AccountPolicy,
  Confirmation,
  ConfirmedOperation,
  EndingOperation,
  PolicyPreset,
} from '../domain/account/policy.js';
import type { Responsibility } from '../domain/account/responsibility.js';
import type { MemberKind, PermissionAtom, Role } from '../domain/account/roles.js';
import type { AppliedRule } from '../domain/account/rules.js';
import type {
  BulkErrorPolicy,
  BulkItemOutcome,
  BulkOperationKind,
  BulkOrderKind,
} from '../domain/bulk/events.js';
import type { StoredEvent } from '../domain/event.js';
import type { Rejection } from '../domain/rejection.js';
import type { UserEvent } from '../domain/user/events.js';
import type { AccountCommands, CommandRequest, RequestActor } from './account-commands.js';
import type { AuditReadings } from './audit-readings.js';
import type { Outcome } from './outcome.js';
import type { Refusals } from './refusals.js';
import type { ReplayedEvent } from './replay.js';

/** What the outside may ask of Muster when it writes: GraphQL, the command line and tests use nothing else. */
export interface Application {
  readonly accounts: AccountCommands;

  /** Opens an account; needs accounts.create in the root operator account. */
  openAccount(request: OpenAccountRequest): Promise<Outcome>;

  /** Lets another account's members act here; needs accounts.create in the root operator account. */
  linkOperator(request: LinkOperatorRequest): Promise<Outcome>;

  /** Finds or makes the person, then adds them; nothing is made when the account would refuse. */
  addUser(request: AddUserRequest): Promise<Outcome>;

  readonly invitations: InvitationCommands;
  readonly bulk: BulkCommands;
  readonly offboarding: OffboardingQuestions;
  readonly persons: PersonCommands;

  /** Asks for a mail to a member (PP-3); subject and text are sealed before anything is written. */
  notifyUser(request: NotifyUserRequest): Promise<Outcome>;

  /** An identity provider says that a person's session is over: in one account, or in all that still wait for it. */
  sessionEnded(request: SessionEndedRequest): Promise<readonly Outcome[] | Rejection>;

  /** Why an event could be written: who by which right, the rules it passed, and the facts they looked at. */
  explainDecision(request: ExplainRequest): Promise<DecisionExplanation | Rejection>;

  /** A page of an account's history, each event with what it changed in the state that decisions rest on. */
  replay(request: ReplayRequest): Promise<ReplayPage | Rejection>;

  /** Null: the actor holds the permission in the root operator account, looked up at the head of its stream. */
  refusalInRoot(actor: RequestActor, permission: PermissionAtom): Promise<Rejection | null>;

  /** What was tried and may not be done. */
  readonly refusals: Pick<Refusals, 'note'>;

  /** Who reads the audit log; to be recorded before anything of it is shown. */
  readonly auditReadings: Pick<AuditReadings, 'record'>;

  /** The stable name that stands for a person's content in one account; tells nothing of the person (D3-10). */
  pseudonymOf(accountId: string, userId: string): Promise<string>;

  /**
   * The person a verified token speaks for, or null when Muster knows none. At the first sign-in a verified e-mail
   * address links the identity to the person who has that address.
   */
  signIn(claims: SignInClaims): Promise<string | null>;

  /** Makes the root operator account when there is none, and its owner from an identity; safe to repeat. */
  initialise(
    request: InitialiseRequest,
  ): Promise<{ readonly rootAccountId: string; readonly userId: string | null }>;
}

type RequestOptions = Pick<
  CommandRequest,
  'idempotencyKey' | 'dryRun' | 'reason' | 'correlationId' | 'causationId' | 'occurredAt'
>;

/** How a person is named by a caller: by id, by e-mail address, or by an identity of an issuer (imports). */
export type PersonReference =
  | { readonly userId: string }
  | { readonly email: string; readonly name: string | null }
  | { readonly issuer: string; readonly subject: string; readonly name: string | null };

export interface OpenAccountRequest extends RequestOptions {
  readonly actor: RequestActor;
  /** Given by imports, whose accounts are known by name; otherwise made here. */
  readonly accountId?: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly preset: PolicyPreset;
  /** Fields that differ from the preset. */
  readonly policy?: Partial<AccountPolicy>;
  /** Default: the root operator account. */
  readonly operatorAccountId?: string | null;
  readonly owner?: PersonReference | null;
}

export interface LinkOperatorRequest extends RequestOptions {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly operatorAccountId: string;
}

export interface AddUserRequest extends RequestOptions {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly person: PersonReference;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
}

export interface InvitationCommands {
  /** Finds or makes the person, then invites them; nothing is made when the account would refuse. */
  invite(request: AddUserRequest): Promise<Outcome>;
  /** A new link; the old ones die. */
  resend(request: OnMemberRequest): Promise<Outcome>;
  /** The link itself, for somebody who may invite so; written down. */
  copyLink(request: OnMemberRequest): Promise<{ readonly outcome: Outcome; readonly link: string | null }>;
  /** By the verified owner of the address. @param token as in the link */
  accept(request: AnswerInvitationRequest): Promise<Outcome>;
  decline(request: AnswerInvitationRequest): Promise<Outcome>;
  /** What a link leads to, without answering; null when the token is none of Muster's. */
  look(request: { readonly actor: RequestActor; readonly token: string }): Promise<InvitationSeen | null>;
}

export interface InvitationSeen {
  readonly state: 'OPEN' | 'EXPIRED' | 'SUPERSEDED' | 'ENDED' | 'ACCEPTED' | 'FOR_ANOTHER_ADDRESS';
  /** Null: the asker is not the person invited. */
  readonly promise: {
    readonly accountId: string;
    readonly accountName: string;
    readonly role: Role;
    /** Null: not sent by a person. */
    readonly inviterId: string | null;
    /** Ms. */
    readonly expiresAt: number;
  } | null;
}

export interface OnMemberRequest extends RequestOptions {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly userId: string;
}

export type AnswerInvitationRequest = RequestOptions & {
  readonly actor: RequestActor;
} & AnsweredInvitation;

/** By a link of it, or by name: the newest link then counts; null = there is none of that name. */
export type AnsweredInvitation =
  | { readonly token: string }
  | { readonly invitation: { readonly accountId: string; readonly invitationId: string } | null };

export interface NotifyUserRequest extends OnMemberRequest {
  readonly subject: string;
  readonly text: string;
}

export interface SessionEndedRequest extends RequestOptions {
  readonly actor: RequestActor;
  readonly person: { readonly userId: string } | { readonly issuer: string; readonly subject: string };
  /** Null: every account where access still lasts until the session ends and the actor may say so. */
  readonly accountId: string | null;
}

/** What the root account decides about people; refused without the permission named, granted singly there. */
export interface PersonCommands {
  /** For good: refused under a legal hold, and while the person is in any account. Needs privacy.erase. */
  erase(request: EraseUserRequest): Promise<Outcome<UserEvent>>;
  /** Needs legalhold.write and a reason. Each hold stands for itself. */
  placeLegalHold(request: OnPersonRequest): Promise<Outcome<UserEvent>>;
  releaseLegalHold(request: ReleaseLegalHoldRequest): Promise<Outcome<UserEvent>>;
}

export interface OnPersonRequest extends Omit<RequestOptions, 'occurredAt'> {
  readonly actor: RequestActor;
  readonly userId: string;
}

export type EraseUserRequest = OnPersonRequest;

export interface ReleaseLegalHoldRequest extends OnPersonRequest {
  readonly holdId: string;
}

export interface BulkCommands {
  /** Does it all and answers with what became of each; the same key and input give the first result. */
  run(request: BulkRequest): Promise<BulkResult | Rejection>;
  /**
   * One person out of every account: the operation asked for, or each account's own (REMOVE where offered, else
   * DEACTIVATE); where the person has only been invited, the invitation is revoked.
   */
  endEverywhere(request: EndEverywhereRequest): Promise<BulkResult | Rejection>;
  /** Takes back what can be: deactivations, reactivations and removals that nothing has happened to since. */
  undo(request: UndoBulkRequest): Promise<BulkResult | Rejection>;
  /** Why nothing of it could be taken back now, by trying it out; null: something could. */
  whyNotUndone(request: Pick<UndoBulkRequest, 'actor' | 'bulkOperationId'>): Promise<Rejection | null>;
  /** What would become of a selection; tokens for the confirmation PREVIEW_TOKEN. */
  preview(request: BulkPreviewRequest): Promise<BulkPreview>;
  /** The same for one person in every account, by the operation that endEverywhere would do there. */
  previewEverywhere(request: EverywherePreviewRequest): Promise<BulkPreview | Rejection>;
}

/** A bulk operation happens now, and its own id is the correlation id of everything it brings about. */
type BulkOptions = Omit<RequestOptions, 'correlationId' | 'occurredAt'>;

export interface BulkRequest extends BulkOptions {
  readonly actor: RequestActor;
  readonly operation: ConfirmedOperation;
  readonly errorPolicy: BulkErrorPolicy;
  /** Each account once, somebody in each, each of its people once: whoever takes a selection in sees to it. */
  readonly selection: readonly {
    readonly accountId: string;
    readonly items: readonly { readonly userId: string; readonly previewToken: string | null }[];
    readonly successors: Successors;
  }[];
  readonly confirmed: boolean;
  readonly phrase: string | null;
}

export interface EndEverywhereRequest extends BulkOptions, EverywherePreviewRequest {
  readonly confirmed: boolean;
  readonly phrase: string | null;
  readonly successors: readonly { readonly accountId: string; readonly successors: Successors }[];
  readonly previewTokens: readonly { readonly accountId: string; readonly previewToken: string }[];
}

export interface EverywherePreviewRequest {
  readonly actor: RequestActor;
  readonly userId: string;
  /** Null: each account's own. */
  readonly operation: EndingOperation | null;
}

/** What ends it in one account. */
export type EverywhereOperation = EndingOperation | 'REVOKE_INVITATION';

export interface UndoBulkRequest extends BulkOptions {
  readonly actor: RequestActor;
  readonly bulkOperationId: string;
}

export interface BulkResult {
  /** Null on a dry run, and when nothing would have been changed: there is no trace of it. */
  readonly bulkOperationId: string | null;
  /** APPLIED when at least one item was; WOULD_APPLY on a dry run; REJECTED when none was and one was refused. */
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'REJECTED' | 'WOULD_APPLY';
  readonly items: readonly BulkItemAnswer[];
  readonly counts: Readonly<Record<BulkItemOutcome, number>>;
  /** Log position of the last event written; null when nothing was. */
  readonly position: number | null;
  readonly replayed: boolean;
}

export interface BulkItemAnswer {
  readonly accountId: string;
  readonly userId: string;
  /** What was to be done. */
  readonly operation: BulkOperationKind;
  readonly outcome: BulkItemOutcome;
  /** Null after a replay that remembers the code only; see `code`. */
  readonly rejection: Rejection | null;
  /** Why it was REJECTED, or UNCHANGED because it was passed over. */
  readonly code: string | null;
}

export interface BulkPreviewRequest {
  readonly actor: RequestActor;
  readonly operation: ConfirmedOperation;
  readonly selection: readonly { readonly accountId: string; readonly userIds: readonly string[] }[];
}

export type PreviewedInBulk = ConfirmedOperation | 'REVOKE_INVITATION';

export interface BulkPreview {
  readonly operation: BulkOrderKind;
  /** Per account: why the selection as a whole would be refused (mix, limit, permission), and what is asked for. */
  readonly accounts: readonly {
    readonly accountId: string;
    readonly operation: PreviewedInBulk;
    readonly refusal: Rejection | null;
    /** NONE also where nothing may be done. */
    readonly confirmation: Confirmation;
  }[];
  readonly items: readonly {
    readonly accountId: string;
    readonly userId: string;
    readonly available: boolean;
    readonly reason: Rejection | null;
    /** Every contact duty of the person needs a successor. */
    readonly reassignmentRequired: boolean;
    /** The duties, whether or not they need successors; empty for whom the caller may not see. */
    readonly responsibilities: readonly Responsibility[];
    /** Exactly when it is available and no revocation, which asks for none. */
    readonly token: string | null;
  }[];
}

export interface OffboardingQuestions {
  /** What an ending operation would meet, and a token bound to exactly these facts. */
  preview(request: PreviewRequest): Promise<OffboardingPreview | Rejection>;
  /** What can be done with one member, or with a selection, by the code that decides it. */
  availableActions(request: AvailableActionsRequest): Promise<readonly AvailableAction[] | Rejection>;
  /** What can be done with each of these members alone; in their order. */
  actionsOnEach(request: ActionsOnEachRequest): Promise<readonly (readonly AvailableAction[] | Rejection)[]>;
  /** What an ordered end would be refused for if its time were now; empty when nothing, or when none is ordered. */
  scheduledEndBlockers(question: ScheduledEndQuestion): Promise<readonly Rejection[] | Rejection>;
}

/** LEAVE: ending one's own membership, which is confirmed like REMOVE. */
export type PreviewedOperation = ConfirmedOperation | 'LEAVE';

export interface PreviewRequest {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly userId: string;
  readonly operation: PreviewedOperation;
  /** As they would be sent; decides `canCommit` (SO-15). */
  readonly successors?: Successors;
}

export interface OffboardingPreview extends Omit<OffboardingFacts, 'operation'> {
  readonly operation: PreviewedOperation;
  /** Facts the token is bound to: everything in OffboardingFacts, nothing else. */
  readonly token: string;
  /** The duties above that have no valid successor among those given, and need one. */
  readonly missingSuccessors: readonly Responsibility[];
  /** Every duty needs a successor before the operation can commit. */
  readonly reassignmentRequired: boolean;
  /** Active members who can take duties over, at most 100, in the order of joining; and how many there are. */
  readonly eligibleSuccessors: { readonly userIds: readonly string[]; readonly totalCount: number };
  readonly confirmation: Confirmation;
  readonly irreversible: boolean;
  /** The gentler way (D3-31): DEACTIVATE when it is offered and the operation is DELETE. */
  readonly alternative: ConfirmedOperation | null;
  /** Everything that stands in the way whatever is confirmed and whoever takes over; empty when nothing does. */
  readonly blockers: readonly Rejection[];
  /** It would commit with the successors given, once confirmed. */
  readonly canCommit: boolean;
  /** The account's seats before and after; limit null = none. Null to a leaver who lacks seats.read. */
  readonly seats: {
    readonly limit: number | null;
    readonly inUse: number;
    readonly inUseAfterwards: number;
  } | null;
  /** Access would last until the session ends, at most until `latest` (ms); null = it ends at once. */
  readonly untilSessionEnd: { readonly latest: number | null } | null;
}

/** Single-member actions; the first four are the ones of a selection. */
export const memberActions = [
  'REMOVE',
  'DEACTIVATE',
  'REACTIVATE',
  'DELETE',
  'LEAVE',
  'FREEZE',
  'UNFREEZE',
  'REINSTATE',
  'TERMINATE_SESSION',
  'RESEND_INVITATION',
  'COPY_INVITATION_LINK',
  'REVOKE_INVITATION',
  'CHANGE_ROLE',
  'SCHEDULE_END',
  'CANCEL_SCHEDULED_END',
  'NOTIFY',
] as const;
export type MemberAction = (typeof memberActions)[number];

export interface ScheduledEndQuestion {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly userId: string;
  /** As the asker would order it, or has just ordered it; null = the order that stands. */
  readonly order: { readonly operation: EndingOperation; readonly successorId: string | null } | null;
}

export interface AvailableActionsRequest {
  readonly actor: RequestActor;
  /** One user: what can be done with that member. Several, or several accounts: what the bulk mutations would take. */
  readonly selection: readonly { readonly accountId: string; readonly userIds: readonly string[] }[];
  readonly actions: readonly MemberAction[];
}

export interface ActionsOnEachRequest {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly members: readonly ActionsOnMember[];
}

export interface ActionsOnMember {
  readonly userId: string;
  readonly actions: readonly MemberAction[];
}

export interface AvailableAction {
  readonly action: MemberAction;
  /**
   * With valid confirmation and successors it would write at least one event. Of a selection: every account takes its
   * part as such (right, limit, mix), and of all its people at least one can be acted on; the others' refusals do not
   * count, as under REJECT_FAILED_ITEMS.
   */
  readonly available: boolean;
  /** How many of the people it could be done to; 0 exactly when it is not available. */
  readonly applicableCount: number;
  /**
   * Why not; empty exactly when available. Code ALREADY_DONE: it is so already. `field` names the part of the selection,
   * `userIds` the people in it.
   */
  readonly reasons: readonly Rejection[];
  /** What would have to be sent along; null when nothing is asked for this action. */
  readonly confirmation: Confirmation | null;
  /** Successors have to be named. */
  readonly reassignmentRequired: boolean;
  /** Of CHANGE_ROLE: the roles that could be given now, the highest first; empty for every other action. */
  readonly assignableRoles: readonly Role[];
}

export interface ExplainRequest {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly eventId: string;
}

export interface ReplayRequest {
  readonly actor: RequestActor;
  readonly accountId: string;
  /** Only what is about this member; null = everything. */
  readonly userId: string | null;
  /** Revision of the event before the page; -1 = from the first. */
  readonly afterRevision: number;
  /** From 1. */
  readonly limit: number;
  /** Waited for once it is permitted, before anything is read. */
  readonly beforeShowing: () => Promise<void>;
}

export interface ReplayPage {
  readonly events: readonly ReplayedEvent[];
  readonly hasMore: boolean;
}

export interface DecisionExplanation {
  readonly event: StoredEvent<AccountEvent>;
  readonly position: number;
  readonly policyVersion: number;
  readonly authority: {
    readonly via: 'MEMBERSHIP' | 'OPERATOR' | 'SYSTEM' | 'INVITATION' | 'SCHEDULE';
    readonly role: Role | null;
    /** The atom or role that allowed it; null for Muster itself. */
    readonly permission: string | null;
    readonly source: { readonly stream: string; readonly revision: number } | null;
  };
  readonly rules: readonly AppliedRule[];
}

export interface SignInClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Only when the issuer says it is verified. */
  readonly verifiedEmail: string | null;
}

export interface InitialiseRequest {
  readonly owner: { readonly issuer: string; readonly subject: string; readonly name: string | null } | null;
}
