import { v5 as uuidV5 } from 'uuid';
import type { AccountCommand } from '../domain/account/commands.js';
import { presets } from '../domain/account/policy.js';
import { ACCOUNT } from '../domain/account/state.js';
import { type Rejection, reject } from '../domain/rejection.js';
import { stableJson } from '../domain/stable-json.js';
import type { Accounts } from './accounts.js';
import type { LinkOperatorRequest, OpenAccountRequest } from './application.js';
import type { Environment } from './environment.js';
import type { Newcomers } from './newcomers.js';
import type { Outcome } from './outcome.js';
import { actorIdOf, optionsOf } from './request-options.js';

/** Names of accounts opened under an idempotency key; random, fixed for ever. */
const ACCOUNT_NAMESPACE = '0a8f4cf5-64b6-4f0b-bb0f-4c58a3f1c2d9';

export interface AccountOpeningsParts {
  readonly accounts: Accounts;
  readonly newcomers: Newcomers;
  readonly environment: Environment;
  readonly rootAccountId: () => Promise<string | null>;
}

/** What root does: accounts come into being, and others may operate them. */
export class AccountOpenings {
  constructor(private readonly parts: AccountOpeningsParts) {}

  async open(request: OpenAccountRequest): Promise<Outcome> {
    const { accounts, environment, newcomers } = this.parts;
    const { name, kind, preset, actor, owner = null, dryRun = false } = request;
    const accountId = request.accountId ?? this.#idFor(request);
    const operatorAccountId = request.operatorAccountId ?? (await this.parts.rootAccountId());
    const badOperator = await this.#checkOperator(operatorAccountId);
    const membershipId = environment.newId();
    const execute = (userId: string | null, isDry: boolean) =>
      accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun: isDry,
        fingerprintOf: { name, kind, preset, policy: request.policy ?? null, operatorAccountId, userId },
        commands: [
          {
            type: 'openAccount',
            accountId,
            name,
            kind,
            operators: operatorAccountId === null ? [] : [operatorAccountId],
            preset,
            policy: { ...presets[preset], ...request.policy },
            owner: userId === null ? null : { userId, membershipId, permissions: [] },
          },
        ],
      });
    if (badOperator !== null) {
      const permitted = await execute(null, true);
      return permitted.outcome === 'REJECTED'
        ? permitted
        : { outcome: 'REJECTED', accountId, rejection: badOperator, at: 0 };
    }
    if (owner === null) return execute(null, dryRun);
    const refused = await newcomers.refusalOfIdentity(actor, owner, 'STANDARD');
    // An owner's kind is not for the caller to say.
    const refusal = refused?.field === 'kind' ? { ...refused, field: 'owner.identity' } : refused;
    return newcomers.enter({
      reference: owner,
      actor,
      dryRun,
      field: 'owner.userId',
      membershipId,
      refusal,
      execute,
    });
  }

  async linkOperator(request: LinkOperatorRequest): Promise<Outcome> {
    const { accountId, operatorAccountId } = request;
    const operatorKind = await this.#kindOf(operatorAccountId);
    const command: AccountCommand = { type: 'linkOperator', operatorAccountId, operatorKind };
    return this.parts.accounts.execute({
      ...optionsOf(request),
      accountId,
      fingerprintOf: { operatorAccountId },
      commands: [command],
    });
  }

  #idFor({ actor, idempotencyKey }: OpenAccountRequest): string {
    const key = idempotencyKey ?? null;
    return key === null
      ? this.parts.environment.newId()
      : uuidV5(stableJson([actorIdOf(actor), key]), ACCOUNT_NAMESPACE);
  }

  /** Only accounts of kind OPERATOR operate others. */
  async #checkOperator(operatorAccountId: string | null): Promise<Rejection | null> {
    if (operatorAccountId === null || (await this.#kindOf(operatorAccountId)) === 'OPERATOR') return null;
    return reject('OPERATOR_LINK_INVALID', 'Only an account of kind OPERATOR can operate this account.', {
      field: 'operatorAccountId',
    });
  }

  #kindOf(accountId: string) {
    return this.parts.accounts.read(accountId, ({ state }) => state.account.get(ACCOUNT)?.kind ?? null);
  }
}
