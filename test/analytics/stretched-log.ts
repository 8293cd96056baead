import { MemoryLog } from '../projections/memory-log.js';

const START = Date.parse('2020-01-01T00:00:00.000Z');
const TIME = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/g;

/** The same history over more days: every time in every event so many times as far from the beginning of 2020. */
export function stretched(log: MemoryLog, factor: number): MemoryLog {
  const longer = new MemoryLog();
  const later = (time: string) => new Date(START + (Date.parse(time) - START) * factor).toISOString();
  for (const event of log.events)
    longer.events.push({
      ...event,
      body: event.body.replaceAll(TIME, (_, time: string) => `"${later(time)}"`),
    });
  return longer;
}
