import type { DueMail } from '../application/work-lists.js';
import { type BulkResumptionParts, bulkResumption } from './bulk-resumption.js';
import { type CheckpointScheduleParts, checkpointSchedule } from './checkpoint-schedule.js';
import { deadlines } from './deadlines.js';
import { type ErasuresParts, erasures } from './erasures.js';
import { erasuresElsewhere } from './erasures-elsewhere.js';
import { MailDelivery, type MailDeliveryParts } from './mail/mail-delivery.js';
import { scheduledEnds } from './scheduled-ends.js';
import { type Pace, type ReadModelProgress, WorkLoop, type WorkLoopFacts } from './work-loop.js';

export interface ProcessManagersParts
  extends MailDeliveryParts,
    BulkResumptionParts,
    ErasuresParts,
    CheckpointScheduleParts {
  readonly readModel: ReadModelProgress;
  readonly report: (error: unknown, doing: string) => void;
  readonly pace?: Pace;
}

/** What Muster does unasked: a loop for each kind of work, so that a slow mail server holds up nothing but mail. */
export class ProcessManagers {
  readonly #parts: ProcessManagersParts;
  readonly #mail: WorkLoop<DueMail>;
  readonly #loops: readonly Pick<WorkLoop<unknown>, 'round' | 'close' | 'facts'>[];

  constructor(parts: ProcessManagersParts) {
    const { readModel, report, pace } = parts;
    const options = { readModel, report, ...(pace === undefined ? {} : { pace }) };
    this.#parts = parts;
    this.#mail = new WorkLoop({ work: new MailDelivery(parts), ...options });
    this.#loops = [
      this.#mail,
      new WorkLoop({ work: deadlines(parts), ...options }),
      new WorkLoop({ work: scheduledEnds(parts), ...options }),
      new WorkLoop({ work: bulkResumption(parts), ...options }),
      new WorkLoop({ work: erasures(parts), ...options }),
      new WorkLoop({ work: erasuresElsewhere(parts), ...options }),
      new WorkLoop({ work: checkpointSchedule(parts), ...options }),
    ];
  }

  /** The log has grown: there may be mail. Everything else waits for a time to come, and looks by itself. */
  nudge(): void {
    this.#mail.nudge();
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

  /** Begins nothing new; mails under way come to their end, but for those that take too long. */
  async close(): Promise<void> {
    const end = () => Promise.all(this.#loops.map((loop) => loop.close()));
    await end();
    await this.#parts.mailer.close();
    // What the mailer gave up is written down.
    await end();
  }
}
