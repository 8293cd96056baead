import type { PeriodShape, Values } from './period-table.js';

/** Columns of membership_periods that a change of status alone decides. */
const STATUS_COLUMNS = 2;

interface Correction {
  /** Of the event whose boundary moves. */
  readonly revision: number;
  /** When it did take effect, ms. */
  readonly effectiveAt: number;
}

/**
 * The timeline of one membership after the boundary made by one event has moved. Between the old and the new boundary
 * the status becomes that of the side that grows; changes of role in between stay.
 */
export function correctedTimeline(known: readonly PeriodShape[], correction: Correction): PeriodShape[] {
  const { revision, effectiveAt } = correction;
  const at = known.findIndex((period) => period.revision === revision);
  const moved = known[at];
  if (moved === undefined || moved.validFrom === effectiveAt) return [...known];
  const before = known[at - 1];
  return effectiveAt < moved.validFrom
    ? merged(movedEarlier(known, moved, before, correction))
    : merged(movedLater(known, moved, before, correction));
}

function movedEarlier(
  known: readonly PeriodShape[],
  moved: PeriodShape,
  before: PeriodShape | undefined,
  { revision, effectiveAt }: Correction,
): PeriodShape[] {
  if (before === undefined)
    return known.map((period) => (period === moved ? { ...moved, validFrom: effectiveAt } : period));
  const timeline: PeriodShape[] = [];
  for (const period of known) {
    // By place, not by time: what had no length where the boundary was lay before it all the same.
    if (period.validTo <= effectiveAt || !isBefore(period, moved, known)) {
      timeline.push(period);
      continue;
    }
    const isCut = period.validFrom <= effectiveAt;
    if (isCut) timeline.push({ ...period, validTo: effectiveAt });
    timeline.push({
      values: period === before ? moved.values : withStatusOf(moved.values, period.values),
      validFrom: Math.max(period.validFrom, effectiveAt),
      validTo: period.validTo,
      revision: isCut ? revision : period.revision,
    });
  }
  return timeline;
}

function movedLater(
  known: readonly PeriodShape[],
  moved: PeriodShape,
  before: PeriodShape | undefined,
  { revision, effectiveAt }: Correction,
): PeriodShape[] {
  const timeline: PeriodShape[] = [];
  for (const period of known) {
    if (isBefore(period, moved, known) || period.validFrom >= effectiveAt) {
      timeline.push(period);
      continue;
    }
    // What grows is the time before: nothing at all when the membership's own beginning moves.
    if (before !== undefined)
      timeline.push({
        values: isJoin(before, moved) ? before.values : withStatusOf(before.values, period.values),
        validFrom: period.validFrom,
        validTo: Math.min(period.validTo, effectiveAt),
        // A piece left by an earlier correction of the same event is no boundary of its own any more.
        revision: period.revision === revision ? (timeline.at(-1) ?? before).revision : period.revision,
      });
    if (period.validTo >= effectiveAt) timeline.push({ ...period, validFrom: effectiveAt, revision });
  }
  return timeline;
}

function isBefore(period: PeriodShape, moved: PeriodShape, known: readonly PeriodShape[]): boolean {
  return known.indexOf(period) < known.indexOf(moved);
}

/** Coming in, or being asked in, decides role and permissions too; the other changes of status leave them alone. */
function isJoin(before: PeriodShape, moved: PeriodShape): boolean {
  return outside.has(`${before.values[0]}`) && ['ACTIVE', 'INVITED'].includes(`${moved.values[0]}`);
}

const outside: ReadonlySet<string> = new Set(['REMOVED', 'INVITED', 'INVITATION_EXPIRED']);

function withStatusOf(status: Values, rest: Values): Values {
  return [...status.slice(0, STATUS_COLUMNS), ...rest.slice(STATUS_COLUMNS)];
}

/** Joins what a cut has made two of; a period that begins with an event of its own stays one. */
function merged(timeline: readonly PeriodShape[]): PeriodShape[] {
  const result: PeriodShape[] = [];
  for (const period of timeline) {
    const last = result.at(-1);
    if (last !== undefined && last.revision === period.revision && isContinued(last, period))
      result[result.length - 1] = { ...last, validTo: period.validTo };
    else result.push(period);
  }
  return result;
}

function isContinued(a: PeriodShape, b: PeriodShape): boolean {
  return a.validTo === b.validFrom && a.values.every((value, i) => value === b.values[i]);
}
