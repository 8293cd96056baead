import { editDistance } from '../edit-distance.js';

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

const allAtoms: readonly string[] = [...ownerAtoms, ...operatorAtoms];
const ownPrefixes = new Set(allAtoms.map((atom) => atom.split('.')[0]));

/** Most letters that a slip of the pen gets wrong. */
const MAX_SLIP = 2;

/** The atom that was meant by a word that is none but looks like one; null for a word of a portal's own. */
export const misspeltAtom = (permission: string): string | null => {
  if (isAtom(permission)) return null;
  const hasOwnPrefix = permission.includes('.') && ownPrefixes.has(permission.split('.')[0]);
  const [nearest, distance] = nearestAtom(permission);
  return hasOwnPrefix || distance <= MAX_SLIP ? nearest : null;
};

/** By letters, whatever separates the words. */
const nearestAtom = (permission: string): readonly [string, number] => {
  const distances = allAtoms.map(
    (atom) => [atom, editDistance(lettersOf(permission), lettersOf(atom))] as const,
  );
  return distances.reduce((best, other) => (other[1] < best[1] ? other : best));
};

const lettersOf = (permission: string): string => permission.replaceAll(/[^a-z0-9]/g, '');

/** True for the atoms Muster itself checks; every other permission is a free string that portals interpret. */
export const isAtom = (permission: string): boolean =>
  atomsOf.OWNER.has(permission) || isOperatorAtom(permission);
