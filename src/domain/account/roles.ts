/** Roles in falling rank; a role carries permission atoms. */
export const roles = ['OWNER', 'ADMIN', 'CONTRIBUTOR', 'REVIEWER'] as const;
export type Role = (typeof roles)[number];

export const rankOf: Readonly<Record<Role, number>> = { OWNER: 4, ADMIN: 3, CONTRIBUTOR: 2, REVIEWER: 1 };

/**
 * What a member is to the account's sign-in (D3-22). A READER holds role REVIEWER; a SERVICE is a machine that signs in
 * with a token of its own and can be a member of operator accounts only.
 */
export const memberKinds = ['STANDARD', 'SSO', 'READER', 'SERVICE'] as const;
export type MemberKind = (typeof memberKinds)[number];

const memberAtoms = ['account.read', 'users.read'] as const;

const adminAtoms = [
  ...memberAtoms,
  'users.invite',
  'users.edit',
  'users.manage',
  'contacts.reassign',
  'bulk.run',
  'audit.read',
  'analytics.read',
  'seats.read',
] as const;

const ownerAtoms = [...adminAtoms, 'policy.write', 'seats.write', 'audit.export', 'audit.personal'] as const;

/** Atoms that only members of an operator account can hold, each granted singly; no role carries them. */
export const operatorAtoms = [
  'accounts.operate',
  'accounts.create',
  'privacy.erase',
  'legalhold.write',
  'session.signal',
] as const;

export type PermissionAtom = (typeof ownerAtoms)[number] | (typeof operatorAtoms)[number];

export const atomsOf: Readonly<Record<Role, ReadonlySet<string>>> = {
  OWNER: new Set(ownerAtoms),
  ADMIN: new Set(adminAtoms),
  CONTRIBUTOR: new Set(memberAtoms),
  REVIEWER: new Set(memberAtoms),
};

export const isOperatorAtom = (permission: string): boolean =>
  (operatorAtoms as readonly string[]).includes(permission);

const ownPrefixes = new Set([...ownerAtoms, ...operatorAtoms].map((atom) => atom.split('.')[0]));

/** True for a word under one of Muster's own prefixes that is no atom: a slip of the pen, not a portal's permission. */
export const isMisspeltAtom = (permission: string): boolean =>
  permission.includes('.') && ownPrefixes.has(permission.split('.')[0]) && !isAtom(permission);

/** True for the atoms Muster itself checks; every other permission is a free string that portals interpret. */
export const isAtom = (permission: string): boolean =>
  atomsOf.OWNER.has(permission) || isOperatorAtom(permission);
