import type { Context } from '@opentelemetry/api';
import type { Observer } from '../application/observer.js';
import type { Metrics } from './metrics.js';
import { inSpan, nameOf, onBehalfOf, underWay } from './tracing.js';

/** Counts, times and traces commands; their appends come below them. */
export const applicationObserver = (metrics: Metrics): Observer => ({
  command: (types, run) =>
    inSpan(
      { name: 'muster.command', attributes: { 'muster.command.types': [...new Set(types)].join(',') } },
      async (span) => {
        const startedMs = performance.now();
        const decided = (outcome: string) => {
          span.setAttribute('muster.outcome', outcome);
          metrics.decided(outcome, (performance.now() - startedMs) / 1_000);
        };
        try {
          const result = await run();
          decided(result.outcome);
          return result;
        } catch (error) {
          decided(nameOf(error));
          throw error;
        }
      },
    ),
  asker: underWay,
  onBehalfOf: (askers, run) => onBehalfOf(askers.filter(isContext), run),
});

const isContext = (asker: unknown): asker is Context =>
  typeof asker === 'object' && asker !== null && 'getValue' in asker && 'setValue' in asker;
