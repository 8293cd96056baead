import type { MemberKind, Role } from './roles.js';

/** Who asks, as the decider sees it. */
export type Actor = UserActor | SystemActor;

export interface UserActor {
  readonly kind: 'USER';
  readonly userId: string;
  /** What the person holds in operator accounts, each read at that account's head after the request arrived. */
  readonly operatorAuthorities: readonly OperatorAuthority[];
}

/**
 * Muster itself: an import states what happened elsewhere, the scheduler does what was ordered or what time brings;
 * authority and confirmation are not asked of them.
 */
export interface SystemActor {
  readonly kind: 'IMPORT' | 'SYSTEM' | 'SCHEDULER';
  readonly id: string;
  /** The person who ordered it. */
  readonly onBehalfOf?: string | null;
}

export interface OperatorAuthority {
  readonly accountId: string;
  readonly stream: string;
  readonly revision: number;
  readonly kind: MemberKind;
  readonly role: Role;
  /** Effective: the role's atoms and those granted singly. */
  readonly permissions: ReadonlySet<string>;
  /** This is the root operator account, whose permissions reach beyond the accounts it operates. */
  readonly isRoot: boolean;
}
