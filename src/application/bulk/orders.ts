import type { Successors } from '../../domain/account/commands.js';
import { confirmedOperations } from '../../domain/account/policy.js';
import type { BulkItem } from '../../domain/bulk/events.js';
import type { BulkOrder } from '../../domain/bulk/progress.js';
import type { BulkRequest } from '../application.js';
import { NO_TOKEN } from '../no-token.js';

/** What a request asks for, as it is written down: nothing a caller has typed freely gets into the log. */
export const orderOf = (bulkOperationId: string, request: BulkRequest): BulkOrder => {
  const { operation, errorPolicy, selection, confirmed, phrase } = request;
  return {
    bulkOperationId,
    operation,
    errorPolicy,
    selection: selection.map(({ accountId, items, successors }) => ({
      accountId,
      operation,
      items: items.map(itemOf),
      successors: successorsOf(successors),
    })),
    confirmed,
    phrase: knownPhrase(phrase),
    undoes: null,
  };
};

const itemOf = ({ userId, previewToken }: BulkRequest['selection'][number]['items'][number]): BulkItem => ({
  userId,
  previewToken: knownToken(previewToken),
  undoesRevision: null,
});

/** Something that is no token at all is as stale as any. */
export const knownToken = (previewToken: string | null): string | null =>
  previewToken === null || TOKEN.test(previewToken) ? previewToken : NO_TOKEN;

const TOKEN = /^[0-9a-f]{64}$/;

/** Another word confirms nothing. */
export const knownPhrase = (
  phrase: string | null,
  words: readonly string[] = confirmedOperations,
): string | null => words.find((word) => word === phrase) ?? null;

export const successorsOf = ({ forAll, each }: Successors): Successors => ({
  forAll,
  each: each.map(({ responsibility: { kind, applicationId }, userId }) => ({
    responsibility: { kind, applicationId },
    userId,
  })),
});
