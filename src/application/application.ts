import type { AccountKind, GroupRole } from '../domain/account/events.js';
import type {
  AccountPolicy,
  Confirmation,
  ConfirmedOperation,
  PolicyPreset,
} from '../domain/account/policy.js';
import type { Responsibility } from '../domain/account/responsibility.js';
import type { MemberKind, Role } from '../domain/account/roles.js';
import type { MembershipStatus } from '../domain/account/state.js';
import type { Rejection } from '../domain/rejection.js';
import type { AccountCommands, CommandRequest, RequestActor } from './account-commands.js';
import type { Outcome } from './outcome.js';

/** What the outside may ask of Muster when it writes: GraphQL, the command line and tests use nothing else. */
export interface Application {
  readonly accounts: AccountCommands;

  /** Opens an account; needs accounts.create in the root operator account. */
  openAccount(request: OpenAccountRequest): Promise<Outcome>;

  /** Lets another account's members act here; needs accounts.create in the root operator account. */
  linkOperator(request: LinkOperatorRequest): Promise<Outcome>;

  /** Finds or makes the person, then adds them; nothing is made when the account would refuse. */
  addUser(request: AddUserRequest): Promise<Outcome>;

  /** What an ending operation would meet, and a token bound to exactly these facts. */
  previewOffboarding(request: PreviewRequest): Promise<OffboardingPreview | Rejection>;

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

export interface PreviewRequest {
  readonly actor: RequestActor;
  readonly accountId: string;
  readonly userId: string;
  readonly operation: ConfirmedOperation;
}

export interface OffboardingPreview {
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
  readonly operation: ConfirmedOperation;
  readonly status: MembershipStatus;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groups: readonly { readonly groupId: string; readonly role: GroupRole }[];
  readonly responsibilities: readonly Responsibility[];
  /** Every duty above needs a successor before the operation can commit. */
  readonly reassignmentRequired: boolean;
  readonly confirmation: Confirmation;
  readonly irreversible: boolean;
  /** Why it would be refused even with confirmation and successors; null when it would not. */
  readonly refusal: Rejection | null;
  readonly policyVersion: number;
  readonly token: string;
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
