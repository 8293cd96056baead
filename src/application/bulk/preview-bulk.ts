import { setImmediate } from 'node:timers/promises';
import { asOfNow } from '../../domain/account/due.js';
import type { Confirmation } from '../../domain/account/policy.js';
import { ACCOUNT } from '../../domain/account/state.js';
import { alreadyDone } from '../../domain/account/targets.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import type { Accounts } from '../accounts.js';
import type { BulkPreview, BulkPreviewRequest } from '../application.js';
import type { Environment } from '../environment.js';
import { blockers, openCase } from '../offboarding/blockers.js';
import {
  noSuccessors,
  operationCommand,
  tokenFor,
  validConfirmation,
} from '../offboarding/operation-command.js';
import { type Standpoint, type Trial, tryOut } from '../offboarding/trial.js';
import { checkSelection } from './check-selection.js';
import { isChangeOf } from './item-results.js';

/** Most items of one preview. */
export const MAX_PREVIEWED = 1_000;

type PreviewedItem = BulkPreview['items'][number];

interface PreviewedAccount {
  readonly refusal: Rejection | null;
  readonly confirmation: Confirmation;
  readonly items: readonly Omit<PreviewedItem, 'accountId'>[];
}

/** What would become of each, by deciding it with everything that could be confirmed, and taking the decision back. */
export const previewBulk = async (
  { accounts, environment }: { readonly accounts: Accounts; readonly environment: Environment },
  { actor, operation, selection }: BulkPreviewRequest,
): Promise<BulkPreview> => {
  const badSelection = checkSelection(selection, { idsIn: 'userIds', atMost: MAX_PREVIEWED });
  if (badSelection !== null) return refusedAltogether(operation, selection, badSelection);
  const totalItems = selection.reduce((sum, { userIds }) => sum + userIds.length, 0);
  const previewed: { accountId: string; preview: PreviewedAccount }[] = [];
  for (const { accountId, userIds } of selection) {
    const asking = await accounts.actorFor(accountId, actor);
    const preview = await accounts.read(accountId, ({ state, head }) => {
      const occurredAt = Math.max(environment.now(), head.occurredAt);
      return asOfNow(state, occurredAt, () =>
        previewAccount({ state, actor: asking, occurredAt }, { operation, userIds, totalItems }),
      );
    });
    previewed.push({ accountId, preview });
    await setImmediate();
  }
  return {
    operation,
    accounts: previewed.map(({ accountId, preview: { refusal, confirmation } }) => ({
      accountId,
      refusal,
      confirmation,
    })),
    items: previewed.flatMap(({ accountId, preview }) =>
      preview.items.map((item) => ({ accountId, ...item })),
    ),
  };
};

/** Nothing is looked at. */
const refusedAltogether = (
  operation: BulkPreviewRequest['operation'],
  selection: BulkPreviewRequest['selection'],
  refusal: Rejection,
): BulkPreview => ({
  operation,
  accounts: selection.map(({ accountId }) => ({ accountId, refusal, confirmation: 'NONE' })),
  items: [],
});

interface Asked {
  readonly operation: BulkPreviewRequest['operation'];
  readonly userIds: readonly string[];
  /** Over all accounts. */
  readonly totalItems: number;
}

const previewAccount = (from: Standpoint, { operation, userIds, totalItems }: Asked): PreviewedAccount => {
  const { state } = from;
  const items = userIds.map((userId) => {
    const on = { operation, userId };
    return operationCommand(on, validConfirmation(state, on, 'bulk'), noSuccessors);
  });
  const refusal = tryOut(from, [{ type: 'selectForBulk', items, totalItems }]).refusals.get(0) ?? null;
  if (refusal !== null && (refusal.code === 'NOT_FOUND' || refusal.code === 'PERMISSION_DENIED'))
    return {
      refusal,
      confirmation: 'NONE',
      items: userIds.map((userId) => ({ userId, ...unavailable(refusal), token: null })),
    };
  const trial = tryOut(from, items);
  return {
    refusal,
    confirmation: state.account.get(ACCOUNT)?.policy.confirmation[operation].bulk ?? 'NONE',
    items: items.map((item, at) => ({
      userId: item.userId,
      ...availability(from, item, { trial, at }),
      token: tokenFor(state, { operation, userId: item.userId }),
    })),
  };
};

type Availability = Pick<PreviewedItem, 'available' | 'reason' | 'reassignmentRequired'>;

const availability = (
  { state }: Standpoint,
  item: ReturnType<typeof operationCommand>,
  { trial, at }: { readonly trial: Trial; readonly at: number },
): Availability => {
  const refusal = trial.refusals.get(at);
  if (refusal?.code === 'REASSIGNMENT_REQUIRED') {
    const given = openCase(state, item, trial.context);
    // Successors will do, unless nobody could be one or the caller may not name them.
    const reason = isRejection(given) ? given : (blockers(given, item)[0] ?? null);
    return { available: reason === null, reason, reassignmentRequired: true };
  }
  if (refusal !== undefined) return unavailable(refusal);
  return trial.events.some((event) => isChangeOf(item.userId, event))
    ? { available: true, reason: null, reassignmentRequired: false }
    : unavailable(alreadyDone(item.type));
};

const unavailable = (reason: Rejection): Availability => ({
  available: false,
  reason,
  reassignmentRequired: false,
});
