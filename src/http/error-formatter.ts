import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { apiErrorCodes } from '../../schema/api-error.js';
import type { AskedIds } from './asked.js';
import { type Log, reasonsOf } from './log.js';

/** What may leave beside the code. */
const facts = ['field', 'permission', 'retryAfterSeconds'] as const;

/** Who met an error, until it is formatted. */
const askers = new WeakMap<object, AskedIds>();
export const noteAsker = (error: object, ids: AskedIds): void => void askers.set(error, ids);

/** Errors leave by a list of known codes; any other becomes a constant and an id that finds it in the log. */
export function createErrorFormatter(log: Log) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const extensions = formatted.extensions ?? {};
    const code = codeOf(extensions.code, error);
    if (!(code in apiErrorCodes) || code === 'INTERNAL_SERVER_ERROR') {
      // No path: aliases are the caller's own words.
      const ids = (typeof error === 'object' && error !== null ? askers.get(error) : undefined) ?? {};
      const errorId = logFault(log, originOf(error), ids);
      return { ...placeOf(formatted), ...internalError(errorId, ids.traceId) };
    }
    const kept = facts.flatMap((name) => (name in extensions ? [[name, extensions[name]]] : []));
    return {
      ...placeOf(formatted),
      message: formatted.message,
      extensions: { code, ...Object.fromEntries(kept) },
    };
  };
}

/** What graphql-js itself says of an argument carries no code: the caller's value does not fit. */
function codeOf(code: unknown, error: unknown): string {
  const origin = originOf(error);
  const isOfArgument =
    origin instanceof GraphQLError &&
    origin.extensions.code === undefined &&
    /^Argument "/.test(origin.message);
  return isOfArgument ? 'BAD_USER_INPUT' : String(code);
}

/** Logs what nobody foresaw, once, and gives the id under which it stands there. */
export function logFault(log: Log, error: unknown, where: object = {}): string {
  const errorId = randomUUID();
  log.error({ errorId, ...where, err: error }, 'unexpected error');
  return errorId;
}

/** As logFault, for what is known to happen: what is not to be had, and why. */
export function logOutage(log: Log, error: unknown, what: string): string {
  const errorId = randomUUID();
  log.error({ errorId, reason: reasonsOf(error) }, what);
  return errorId;
}

/** The trace's id tells a caller nothing, and those who trace where to look. */
export const internalError = (errorId: string, traceId?: string) => ({
  message: `Something went wrong inside Muster. Its log knows more under ${errorId}.`,
  extensions: { code: 'INTERNAL_SERVER_ERROR', errorId, ...(traceId === undefined ? {} : { traceId }) },
});

const placeOf = ({ locations, path }: GraphQLFormattedError) => ({
  ...(locations === undefined ? {} : { locations }),
  ...(path === undefined ? {} : { path }),
});

function originOf(error: unknown): unknown {
  const original = (error as { readonly originalError?: unknown } | null)?.originalError;
  return original ?? error;
}
