import type { ListedWebhook } from '../application/webhooks/webhook-lists.js';
import type { DueMail } from '../application/work-lists.js';
import { atMost } from './at-most.js';
import { type BulkResumptionParts, bulkResumption } from './bulk-resumption.js';
import { type CheckpointScheduleParts, checkpointSchedule } from './checkpoint-schedule.js';
import { deadlines } from './deadlines.js';
import { type ErasuresParts, erasures } from './erasures.js';
import { erasuresElsewhere } from './erasures-elsewhere.js';
import { MailDelivery, type MailDeliveryParts } from './mail/mail-delivery.js';
import { scheduledEnds } from './scheduled-ends.js';
import { type SpooledReadingsParts, spooledReadings } from './spooled-readings.js';
import { type WaitingRefusalsParts, waitingRefusals } from './waiting-refusals.js';
import { WebhookDelivery, type WebhookDeliveryParts } from './webhooks/webhook-delivery.js';
import { webhookLanes } from './webhooks/webhook-lanes.js';
import { WebhookWatch } from './webhooks/webhook-watch.js';
import { type Pace, type ReadModelProgress, WorkLoop, type WorkLoopFacts } from './work-loop.js';

export interface ProcessManagersParts
  extends MailDeliveryParts,
    BulkResumptionParts,
    ErasuresParts,
    WebhookDeliveryParts,
    CheckpointScheduleParts,
    SpooledReadingsParts,
    WaitingRefusalsParts {
  readonly readModel: ReadModelProgress;
  readonly report: (error: unknown, doing: string) => void;
  readonly pace?: Pace;
  readonly closing?: ClosingPatience;
}

/** All in milliseconds. */
export interface ClosingPatience {
  /** For what comes to its end by itself. */
  readonly undisturbedMs: number;
  /** In all; afterwards what is still under way is left to the next start. */
  readonly totalMs: number;
}

/** Less than the process gives itself to end. */
const defaultClosing: ClosingPatience = { undisturbedMs: 4_000, totalMs: 7_000 };

/** What Muster does unasked: a loop for each kind of work, so that a slow mail server holds up nothing but mail. */
export class ProcessManagers {
  readonly #parts: ProcessManagersParts;
  readonly #mail: WorkLoop<DueMail>;
  readonly #webhooks: readonly WorkLoop<ListedWebhook>[];
  readonly #delivery: WebhookDelivery;
  readonly #loops: readonly Pick<WorkLoop<unknown>, 'round' | 'close' | 'facts'>[];

  constructor(parts: ProcessManagersParts) {
    const { readModel, report, pace } = parts;
    const options = { readModel, report, ...(pace === undefined ? {} : { pace }) };
    this.#parts = parts;
    this.#mail = new WorkLoop({ work: new MailDelivery(parts), ...options });
    this.#delivery = new WebhookDelivery(parts);
    const watch = new WebhookWatch(parts.webhookLists);
    const lanes = webhookLanes({ environment: parts.environment, delivery: this.#delivery, watch });
    this.#webhooks = lanes.map((work) => new WorkLoop({ work, ...options }));
    this.#loops = [
      this.#mail,
      ...this.#webhooks,
      new WorkLoop({ work: deadlines(parts), ...options }),
      new WorkLoop({ work: scheduledEnds(parts), ...options }),
      new WorkLoop({ work: bulkResumption(parts), ...options }),
      new WorkLoop({ work: erasures(parts), ...options }),
      new WorkLoop({ work: erasuresElsewhere(parts), ...options }),
      new WorkLoop({ work: checkpointSchedule(parts), ...options }),
      new WorkLoop({ work: spooledReadings(parts), ...options }),
      new WorkLoop({ work: waitingRefusals(parts), ...options }),
    ];
  }

  /** The log has grown: there may be mail, and something to be posted. Everything else waits for a time to come, and looks by itself. */
  nudge(): void {
    this.#mail.nudge();
    for (const lane of this.#webhooks) lane.nudge();
  }

  /** Of each kind of work, for those who watch. */
  facts(): readonly WorkLoopFacts[] {
    return this.#loops.map((loop) => loop.facts());
  }

  /** Resolves when everything that is due has been done, or has failed and is left for later. */
  async settled(): Promise<void> {
    for (;;) {
      await this.#parts.lists.caughtUp();
      const done = await Promise.all(this.#loops.map((loop) => loop.round()));
      if (done.every((items) => items === 0)) return;
    }
  }

  /** Begins nothing new; mails and posts under way come to their end, but for those that take too long. */
  async close(): Promise<void> {
    const { webhookPoster, mailer, closing = defaultClosing } = this.#parts;
    const began = performance.now();
    this.#delivery.stop();
    await Promise.all(this.#loops.map((loop) => loop.close(closing.undisturbedMs)));
    webhookPoster.close();
    const left = Math.max(0, began + closing.totalMs - performance.now());
    // What the mailer and the poster give up is written down.
    const unblocked = [this.#mail, ...this.#webhooks].map((loop) => loop.close(left));
    await Promise.all([atMost(left, mailer.close()), ...unblocked]);
  }
}
