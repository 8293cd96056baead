import { GraphQLError } from 'graphql';
import { CommandTooLarge, Overloaded } from '../src/application/account-errors.js';
import { apiError } from './api-error.js';
import type { FaultLog } from './context.js';

/**
 * What a caller is told of an outage, whatever field it met: errors of queries and mutations come through here, once per
 * answer. What nobody foresaw stays as it is.
 */
export function tellOutages(errors: readonly GraphQLError[], log: FaultLog): readonly GraphQLError[] {
  const logged = new Set<string>();
  return errors.map((error) => {
    const origin = error.originalError;
    if (!(origin instanceof Error)) return error;
    const told = outageFrom(origin);
    if (told === null) return error;
    if (isForOperators(origin) && !logged.has(origin.message))
      log.error({ err: origin }, 'the log or the key vault is in trouble');
    logged.add(origin.message);
    const { nodes, source, positions, path, locations } = error;
    const placed = new GraphQLError(told.message, {
      extensions: told.extensions,
      nodes: nodes ?? null,
      source: source ?? null,
      positions: positions ?? null,
      path: path ?? null,
    });
    // Errors of compiled queries know where they are without knowing the document.
    Object.defineProperty(placed, 'locations', { value: locations, enumerable: locations !== undefined });
    return placed;
  });
}

const operatorsFaults: readonly string[] = [
  'OutcomeUnknown',
  'StoreUnavailable',
  'KeyVaultUnavailable',
  'LogDamaged',
  'UnknownEventType',
  'UnknownEventVersion',
];

const isForOperators = ({ name }: Error): boolean => operatorsFaults.includes(name);

/** By name, so that no store needs to be known here; null for what is a fault of Muster. */
export function outageFrom(error: Error): GraphQLError | null {
  if (error.name === 'OutcomeUnknown')
    return apiError(
      'OUTCOME_UNKNOWN',
      'It may or may not have been done. Repeat the same input with the same idempotency key to find out safely.',
    );
  if (error.name === 'StoreUnavailable')
    return apiError(
      'SERVICE_UNAVAILABLE',
      'The log cannot be reached, or takes no writes, now; nothing was done. Try again later; /readyz tells operators why.',
      { status: 503, retryAfterSeconds: 5 },
    );
  if (error.name === 'KeyVaultUnavailable')
    return apiError(
      'SERVICE_UNAVAILABLE',
      'The keys of personal data are not to be had now, so nothing was done that needs them. Try again later.',
      { status: 503, retryAfterSeconds: 5 },
    );
  if (error.name === 'ReadModelBehind')
    return apiError('SERVICE_UNAVAILABLE', error.message, { status: 503, retryAfterSeconds: 1 });
  if (['UnknownEventType', 'UnknownEventVersion', 'LogDamaged'].includes(error.name))
    return apiError('SERVICE_UNAVAILABLE', `Nothing was done: ${error.message}`, { status: 503 });
  if (error instanceof CommandTooLarge)
    return apiError(
      'BAD_USER_INPUT',
      'This would write more than one append can hold; nothing was done. Do it in parts: hand contact duties over with reassignContacts first.',
    );
  if (error instanceof Overloaded)
    return apiError('OVERLOADED', `${error.message} Nothing was done.`, {
      status: 503,
      retryAfterSeconds: 1,
    });
  return null;
}
