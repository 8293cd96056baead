import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import type { LinkOperator, OpenAccount, UnlinkOperator } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkAccountName } from './names.js';
import { ACCOUNT, type AccountState } from './state.js';

/** The first events of an account: its rules, and its first owner when there is one to begin with. */
export const openAccount = (state: AccountState, command: OpenAccount): Decision<AccountEvent> => {
  if (state.account.has(ACCOUNT)) return [];
  const badName = checkAccountName(command.name, 'name');
  if (badName !== null) return badName;
  const { name, kind, operators, preset, policy, owner } = command;
  const opened: AccountEvent = {
    type: 'AccountOpened',
    data: { name: name.trim(), kind, operators, preset, policy, policyVersion: 1 },
  };
  if (owner === null) return [opened];
  const { userId, membershipId, permissions } = owner;
  return [
    opened,
    { type: 'UserAdded', data: { userId, membershipId, kind: 'STANDARD', role: 'OWNER', permissions } },
  ];
};

export const linkOperator = ({ account }: Case, command: LinkOperator): Decision<AccountEvent> => {
  const { operatorAccountId, operatorKind } = command;
  if (operatorKind !== 'OPERATOR' || operatorAccountId === account.accountId)
    return reject(
      'OPERATOR_LINK_INVALID',
      'Only another account of kind OPERATOR can operate this account.',
      {
        field: 'operatorAccountId',
      },
    );
  if (account.operators.includes(operatorAccountId)) return [];
  return [{ type: 'OperatorLinked', data: { operatorAccountId } }];
};

export const unlinkOperator = ({ account }: Case, command: UnlinkOperator): Decision<AccountEvent> =>
  account.operators.includes(command.operatorAccountId)
    ? [{ type: 'OperatorUnlinked', data: { operatorAccountId: command.operatorAccountId } }]
    : [];
