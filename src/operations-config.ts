import type { PlaceLimits } from './application/command-places.js';
import { type EnvironmentVariables, type NumberRange, readNumber, readText } from './config-variables.js';

/** How this process is watched, held within bounds and taken out of service. */
export interface OperationsConfig {
  /** Where the metrics are served; null: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** A read model that is further behind is not ready. */
  readonly readyLagMs: number;
  /** Between being told to stop and taking no more connections. */
  readonly drainMs: number;
  readonly limits: WaitingLimits;
}

export interface WaitingLimits extends PlaceLimits {
  /** Bytes of the bodies of all requests that are being answered. */
  readonly requestBytes: number;
}

const MEGABYTE = 1_000_000;

const ranges = {
  MUSTER_METRICS_PORT: { least: 0, most: 65_535, otherwise: 0, unit: 'a port' },
  MUSTER_READY_LAG_SECONDS: { least: 1, most: 3_600, otherwise: 5, unit: 'seconds' },
  MUSTER_DRAIN_SECONDS: { least: 0, most: 300, otherwise: 0, unit: 'seconds' },
  MUSTER_MAX_WAITING: { least: 1, most: 1_000_000, otherwise: 10_000, unit: 'commands' },
  MUSTER_MAX_WAITING_PER_ACCOUNT: { least: 1, most: 100_000, otherwise: 2_000, unit: 'commands' },
  MUSTER_MAX_REQUEST_MB: { least: 1, most: 4_096, otherwise: 64, unit: 'megabytes' },
} as const satisfies Readonly<Record<string, NumberRange>>;

export function readOperations(env: EnvironmentVariables, problems: string[]): OperationsConfig {
  const numberOf = (name: keyof typeof ranges) => readNumber(env, name, { range: ranges[name], problems });
  const host = readText(env, 'MUSTER_METRICS_HOST') ?? '127.0.0.1';
  const isServed = readText(env, 'MUSTER_METRICS_PORT') !== null;
  const port = numberOf('MUSTER_METRICS_PORT');
  if (
    isServed &&
    port !== 0 &&
    readText(env, 'MUSTER_METRICS_PORT') === (readText(env, 'MUSTER_PORT') ?? '4000')
  )
    problems.push('MUSTER_METRICS_PORT must be another port than MUSTER_PORT: metrics are not for everybody');
  return {
    metrics: isServed ? { host, port } : null,
    readyLagMs: numberOf('MUSTER_READY_LAG_SECONDS') * 1_000,
    drainMs: numberOf('MUSTER_DRAIN_SECONDS') * 1_000,
    limits: {
      waiting: numberOf('MUSTER_MAX_WAITING'),
      waitingPerAccount: numberOf('MUSTER_MAX_WAITING_PER_ACCOUNT'),
      requestBytes: numberOf('MUSTER_MAX_REQUEST_MB') * MEGABYTE,
    },
  };
}

/** What holds when nothing is set. */
export const defaultOperations: OperationsConfig = readOperations({}, []);
