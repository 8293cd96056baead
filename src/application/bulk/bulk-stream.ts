import type { BulkEvent } from '../../domain/bulk/events.js';
import { type BulkOrder, type BulkProgress, nothingDone, progressAfter } from '../../domain/bulk/progress.js';
import type { EventActor, EventReason, StoredEvent } from '../../domain/event.js';
import type { EventStore, NewEvent } from '../../event-store/event-store.js';
import { emptyHead, headOf, refuseBrokenChain, type StreamHead } from '../account-fold.js';
import { decoderOf } from '../decode-event.js';
import { encodeEvent } from '../envelope.js';
import type { Environment } from '../environment.js';

export interface BulkStreamParts {
  readonly store: EventStore;
  readonly environment: Environment;
}

/** Who ordered it, and why; the same in every event of the stream. */
export interface OrderedBy {
  readonly actor: EventActor;
  readonly reason: EventReason | null;
  readonly causationId: string | null;
  /** Of the input, when it came under an idempotency key. */
  readonly fingerprint: string | null;
}

const PAGE = 1_000;

/** The stream `bulk-<id>` of one operation, and what it says so far. */
export class BulkStream {
  #progress: BulkProgress = nothingDone();
  #head: StreamHead = emptyHead;
  #position: number | null = null;

  constructor(
    private readonly parts: BulkStreamParts,
    readonly bulkOperationId: string,
  ) {}

  get progress(): BulkProgress {
    return this.#progress;
  }

  /** Log position of its last event; null while it has none. */
  get position(): number | null {
    return this.#position;
  }

  /** When its last event was recorded, ms; 0 while it has none. */
  get lastRecordedAt(): number {
    return this.#head.recordedAt;
  }

  /** Folds what is there and was not known yet. */
  async catchUp(): Promise<void> {
    for (;;) {
      const page = await this.parts.store.readStream(this.#stream, {
        fromRevision: this.#head.revision + 1,
        maxCount: PAGE,
      });
      for (const recorded of page) {
        const event = decode(recorded);
        refuseBrokenChain(recorded, event.previousHash, this.#head);
        this.#take(event, headOf(recorded, event), recorded.position);
      }
      if (page.length < PAGE) return;
    }
  }

  /**
   * The first event, before anything is done in any account.
   * @throws WrongExpectedRevision the operation has been started already
   */
  async start(order: BulkOrder, by: OrderedBy): Promise<void> {
    await this.#append([{ type: 'BulkOperationStarted', data: order }], by);
  }

  /** @throws WrongExpectedRevision another node has written on; `catchUp` and look again */
  async append(events: readonly BulkEvent[]): Promise<void> {
    const { started } = this.#progress;
    if (started === null) throw new Error(`${this.#stream} has not been started`);
    const { actor, reason, causationId } = started;
    await this.#append(events, { actor, reason, causationId, fingerprint: null });
  }

  get #stream(): string {
    return `bulk-${this.bulkOperationId}`;
  }

  async #append(events: readonly BulkEvent[], by: OrderedBy): Promise<void> {
    const encoded: { stored: StoredEvent<BulkEvent>; toAppend: NewEvent; head: StreamHead }[] = [];
    const now = this.parts.environment.now();
    for (const event of events)
      encoded.push(this.#encode(event, by, { previous: encoded.at(-1)?.head ?? this.#head, now }));
    const { revision } = this.#head;
    const { position } = await this.parts.store.append({
      stream: this.#stream,
      expectedRevision: revision === -1 ? 'NO_STREAM' : revision,
      events: encoded.map(({ toAppend }) => toAppend),
    });
    for (const { stored, head } of encoded) this.#take(stored, head, position);
  }

  #encode(
    event: BulkEvent,
    by: OrderedBy,
    { previous, now }: { readonly previous: StreamHead; readonly now: number },
  ) {
    const head = {
      revision: previous.revision + 1,
      recordedAt: Math.max(now, previous.recordedAt),
      occurredAt: Math.max(now, previous.occurredAt),
    };
    const { stored, toAppend } = encodeEvent<BulkEvent>(
      event,
      {
        ...by,
        commandId: this.bulkOperationId,
        correlationId: this.bulkOperationId,
        occurredAt: head.occurredAt,
      },
      {
        eventId: this.parts.environment.newId(),
        stream: this.#stream,
        revision: head.revision,
        recordedAt: head.recordedAt,
        accountId: null,
        subjectId: null,
        policyVersion: 0,
        previousHash: previous.hash,
      },
    );
    return { stored, toAppend, head: { ...head, hash: toAppend.hash } };
  }

  #take(event: StoredEvent<BulkEvent>, head: StreamHead, position: number): void {
    this.#progress = progressAfter(this.#progress, event);
    this.#head = head;
    this.#position = position;
  }
}

const decode = decoderOf<BulkEvent>(['BulkOperationStarted', 'BulkPartDone', 'BulkOperationFinished']);
