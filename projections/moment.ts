import type { StoredEvent } from '../src/domain/event.js';
import type { RecordedEvent } from '../src/event-store/event-store.js';
import type { Moment } from './projection.js';

/** The events of one append share their times, so the last one parsed is mostly the next one needed. */
export class MomentReader {
  #occurred = '';
  #occurredAt = 0;
  #recorded = '';
  #recordedAt = 0;

  read(event: StoredEvent, recorded: RecordedEvent): Moment {
    if (event.occurredAt !== this.#occurred) {
      this.#occurred = event.occurredAt;
      this.#occurredAt = Date.parse(event.occurredAt);
    }
    if (event.recordedAt !== this.#recorded) {
      this.#recorded = event.recordedAt;
      this.#recordedAt = Date.parse(event.recordedAt);
    }
    return {
      recorded,
      position: recorded.position,
      revision: recorded.revision,
      occurredAt: this.#occurredAt,
      recordedAt: this.#recordedAt,
    };
  }
}
