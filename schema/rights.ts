import type { GraphQLError } from 'graphql';
import { permissionsOf } from '../src/domain/account/holds.js';
import type { PermissionAtom, Role } from '../src/domain/account/roles.js';
import { apiError } from './api-error.js';

/** What one person holds in one account, as the read model knows it. */
export interface Holding {
  readonly role: Role;
  /** Granted singly. */
  readonly permissions: readonly string[];
}

/** Where rights are read from. */
export interface RightsSource {
  /** ACTIVE memberships only: the person's own one of the account, and those of accounts that operate it. */
  authorityOf(
    accountId: string,
    userId: string,
  ): { readonly own: Holding | null; readonly operators: readonly Holding[] };
}

/** What the caller may read, looked up once per request and account. */
export class Rights {
  readonly #source: RightsSource;
  readonly #userId: string | null;
  readonly #known = new Map<string, ReadonlySet<string>>();
  readonly #refused = new Set<string>();

  constructor(source: RightsSource, userId: string | null) {
    this.#source = source;
    this.#userId = userId;
  }

  /** Every permission the caller holds on the account; empty for one that is unknown or foreign. */
  on(accountId: string): ReadonlySet<string> {
    const known = this.#known.get(accountId);
    if (known !== undefined) return known;
    const held = this.#userId === null ? nothing : this.#lookUp(accountId, this.#userId);
    this.#known.set(accountId, held);
    return held;
  }

  maySee(accountId: string): boolean {
    return this.on(accountId).has('account.read');
  }

  /** @throws PERMISSION_DENIED naming the atom */
  require(accountId: string, permission: PermissionAtom): void {
    if (this.on(accountId).has(permission)) return;
    throw permissionDenied(permission, accountId);
  }

  /** True the first time that a place of the document is refused. */
  isFirstRefusal(place: string): boolean {
    if (this.#refused.has(place)) return false;
    this.#refused.add(place);
    return true;
  }

  /** A mutation changed something: look again. */
  forget(): void {
    this.#known.clear();
  }

  #lookUp(accountId: string, userId: string): ReadonlySet<string> {
    const { own, operators } = this.#source.authorityOf(accountId, userId);
    const operating = operators.filter((holding) => holding.permissions.includes('accounts.operate'));
    const holdings = own === null ? operating : [own, ...operating];
    if (holdings.length === 0) return nothing;
    return new Set(holdings.flatMap((holding) => [...permissionsOf(holding)]));
  }
}

const nothing: ReadonlySet<string> = new Set();

export function permissionDenied(permission: PermissionAtom, accountId: string): GraphQLError {
  const error = apiError('PERMISSION_DENIED', `You need the permission ${permission} in this account.`, {
    permission,
  });
  accounts.set(error, accountId);
  return error;
}

const accounts = new WeakMap<GraphQLError, string>();

/** The account whose permission was missing; null where the error does not know it. */
export const refusedAt = (error: GraphQLError): string | null => accounts.get(error) ?? null;
