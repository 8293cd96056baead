import type { Role } from './roles.js';

/** Who asks, as the decider sees it. */
export type Actor = UserActor | SystemActor;

export interface UserActor {
  readonly kind: 'USER';
  readonly userId: string;
  /** What the person holds in operator accounts, each read at that account's head after the request arrived. */
  readonly operatorAuthorities: readonly OperatorAuthority[];
}

/** Muster itself: an import states what happened elsewhere; authority and confirmation are not asked of it. */
export interface SystemActor {
  readonly kind: 'IMPORT' | 'SYSTEM';
  readonly id: string;
}

export interface OperatorAuthority {
  readonly accountId: string;
  readonly stream: string;
  readonly revision: number;
  readonly role: Role;
  /** Effective: the role's atoms and those granted singly. */
  readonly permissions: ReadonlySet<string>;
  /** This is the root operator account, whose permissions reach beyond the accounts it operates. */
  readonly isRoot: boolean;
}
