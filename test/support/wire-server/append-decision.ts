import type { StoredRecord } from './stored-record.js';

export type ExpectedRevision = bigint | 'NO_STREAM' | 'STREAM_EXISTS' | 'ANY';

export type AppendDecision =
  | { readonly kind: 'append' }
  /** All events are already there: the answer of the first time is given again. */
  | { readonly kind: 'already-there'; readonly last: StoredRecord }
  | { readonly kind: 'wrong-expected-revision' };

export interface AppendQuestion {
  readonly stream: readonly StoredRecord[];
  readonly hasMetadata: boolean;
  readonly expected: ExpectedRevision;
  readonly ids: readonly string[];
  /** The small cache by event id that ANY and STREAM_EXISTS are judged by; forgets, and dies with the node. */
  readonly recentlyAppended: (id: string) => StoredRecord | undefined;
}

/** The rules of the server's index writer (CheckCommit), without deleted streams. */
export function decideAppend(question: AppendQuestion): AppendDecision {
  const { stream, expected } = question;
  const current = BigInt(stream.length) - 1n;
  if (expected === 'STREAM_EXISTS' && current < 0n && !question.hasMetadata) return WRONG;
  if (expected === 'ANY' || expected === 'STREAM_EXISTS') return decideByRecentIds(question);
  const revision = expected === 'NO_STREAM' ? -1n : expected;
  return revision === current ? APPEND : decideByPlace(stream, revision, question.ids);
}

const APPEND: AppendDecision = { kind: 'append' };
const WRONG: AppendDecision = { kind: 'wrong-expected-revision' };

/** The stream is elsewhere: the very same events at the very same place are a retry, anything else a conflict. */
function decideByPlace(
  stream: readonly StoredRecord[],
  revision: bigint,
  ids: readonly string[],
): AppendDecision {
  const there = ids.map((_, offset) => stream[Number(revision) + 1 + offset]);
  const last = there.at(-1);
  const allThere = there.every((record, offset) => record?.id === ids[offset]);
  return last && allThere ? { kind: 'already-there', last } : WRONG;
}

/** The first id decides whether it is a retry; a retry must be known whole. */
function decideByRecentIds({ ids, stream, recentlyAppended }: AppendQuestion): AppendDecision {
  const here = ids.map((id) => {
    const record = recentlyAppended(id);
    return record && stream[Number(record.revision)] === record ? record : undefined;
  });
  if (!here[0]) return APPEND;
  const last = here.at(-1);
  return last && here.every((record) => record) ? { kind: 'already-there', last } : WRONG;
}
