import type { Envelope } from '../../src/domain/event.js';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import type { TestMuster } from './start-muster.js';

/** An event as the log itself holds it. */
export interface LoggedEvent extends Envelope {
  readonly position: number;
  // biome-ignore lint/suspicious/noExplicitAny: an event's data as stored
  readonly data: any;
}

/** More than any test writes. */
const MAX_EVENTS = 10_000;

/** What is noted of attempts and readings, in streams of their own: no fact of any account or person. */
const notes: readonly string[] = ['AttemptRefused', 'AuditRead'];

/** Everything that happened after a position, whatever the stream, in the order of the log. */
export async function eventsAfter(muster: TestMuster, position: number): Promise<readonly LoggedEvent[]> {
  return (await everythingAfter(muster, position)).filter(({ type }) => !notes.includes(type));
}

/** The same, and what was noted of refused attempts and of readings. */
export async function everythingAfter(
  { core }: TestMuster,
  position: number,
): Promise<readonly LoggedEvent[]> {
  return (await core.store.readAll({ afterPosition: position, maxCount: MAX_EVENTS })).map(logged);
}

/** One account's own stream, from its beginning. */
export async function accountEvents(
  { core }: TestMuster,
  accountId: string,
): Promise<readonly LoggedEvent[]> {
  return (await core.store.readStream(`account-${accountId}`, { maxCount: MAX_EVENTS })).map(logged);
}

const logged = ({ body, position }: RecordedEvent): LoggedEvent => ({ ...JSON.parse(body), position });
