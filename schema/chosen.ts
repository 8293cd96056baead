/** What a filter was set to, each once; null when it was not. A multi-select that somebody has cleared says "all". */
export const chosen = <T>(filter: readonly T[] | null | undefined): readonly T[] | null =>
  filter == null || filter.length === 0 ? null : [...new Set(filter)];
