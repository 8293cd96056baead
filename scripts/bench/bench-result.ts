/** One figure: what Muster does, what the bare machine does in the same run, and what stands between. */
export interface BenchResult {
  readonly name: string;
  /** `value` ÷ `floor`, or as the figure says. */
  readonly ratio: number;
  readonly target: number;
  readonly value: number;
  readonly floor: number;
  readonly unit: string;
  /** How it was measured, and what limits it. */
  readonly note: string;
}

export interface Figure {
  readonly name: string;
  /** Whether the ratio has to reach the target, or stay below it. */
  readonly wanted: 'AT_LEAST' | 'AT_MOST';
  /** Loads its code only in the process that measures. */
  readonly run: () => Promise<BenchResult>;
}

export const isMet = ({ wanted }: Figure, { ratio, target }: BenchResult): boolean =>
  wanted === 'AT_LEAST' ? ratio >= target : ratio <= target;
