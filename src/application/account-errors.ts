import { MAX_APPEND_BYTES } from '../event-store/event-store.js';

/** Too much waits for this account, or for all of them; nothing was written, try again later. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
  constructor(
    waiting: 'commands' | 'questions' = 'commands',
    where: 'this account' | 'Muster' = 'this account',
  ) {
    super(`Too many ${waiting} wait for ${where}; try again in a second.`);
  }
}

/** The commands of one request were all accepted, but their events do not fit one append; nothing was written. */
export class CommandTooLarge extends Error {
  override readonly name = 'CommandTooLarge';
  constructor(
    /** Bytes of the events of each command of the request, in order. */
    readonly bytesPerCommand: readonly number[],
  ) {
    super(`the events of one request exceed ${MAX_APPEND_BYTES} bytes; send fewer commands at once`);
  }
}
