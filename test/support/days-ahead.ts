/** So many days from now, for a server whose clock is the real one. */
export const daysAhead = (days: number): string => new Date(Date.now() + days * 24 * 3_600_000).toISOString();
