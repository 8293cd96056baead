/** What differs between production and a test: time, ids and digests are passed in. */
export interface Environment {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh UUID, time-ordered (version 7), so that rows of one account lie together. */
  readonly newId: () => string;
}
