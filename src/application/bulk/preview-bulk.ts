import { setImmediate } from 'node:timers/promises';
import { asOfNow } from '../../domain/account/due.js';
import type { Confirmation, ConfirmedOperation } from '../../domain/account/policy.js';
import { responsibilityFromKey } from '../../domain/account/responsibility.js';
import { ACCOUNT, type AccountState } from '../../domain/account/state.js';
import { countedForLimit } from '../../domain/bulk/progress.js';
import { kindOf } from '../../domain/bulk/undoing.js';
import { type Rejection, reject } from '../../domain/rejection.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import type { BulkPreview, BulkPreviewRequest, PreviewedInBulk } from '../application.js';
import type { Environment } from '../environment.js';
import { availability, unavailable } from '../offboarding/availability.js';
import {
  noSuccessors,
  operationCommand,
  tokenFor,
  validConfirmation,
} from '../offboarding/operation-command.js';
import { type Standpoint, tryOnce } from '../offboarding/trial.js';

/** Most items of one preview. */
export const MAX_PREVIEWED = 1_000;

type PreviewedItem = BulkPreview['items'][number];

interface PreviewedAccount {
  readonly refusal: Rejection | null;
  readonly confirmation: Confirmation;
  readonly items: readonly Omit<PreviewedItem, 'accountId'>[];
}

interface Parts {
  readonly accounts: Accounts;
  readonly environment: Environment;
}

export const previewBulk = async (
  parts: Parts,
  { actor, operation, selection }: BulkPreviewRequest,
): Promise<BulkPreview> => {
  const requested = selection.reduce((sum, { userIds }) => sum + userIds.length, 0);
  if (requested > MAX_PREVIEWED) return refusedAltogether(operation, selection, tooMany(requested));
  const preview = await previewSelection(parts, {
    actor,
    selection: selection.map((part) => ({ ...part, operation })),
  });
  return { ...preview, operation };
};

interface Selected {
  readonly accountId: string;
  readonly operation: PreviewedInBulk;
  readonly userIds: readonly string[];
}

/** What would become of each, by deciding it with everything that could be confirmed, and taking the decision back. */
export const previewSelection = async (
  { accounts, environment }: Parts,
  { actor, selection }: { readonly actor: RequestActor; readonly selection: readonly Selected[] },
): Promise<BulkPreview> => {
  const totalItems = countedForLimit(selection.flatMap(({ userIds }) => userIds));
  const previewed: { accountId: string; operation: PreviewedInBulk; preview: PreviewedAccount }[] = [];
  for (const { accountId, operation, userIds } of selection) {
    const asking = await accounts.actorFor(accountId, actor);
    const erased = await accounts.erasedAmong(accountId, operation === 'REACTIVATE' ? userIds : []);
    const preview = await accounts.read(accountId, ({ state, head }) => {
      const occurredAt = Math.max(environment.now(), head.occurredAt);
      return asOfNow(state, occurredAt, () =>
        previewAccount({ state, actor: asking, occurredAt, erased }, { operation, userIds, totalItems }),
      );
    });
    previewed.push({ accountId, operation, preview });
    await setImmediate();
  }
  return {
    operation: kindOf(selection),
    accounts: previewed.map(({ accountId, operation, preview: { refusal, confirmation } }) => ({
      accountId,
      operation,
      refusal,
      confirmation,
    })),
    items: previewed.flatMap(({ accountId, preview }) =>
      preview.items.map((item) => ({ accountId, ...item })),
    ),
  };
};

const tooMany = (requested: number): Rejection =>
  reject('BULK_LIMIT_EXCEEDED', `At most ${MAX_PREVIEWED} users at once, not ${requested}; do it in parts.`, {
    field: 'selection',
    bulk: { limit: MAX_PREVIEWED, requested },
  });

/** Nothing is looked at. */
const refusedAltogether = (
  operation: ConfirmedOperation,
  selection: BulkPreviewRequest['selection'],
  refusal: Rejection,
): BulkPreview => ({
  operation,
  accounts: selection.map(({ accountId }) => ({ accountId, operation, refusal, confirmation: 'NONE' })),
  items: [],
});

interface Asked {
  readonly operation: PreviewedInBulk;
  readonly userIds: readonly string[];
  /** Over all accounts. */
  readonly totalItems: number;
}

const previewAccount = (from: Standpoint, { operation, userIds, totalItems }: Asked): PreviewedAccount => {
  const { state } = from;
  const items = userIds.map((userId) => itemOf(state, operation, userId));
  const refusal = tryOnce(from, [{ type: 'selectForBulk', items, totalItems }]).refusals.get(0) ?? null;
  if (refusal !== null && (refusal.code === 'NOT_FOUND' || refusal.code === 'PERMISSION_DENIED'))
    return {
      refusal,
      confirmation: 'NONE',
      items: userIds.map((userId) => ({
        userId,
        ...unavailable(refusal),
        responsibilities: [],
        token: null,
      })),
    };
  const trial = tryOnce(from, items);
  const isRevocation = operation === 'REVOKE_INVITATION';
  return {
    refusal,
    confirmation: isRevocation
      ? 'NONE'
      : (state.account.get(ACCOUNT)?.policy.confirmation[operation].bulk ?? 'NONE'),
    items: items.map((item, at) => {
      const { userId } = item;
      const told = availability(from, item, { trial, at });
      return {
        userId,
        ...told,
        responsibilities: state.memberships.get(userId)?.duties.map(responsibilityFromKey) ?? [],
        token: told.available && !isRevocation ? tokenFor(state, { operation, userId }) : null,
      };
    }),
  };
};

/** With everything that could be confirmed; a revocation asks for nothing. */
const itemOf = (state: AccountState, operation: PreviewedInBulk, userId: string) => {
  if (operation === 'REVOKE_INVITATION') return { type: 'revokeInvitation', userId } as const;
  const on = { operation, userId };
  return operationCommand(on, validConfirmation(state, on, 'bulk'), noSuccessors);
};
