import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from '../config.js';

export type Log = Logger;

/**
 * JSON lines on standard output. What could hold a token or a person's data is removed before it is written; and what
 * looks like an address or a token is struck out of every line, whatever it stands in.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: secrets.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      remove: true,
    },
    serializers: { err: describeError },
    hooks: { streamWrite: struckOut },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const secrets = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'email',
  'name',
  'headers',
  'query',
  'variables',
  'body',
  'url',
];

/** No quotation marks, braces or backslashes are touched, so the line stays JSON. */
const struckOut = (line: string): string =>
  line
    .replace(/[^\s"'\\<>()[\]{},;:=]+@[^\s"'\\<>()[\]{},;:=]+/g, '[address]')
    .replace(/\beyJ[\w-]+\.[\w.-]+/g, '[token]');

/** For an outage, whose stack says nothing: the error and what brought it about, in one line. */
export function reasonsOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.cause === undefined ? error.message : `${error.message}: ${reasonsOf(error.cause)}`;
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
