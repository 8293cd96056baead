import type { Figure } from './bench-result.js';

/** In the order they are run and shown. */
export const figures: readonly Figure[] = [
  { name: 'append', wanted: 'AT_LEAST', run: async () => (await import('./append.js')).benchAppend() },
  { name: 'rebuild', wanted: 'AT_LEAST', run: async () => (await import('./rebuild.js')).benchRebuild() },
  { name: 'mutation', wanted: 'AT_LEAST', run: async () => (await import('./mutation.js')).benchMutation() },
  {
    name: 'mutation-hot',
    wanted: 'AT_LEAST',
    run: async () => (await import('./mutation.js')).benchMutationHot(),
  },
  { name: 'query', wanted: 'AT_LEAST', run: async () => (await import('./query.js')).benchQuery() },
  {
    name: 'read-under-write',
    wanted: 'AT_MOST',
    run: async () => (await import('./read-under-write.js')).benchReadUnderWrite(),
  },
  { name: 'growth', wanted: 'AT_MOST', run: async () => (await import('./growth.js')).benchGrowth() },
  { name: 'verify', wanted: 'AT_LEAST', run: async () => (await import('./verify.js')).benchVerify() },
  { name: 'asof', wanted: 'AT_MOST', run: async () => (await import('./history.js')).benchAsOf() },
  { name: 'audit', wanted: 'AT_MOST', run: async () => (await import('./history.js')).benchAudit() },
  { name: 'cold', wanted: 'AT_MOST', run: async () => (await import('./cold.js')).benchCold() },
];
