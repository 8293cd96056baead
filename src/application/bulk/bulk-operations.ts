import { v5 as uuidV5 } from 'uuid';
import { unknownAccount } from '../../domain/account/authority.js';
import { alreadyDone } from '../../domain/account/targets.js';
import type { BulkOrder } from '../../domain/bulk/progress.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import { stableJson } from '../../domain/stable-json.js';
import { hashOf } from '../../event-store/chain.js';
import {
  AppendTooLarge,
  type EventStore,
  OutcomeUnknown,
  WrongExpectedRevision,
} from '../../event-store/event-store.js';
import type { Accounts } from '../accounts.js';
import type {
  BulkCommands,
  BulkPreview,
  BulkPreviewRequest,
  BulkRequest,
  BulkResult,
  EndEverywhereRequest,
  EverywherePreviewRequest,
  UndoBulkRequest,
} from '../application.js';
import type { Environment } from '../environment.js';
import { actorIdOf, eventActorOf } from '../request-options.js';
import type { WorkLists } from '../work-lists.js';
import { answerFromStream, answerFromSurvey } from './bulk-answer.js';
import { BulkStream } from './bulk-stream.js';
import { endingsOf, orderToEndEverywhere } from './end-everywhere.js';
import { finishOperation, type Refusals } from './finish-operation.js';
import { OneAtATime } from './one-at-a-time.js';
import { orderOf } from './orders.js';
import { previewBulk, previewSelection } from './preview-bulk.js';
import { changesAnything, type Survey, survey } from './survey.js';
import { accountsToUndo, orderToUndo } from './undo-operation.js';
import { visibleAccounts } from './visible-accounts.js';

/** Names of operations begun under an idempotency key; random, fixed for ever. */
const BULK_NAMESPACE = '7d2c53de-94b5-4f0b-8a6c-5d3a0a1f6e42';

export interface BulkOperationsParts {
  readonly accounts: Accounts;
  readonly store: EventStore;
  readonly environment: Environment;
  /** Told of what failed without a caller to tell. */
  readonly report: (error: unknown, doing: string) => void;
  /** What the read model knows across accounts. */
  readonly lists: Pick<WorkLists, 'livingAccountIds' | 'caughtUp'>;
}

type Request = BulkRequest | EndEverywhereRequest | UndoBulkRequest;

/**
 * One operation on many people. Atomic is one append of one account's stream: an account's people go into one append as
 * far as they fit, all of those or none; between appends and between accounts nothing is atomic. An operation has a
 * stream of its own that says what was ordered before anything is done, and what became of each; so a crash between two
 * appends is gone over by `resume`. An order that would change nothing leaves no trace.
 */
export class BulkOperations implements BulkCommands {
  readonly #oneAtATime = new OneAtATime();

  constructor(private readonly parts: BulkOperationsParts) {}

  run(request: BulkRequest): Promise<BulkResult | Rejection> {
    return this.#carryOut(request, orderOf('', request), async (id) => orderOf(id, request));
  }

  /** @throws ReadModelBehind which accounts there are cannot be told at present; nothing was done */
  async endEverywhere(request: EndEverywhereRequest): Promise<BulkResult | Rejection> {
    const { userId, operation, confirmed, phrase, successors, previewTokens } = request;
    const input = { userId, operation, confirmed, phrase, successors, previewTokens };
    return this.#carryOut(request, input, (id) => orderToEndEverywhere(this.parts, id, request));
  }

  async undo(request: UndoBulkRequest): Promise<BulkResult | Rejection> {
    const { bulkOperationId: undoes, actor, dryRun = false } = request;
    return this.#carryOut(request, { undoes }, async (id) => {
      const undone = await this.#load(undoes);
      const inReach = await accountsToUndo(this.parts.accounts, accountIdsOf(undone), actor);
      if (isRejection(inReach)) return inReach;
      if (!undone.progress.isFinished && !dryRun)
        await this.#oneAtATime.run(undoes, async () => {
          await undone.catchUp();
          await this.#finish(undone);
        });
      return orderToUndo(undone.progress, id, inReach);
    });
  }

  /** One at a time: a list may ask it of many operations at once. */
  whyNotUndone({
    actor,
    bulkOperationId,
  }: Pick<UndoBulkRequest, 'actor' | 'bulkOperationId'>): Promise<Rejection | null> {
    return this.#oneAtATime.run('trying out what could be undone', async () => {
      const result = await this.undo({ actor, bulkOperationId, dryRun: true });
      if (isRejection(result)) return result;
      if (result.counts.APPLIED > 0) return null;
      const refused = result.items.find(({ rejection }) => rejection !== null);
      return refused?.rejection ?? alreadyDone(null);
    });
  }

  preview(request: BulkPreviewRequest): Promise<BulkPreview> {
    return previewBulk(this.parts, request);
  }

  /** @throws ReadModelBehind which accounts there are cannot be told at present */
  async previewEverywhere(request: EverywherePreviewRequest): Promise<BulkPreview | Rejection> {
    const endings = await endingsOf(this.parts, request);
    if (isRejection(endings)) return endings;
    const { actor, userId } = request;
    return previewSelection(this.parts, {
      actor,
      selection: endings.map((ending) => ({ ...ending, userIds: [userId] })),
    });
  }

  /**
   * Carries on with operations that were found unfinished, by whoever ordered them and with what he may do now. One that
   * is under way here is waited for; one that fails is reported and left for the next time.
   * @param untouchedForMs what has been written on since may be under way on another node, and is passed over
   */
  async resume(bulkOperationIds: readonly string[], untouchedForMs = 0): Promise<void> {
    for (const id of bulkOperationIds) {
      try {
        await this.#oneAtATime.run(id, async () => {
          const stream = await this.#load(id);
          const isUntouched = stream.lastRecordedAt + untouchedForMs <= this.parts.environment.now();
          if (isUntouched || untouchedForMs === 0) await finishOperation(this.parts, stream);
        });
      } catch (error) {
        this.parts.report(error, 'resuming a bulk operation');
      }
    }
  }

  /**
   * The same key, input and reason give what is recorded, as far as the caller may still see it; others are refused. The
   * key stands for the operation's id, so that two callers with one key meet in one stream.
   */
  #carryOut(
    request: Request,
    input: unknown,
    plan: (bulkOperationId: string) => Promise<BulkOrder | Rejection>,
  ): Promise<BulkResult | Rejection> {
    const { actor, idempotencyKey, dryRun = false, reason = null } = request;
    const key = idempotencyKey ?? null;
    const id =
      key === null
        ? this.parts.environment.newId()
        : uuidV5(stableJson([actorIdOf(actor), key]), BULK_NAMESPACE);
    const fingerprint = key === null ? null : hashOf(stableJson([input, reason]));
    return this.#oneAtATime.run(id, async () => {
      if (fingerprint !== null && !dryRun) {
        const known = await this.#repeat(id, request, fingerprint);
        if (known !== null) return known;
      }
      const order = await plan(id);
      if (isRejection(order)) return order;
      const surveyed = await survey(this.parts.accounts, order, actor);
      if (isRejection(surveyed)) return surveyed;
      if (dryRun || !changesAnything(surveyed)) return answerFromSurvey(surveyed, dryRun);
      return this.#begin(order, surveyed, { request, fingerprint });
    });
  }

  async #begin(
    order: BulkOrder,
    { actor: eventActor }: Survey,
    { request, fingerprint }: { readonly request: Request; readonly fingerprint: string | null },
  ): Promise<BulkResult | Rejection> {
    const { actor, reason = null, causationId = null } = request;
    const stream = new BulkStream(this.parts, order.bulkOperationId);
    try {
      await stream.start(order, {
        // A machine is called one; where the right comes from differs by account.
        actor: { ...(eventActor ?? eventActorOf(actor)), authority: null },
        reason,
        causationId,
        fingerprint,
      });
    } catch (error) {
      if (error instanceof AppendTooLarge) return tooMuch();
      if (fingerprint === null || !(error instanceof WrongExpectedRevision)) throw error;
      const known = await this.#repeat(order.bulkOperationId, request, fingerprint);
      if (known === null) throw error;
      return known;
    }
    const refusals = await this.#finish(stream);
    return answerFromStream(stream, { refusals, replayed: false, unseen: new Set() });
  }

  /** The first result of an operation that came again under its key; null: it has not been begun. */
  async #repeat(id: string, { actor }: Request, fingerprint: string): Promise<BulkResult | Rejection | null> {
    const stream = await this.#load(id);
    const { started } = stream.progress;
    if (started === null) return null;
    if (started.fingerprint !== fingerprint) return keyReused();
    const accountIds = accountIdsOf(stream);
    const seen = await visibleAccounts(this.parts.accounts, accountIds, actor);
    if (seen.size === 0) return unknownAccount();
    const refusals = await this.#finish(stream);
    const unseen = new Set(accountIds.filter((accountId) => !seen.has(accountId)));
    return answerFromStream(stream, { refusals, replayed: true, unseen });
  }

  /** Once begun, an operation goes on by itself: nobody is told that nothing was done. */
  async #finish(stream: BulkStream): Promise<Refusals> {
    try {
      return await finishOperation(this.parts, stream);
    } catch (error) {
      throw new OutcomeUnknown(
        `The bulk operation ${stream.bulkOperationId} has begun and was interrupted; it goes on by itself. Look it up, ` +
          'or repeat it with the same key, to learn what became of it.',
        { cause: error },
      );
    }
  }

  async #load(id: string): Promise<BulkStream> {
    const stream = new BulkStream(this.parts, id);
    await stream.catchUp();
    return stream;
  }
}

const accountIdsOf = ({ progress }: BulkStream): readonly string[] =>
  (progress.started?.data.selection ?? []).map(({ accountId }) => accountId);

const keyReused = (): Rejection =>
  reject(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key was used for another input; send a fresh key for a new operation.',
    { field: 'idempotencyKey' },
  );

const tooMuch = (): Rejection =>
  reject('INVALID_INPUT', 'This is more than one operation can hold; do it in parts.', {
    field: 'selection',
  });
