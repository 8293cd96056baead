import { GraphQLError } from 'graphql';

/**
 * Codes of top-level errors, the whole list: what leaves with another code leaves as INTERNAL_SERVER_ERROR with an id.
 * Refusals of a command are no errors: they stand in a payload's `userErrors`.
 */
export const apiErrorCodes = {
  UNAUTHENTICATED: 'There is no token, or it is not good.',
  BAD_USER_INPUT: 'A value has the wrong shape; `field` names it.',
  PERMISSION_DENIED: 'The caller may see the thing, but not do this; `permission` names what is missing.',
  PROJECTION_LAGGING: 'The read model has not reached `minPosition` yet: ask again.',
  SERVICE_UNAVAILABLE: 'Nothing was done; try again later.',
  OVERLOADED: 'Too much waits already and nothing was done; try again after `Retry-After` seconds.',
  OUTCOME_UNKNOWN: 'It may or may not have been done: repeat with the same idempotency key.',
  INTERNAL_SERVER_ERROR: 'A fault of Muster; `errorId` finds it in the log.',
  BAD_REQUEST: 'Not a GraphQL request.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL, or too long.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema, or asks for too much.',
  OPERATION_RESOLUTION_FAILURE: 'No such operation in the document.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Send the whole document.',
} as const;

export type ApiErrorCode = keyof typeof apiErrorCodes;

interface ApiErrorFacts {
  /** The argument or input field at fault, dotted from the field's arguments. */
  readonly field?: string;
  readonly permission?: string;
  readonly status?: number;
  /** Also the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** An error for the top-level `errors` list, with a code of the closed list. */
export function apiError(code: ApiErrorCode, message: string, facts: ApiErrorFacts = {}): GraphQLError {
  const { status, ...extensions } = facts;
  const { retryAfterSeconds } = facts;
  const headers = new Map<string, string>();
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  const http = status === undefined ? {} : { http: { status, headers } };
  // Typed loosely: another package of the tree declares `http.headers` as a record, Apollo reads a map.
  const all: Record<string, unknown> = { code, ...extensions, ...http };
  return new GraphQLError(message, { extensions: all });
}

export const badInput = (field: string, message: string): GraphQLError =>
  apiError('BAD_USER_INPUT', message, { field });
