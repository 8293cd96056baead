import { denied } from '../../domain/account/authority.js';
import { atomsOf, type PermissionAtom } from '../../domain/account/roles.js';
import type { EventActor } from '../../domain/event.js';
import type { Rejection } from '../../domain/rejection.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import { eventActorOf } from '../request-options.js';

export interface RootAuthorityParts {
  readonly accounts: Accounts;
  readonly rootAccountId: () => Promise<string | null>;
}

/** What gives the right to act on people: an active membership of the root operator account, read at its head. */
export const rootAuthorityOf = async (
  { accounts, rootAccountId }: RootAuthorityParts,
  actor: RequestActor,
  permission: PermissionAtom,
): Promise<{ readonly actor: EventActor; readonly accountId: string | null } | Rejection> => {
  const accountId = await rootAccountId();
  if (actor.kind !== 'USER') return { actor: eventActorOf(actor), accountId };
  if (accountId === null) return denied(permission, ROOT);
  return accounts.read(accountId, ({ state, head }) => {
    const membership = state.memberships.get(actor.userId);
    if (membership?.status !== 'ACTIVE') return denied(permission, ROOT);
    const { role, permissions } = membership;
    if (!atomsOf[role].has(permission) && !permissions.includes(permission)) return denied(permission, ROOT);
    return {
      accountId,
      actor: {
        kind: membership.kind === 'SERVICE' ? 'SERVICE' : 'USER',
        id: actor.userId,
        onBehalfOf: null,
        authority: { stream: `account-${accountId}`, revision: head.revision },
      },
    };
  });
};

const ROOT = 'the root operator account';
