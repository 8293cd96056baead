/** What a number of lengths of time have in common; all in ms. */
export interface LengthFigures {
  readonly count: number;
  /** Null: there are none. */
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** @param lengthsMs in any order */
export function lengthFigures(lengthsMs: readonly number[]): LengthFigures {
  const sorted = Float64Array.from(lengthsMs).sort();
  const count = sorted.length;
  if (count === 0) return { count, meanMs: null, medianMs: null, p90Ms: null };
  const sum = sorted.reduce((total, length) => total + length, 0);
  return { count, meanMs: sum / count, medianMs: quantile(sorted, 0.5), p90Ms: quantile(sorted, 0.9) };
}

/** Between the two nearest by their distance: what PERCENTILE.INC of a spreadsheet and NumPy's default give. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
