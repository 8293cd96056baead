/** What differs between production and a test: time and ids are passed in. */
export interface Environment {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh UUID, time-ordered (version 7), so that rows of one account lie together. */
  readonly newId: () => string;
}
