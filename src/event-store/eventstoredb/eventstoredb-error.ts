export type EventStoreDbErrorCode =
  /** The connection string is none, or has an option that is not supported. */
  | 'BAD_URL'
  | 'UNREACHABLE'
  | 'TLS_REFUSED'
  /** No or wrong credentials, or they may not read or write Muster's streams. */
  | 'UNAUTHORISED'
  /** The credentials may not read `$all`. */
  | 'NO_ACCESS_TO_ALL'
  | 'TOO_OLD'
  /** What is there is not the log that was asked for. */
  | 'FOREIGN_LOG'
  /** There is no log where one was to be read. */
  | 'NO_LOG'
  /** Events are being carried here, and not all are here yet. */
  | 'UNFINISHED';

/** Why a log on EventStoreDB or KurrentDB cannot be opened; `message` says what to do, and never a password. */
export class EventStoreDbError extends Error {
  override readonly name = 'EventStoreDbError';
  constructor(
    readonly code: EventStoreDbErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
