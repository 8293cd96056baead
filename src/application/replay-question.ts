import { permitReading } from '../domain/account/authority.js';
import { isRejection, type Rejection } from '../domain/rejection.js';
import { inTurn } from './account-questions.js';
import type { Accounts } from './accounts.js';
import type { ReplayPage, ReplayRequest } from './application.js';
import { foldedAt, type PastParts } from './past-state.js';
import { Replay, type ReplayedEvent } from './replay.js';

interface QuestionParts extends PastParts {
  readonly accounts: Accounts;
}

/**
 * A page of an account's history, each event with what it changed, straight from the log. The state before the page is folded
 * from the snapshot, where that is older, or from the first event; one question at a time for each account.
 */
export const replayPage = async (
  { accounts, store, snapshots }: QuestionParts,
  { actor, accountId, userId, afterRevision, limit, beforeShowing }: ReplayRequest,
): Promise<ReplayPage | Rejection> => {
  const asker = await accounts.actorFor(accountId, actor);
  const right = await accounts.read(accountId, ({ state }) => permitReading(state, 'audit.read', asker));
  if (isRejection(right)) return right;
  await beforeShowing();
  const stream = `account-${accountId}`;
  return inTurn(store, stream, async () => {
    const [newest] = await store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
    if (newest === undefined || afterRevision >= newest.revision) return { events: [], hasMore: false };
    const start = await foldedAt({ store, snapshots }, { stream, revision: afterRevision });
    const events: ReplayedEvent[] = [];
    for await (const step of new Replay(store, accountId, start).steps({ userId })) {
      if (events.length === limit) return { events, hasMore: true };
      events.push(step);
    }
    return { events, hasMore: false };
  });
};
