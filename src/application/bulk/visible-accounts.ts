import type { Actor } from '../../domain/account/actor.js';
import { maySee } from '../../domain/account/authority.js';
import type { AccountState } from '../../domain/account/state.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';

/** Those of the accounts that the caller may see at this moment. */
export const visibleAccounts = async (
  accounts: Accounts,
  accountIds: readonly string[],
  actor: RequestActor,
): Promise<ReadonlySet<string>> => {
  const seen = new Set<string>();
  for (const accountId of accountIds)
    if ((await lookInto(accounts, { accountId, actor }, () => true)) !== null) seen.add(accountId);
  return seen;
};

/** What an account's state tells somebody who may see it; null to everybody else. */
export const lookInto = async <T>(
  accounts: Accounts,
  { accountId, actor }: { readonly accountId: string; readonly actor: RequestActor },
  look: (state: AccountState, actor: Actor) => T,
): Promise<T | null> => {
  const asking = await accounts.actorFor(accountId, actor);
  return accounts.read(accountId, ({ state }) => (maySee(state, asking) ? look(state, asking) : null));
};
