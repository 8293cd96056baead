import { isRejection, type Rejection } from '../rejection.js';
import { askedBy } from './asked.js';
import { permit } from './authority.js';
import type { AccountCommand } from './commands.js';
import type { DecisionContext } from './decide.js';
import { requirement } from './requirement.js';
import { actingAs, appliedRule, ruleWithoutAccount } from './rule-facts.js';
import { ACCOUNT, type AccountState } from './state.js';

interface Refused {
  readonly state: AccountState;
  readonly command: AccountCommand;
  readonly context: DecisionContext;
}

/**
 * The refusal with its rule, the version of the policy, and the facts looked at. NOT_FOUND says nothing more: what is
 * not there and what may not be seen must look alike; nor does the opening of an account tell of one that is there. Whoever
 * answers an invitation is not in the account yet and is told nothing of it.
 */
export const explainRefusal = (rejection: Rejection, refused: Refused): Rejection => {
  const { state, command, context } = refused;
  const told = inTermsOf(command, rejection);
  const { code, permission = null } = rejection;
  if (code === 'NOT_FOUND') return told;
  if (requirement[command.type] === 'INVITEE' && context.actor.kind === 'USER') return withoutFacts(told);
  const account = state.account.get(ACCOUNT);
  if (command.type === 'openAccount' || account === undefined)
    return { ...told, rule: ruleWithoutAccount(code, permission) };
  const { actor, occurredAt } = context;
  const authority = permit(state, command, actor);
  const rule = appliedRule(code, {
    state,
    account,
    authority: isRejection(authority) ? null : actingAs(authority),
    actorId: actor.kind === 'USER' ? actor.userId : actor.id,
    occurredAt,
    asked: askedBy(state, command),
    permission,
  });
  return { ...told, rule, policyVersion: account.policyVersion };
};

const withoutFacts = ({ rejected, code, message, field }: Rejection): Rejection => ({
  rejected,
  code,
  message,
  ...(field === undefined ? {} : { field }),
});

/** The caller is told of fields that he can fill in, and of mutations other than the one he has just tried. */
const inTermsOf = (command: AccountCommand, { field, useInstead, ...rest }: Rejection): Rejection => {
  const { type } = command;
  const input = field === undefined || isInput(field, type) ? field : inputOfPerson(type);
  return {
    ...rest,
    ...(input === undefined ? {} : { field: input }),
    ...(useInstead === undefined || useInstead === type ? {} : { useInstead }),
  };
};

type Grants = Readonly<Record<string, readonly AccountCommand['type'][]>>;

/** Where these are input; elsewhere they are what the person was promised, or held. */
const grantedBy: Grants = {
  role: ['addUser', 'inviteUser', 'changeRole', 'reinstateUser'],
  permissions: ['addUser', 'inviteUser', 'grantPermissions', 'revokePermissions'],
};

const isInput = (field: string, type: AccountCommand['type']): boolean =>
  field !== 'userId' && (grantedBy[field]?.includes(type) ?? true);

/** Most inputs name the person as `userId`; whoever leaves names nobody, and whoever comes in may be named by address. */
const inputOfPerson = (type: AccountCommand['type']): string | undefined => {
  if (type === 'leaveAccount') return undefined;
  return type === 'addUser' || type === 'inviteUser' ? 'person' : 'userId';
};
