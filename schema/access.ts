import { Extensions } from 'type-graphql';
import type { PermissionAtom } from '../src/domain/account/roles.js';

/**
 * Who may. Every root field and every object type declares one, or the schema is not built; what a rule says of an
 * object type's field is enforced where the schema is put together (enforce-access.ts).
 */
export type AccessRule =
  /** Any good token; the answer speaks of the caller only. */
  | { readonly by: 'SIGNED_IN' }
  /** The field's own code answers null or an empty list for what the caller may not see. */
  | { readonly by: 'VISIBLE'; readonly permission: PermissionAtom }
  /** Decided inside the append, on the account's own stream. */
  | { readonly by: 'DECIDER'; readonly permission: string }
  /** Reached only through an object the caller may see. */
  | { readonly by: 'PARENT' }
  /** The parent is an account (or carries `accountId`) on which the caller needs this atom. */
  | { readonly by: 'ACCOUNT_PERMISSION'; readonly permission: PermissionAtom };

export const ACCESS = 'access';

const declare = (rule: AccessRule) => Extensions({ [ACCESS]: rule });

export const signedIn = () => declare({ by: 'SIGNED_IN' });
export const visible = (permission: PermissionAtom) => declare({ by: 'VISIBLE', permission });
export const decider = (permission: string) => declare({ by: 'DECIDER', permission });
export const throughParent = () => declare({ by: 'PARENT' });
export const needs = (permission: PermissionAtom) => declare({ by: 'ACCOUNT_PERMISSION', permission });

export const accessRuleOf = (extensions: unknown): AccessRule | undefined =>
  (extensions as { readonly [ACCESS]?: AccessRule } | undefined)?.[ACCESS];
