import type { AccountCommand } from './commands.js';
import { offboardingFacts, previewToken } from './confirmation.js';
import { operationOf } from './end-membership.js';
import type { ConfirmedOperation } from './policy.js';
import { ACCOUNT, type AccountState } from './state.js';

/**
 * The people whose preview tokens are good, asked before the first of several commands is decided: an invitee who goes
 * first, or a duty that one of them takes over from another, does not make a token stale that showed all of them.
 */
export const shownAsTheyAre = (
  state: AccountState,
  commands: readonly AccountCommand[],
  digest: (text: string) => string,
): ReadonlySet<string> => new Set(commands.flatMap((command) => shownIn(state, command, digest)));

const shownIn = (
  state: AccountState,
  command: AccountCommand,
  digest: (text: string) => string,
): readonly string[] => {
  const confirmed = confirmedIn(command);
  const account = state.account.get(ACCOUNT);
  const target = confirmed === null ? undefined : state.memberships.get(confirmed.userId);
  if (confirmed === null || account === undefined || target === undefined) return [];
  const facts = offboardingFacts(state, account, target, confirmed.operation);
  return previewToken(facts, digest) === confirmed.token ? [confirmed.userId] : [];
};

interface Confirmed {
  readonly userId: string;
  readonly operation: ConfirmedOperation;
  readonly token: string;
}

const confirmedIn = (command: AccountCommand): Confirmed | null => {
  if (!('confirmation' in command) || command.type === 'scheduleEnd') return null;
  const { userId, confirmation, type } = command;
  if (confirmation.previewToken === null) return null;
  const operation = type === 'reactivateUser' ? 'REACTIVATE' : operationOf[type];
  return { userId, operation, token: confirmation.previewToken };
};
