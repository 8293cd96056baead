import { ErrorType, isCommandError, StreamNotFoundError } from '@eventstore/db-client';

/**
 * What a failed call means.
 * - `NOT_DONE`: the server surely did nothing; try again
 * - `MAYBE_DONE`: nobody knows; try again, and never say that it failed
 * - `REFUSED`: the server surely did nothing and will not; trying again is useless
 */
export type Meaning = 'NOT_DONE' | 'MAYBE_DONE' | 'REFUSED';

/** Said before a request is sent, or by a server that did not take it. */
const NOT_TAKEN =
  /\b(?:No connection established|Name resolution failed|Channel closed before call started|Server Is Not Ready|Server Is Too Busy|No leader info available)\b/;

/** Said by the client when no node of the cluster told it where to go. */
const NO_NODE_FOUND = /^Failed to discover after \d+ attempts/;

export function meaningOf(error: unknown): Meaning {
  if (!(error instanceof Error)) return 'MAYBE_DONE';
  if (NO_NODE_FOUND.test(error.message)) return 'NOT_DONE';
  if (!isCommandError(error)) return 'MAYBE_DONE';
  switch (error.type) {
    case ErrorType.NOT_LEADER:
      return 'NOT_DONE';
    case ErrorType.UNAVAILABLE:
    case ErrorType.UNKNOWN:
      return NOT_TAKEN.test(error.message) ? 'NOT_DONE' : 'MAYBE_DONE';
    case ErrorType.ACCESS_DENIED:
    case ErrorType.STREAM_DELETED:
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
    case ErrorType.MISSING_REQUIRED_METADATA_PROPERTY:
      return 'REFUSED';
    default:
      return 'MAYBE_DONE';
  }
}

/** Credentials that are wrong, or that may not do this. */
export const isAccessDenied = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && error.type === ErrorType.ACCESS_DENIED;

/** What a server says to a position that no record begins at, and to other surprises. */
export const isUnknown = (error: unknown): boolean =>
  error instanceof Error &&
  isCommandError(error) &&
  error.type === ErrorType.UNKNOWN &&
  meaningOf(error) === 'MAYBE_DONE';

export const isStreamNotFound = (error: unknown): boolean => error instanceof StreamNotFoundError;

/** `80BC…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/….c:354:` */
const OF_OPENSSL = /[0-9A-F]+:error:[0-9A-F]+:([^:\n]*):[^:\n]*:([^:\n]*):[^\s]*/g;
/** What gRPC adds, mostly to say nothing. */
const EMPTY_NOTE = /\.?\s*Resolution note:\s*$/;

/** In one line. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(EMPTY_NOTE, '')
    .replace(OF_OPENSSL, '$1: $2')
    .replace(/\s+/g, ' ')
    .trim();
