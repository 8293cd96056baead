import type { BulkItemAnswer, BulkRequest, BulkResult } from '../../src/application/application.js';
import { isRejection, type Rejection } from '../../src/domain/rejection.js';
import type { RequestContext } from '../context.js';
import { BulkCounts } from '../types/bulk-counts.js';
import { type FieldPath, type UserError, userErrorFrom } from '../types/user-error.js';
import type { BulkFields } from './bulk-field.js';
import { BulkItem, type BulkPayload, rejectionOf } from './bulk-payload.js';
import type { MutationInput } from './mutation-input.js';
import { becomesReadable, optionsFrom } from './run-mutation.js';

/** Most different reasons that are given for the whole; each person's own stands with the person. */
const MAX_REASONS = 20;

interface BulkRun<P extends BulkPayload> {
  readonly context: RequestContext;
  readonly input: MutationInput;
  readonly payload: new () => P;
  /** What refusals point at. */
  readonly fields: BulkFields;
  readonly act: (options: BulkOptions) => Promise<BulkResult | Rejection>;
  /** What has been done to people: "removed". */
  readonly done: string;
  /** What is counted; users, unless it is one person's memberships. */
  readonly counted?: { readonly one: string; readonly many: string };
}

const users = { one: 'user', many: 'users' };

type BulkOptions = Pick<BulkRequest, 'actor' | 'idempotencyKey' | 'dryRun' | 'reason'>;

/** The one way of every bulk mutation: do it, wait until it can be read, answer with what became of each. */
export async function runBulk<P extends BulkPayload>(run: BulkRun<P>): Promise<P> {
  const { context, input } = run;
  const { fingerprintOf: _, ...options } = optionsFrom(input, context);
  const result = await run.act(options);
  const fieldOf = ({ accountId, userId }: BulkItemAnswer) => run.fields.ofItem(accountId, userId);
  const payload = new run.payload();
  if (isRejection(result)) {
    payload.outcome = 'REJECTED';
    payload.message = result.message;
    payload.userErrors = [userErrorFrom(result, run.fields.ofWhole)];
    return payload;
  }
  payload.outcome = result.outcome;
  payload.bulkOperationId = result.bulkOperationId;
  payload.items = result.items.map((item) => new BulkItem(item, fieldOf(item)));
  payload.counts = new BulkCounts(result.counts);
  payload.position = result.position;
  payload.readable = result.position !== null && (await becomesReadable(context, result.position));
  payload.replayed = result.replayed;
  payload.userErrors = result.counts.APPLIED > 0 ? [] : reasonsOf(result.items, fieldOf);
  payload.message = messageOf(result, run);
  return payload;
}

/** Each once, pointing at the first who was refused for it. */
function reasonsOf(
  items: readonly BulkItemAnswer[],
  fieldOf: (item: BulkItemAnswer) => FieldPath,
): readonly UserError[] {
  const reasons = new Map<string, UserError>();
  for (const item of items) {
    const rejection = rejectionOf(item);
    if (rejection === null || reasons.size === MAX_REASONS) continue;
    const reason = `${rejection.code} ${rejection.message}`;
    if (!reasons.has(reason)) reasons.set(reason, userErrorFrom(rejection, fieldOf(item)));
  }
  return [...reasons.values()];
}

/** "2 of 3 users have been removed; 1 was refused." */
function messageOf(
  { outcome, counts, items }: BulkResult,
  { done, counted = users }: Pick<BulkRun<BulkPayload>, 'done' | 'counted'>,
): string {
  const { APPLIED, UNCHANGED, REJECTED, NOT_ATTEMPTED } = counts;
  const isOne = APPLIED === 1 || items.length === 1;
  const will = outcome === 'WOULD_APPLY' ? 'would be' : isOne ? 'has been' : 'have been';
  const passedOver = items.filter(({ outcome, code }) => outcome === 'UNCHANGED' && code !== null).length;
  const soAlready = UNCHANGED - passedOver;
  const was = (count: number) => (count === 1 ? 'was' : 'were');
  const stillOpen = items.filter(isStillOpen).length;
  const parts = [
    `${APPLIED} of ${items.length} ${items.length === 1 ? counted.one : counted.many} ${will} ${done}`,
    ...(soAlready === 0 ? [] : [`${soAlready} ${was(soAlready)} so already`]),
    ...(passedOver === 0 ? [] : [`${passedOver} ${was(passedOver)} passed over`]),
    ...(REJECTED === 0 ? [] : [`${REJECTED} ${was(REJECTED)} refused`]),
    ...(stillOpen === 0
      ? []
      : [stillOpen === 1 ? 'an invitation is still open' : `${stillOpen} invitations are still open`]),
    ...(NOT_ATTEMPTED === 0 ? [] : [`${NOT_ATTEMPTED} ${was(NOT_ATTEMPTED)} left alone because of that`]),
  ];
  return `${parts.join('; ')}.`;
}

/** Refused to be revoked; INVITATION_ENDED: there was none any more. */
const isStillOpen = ({ operation, outcome, code }: BulkItemAnswer): boolean =>
  operation === 'REVOKE_INVITATION' && outcome === 'REJECTED' && code !== 'INVITATION_ENDED';
