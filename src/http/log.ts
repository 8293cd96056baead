import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from '../config.js';

export type Log = Logger;

/** JSON lines on standard output. What could hold a token or a person's data is removed before it is written. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: ['authorization', 'token', 'email', 'name', 'headers', 'variables', 'body'].flatMap((key) => [
        key,
        `*.${key}`,
        `*.*.${key}`,
      ]),
      remove: true,
    },
    serializers: { err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Own enumerable fields of errors are left out: libraries put whole requests there. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { message, stack, cause } = error;
  return {
    type: error.constructor.name,
    message,
    stack,
    ...(cause instanceof Error ? { cause: cause.message } : {}),
  };
}
