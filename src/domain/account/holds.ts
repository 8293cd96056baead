import { atomsOf, type Role } from './roles.js';

/** What a role carries, and what was granted beside it. */
interface Holding {
  readonly role: Role;
  readonly permissions: readonly string[];
}

/** An ACTIVE membership that holds the permission: no other gives any right. */
export const holds = (
  { status, role, permissions }: Holding & { readonly status: string },
  permission: string,
): boolean => status === 'ACTIVE' && (atomsOf[role].has(permission) || permissions.includes(permission));

/** Everything it carries. */
export const permissionsOf = ({ role, permissions }: Holding): ReadonlySet<string> =>
  new Set([...atomsOf[role], ...permissions]);
