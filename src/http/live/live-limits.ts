/** Times in milliseconds. */
export interface LiveLimits {
  /** Sockets of this node. */
  readonly connections: number;
  readonly connectionsOfCaller: number;
  readonly subscriptionsOfConnection: number;
  readonly subscriptionsOfCaller: number;
  /** From the opening of a socket to its connection_init. */
  readonly initMs: number;
  /** Between two pings; whoever has not answered by the next one is cut off. */
  readonly pingMs: number;
  /** For one message to leave. */
  readonly sendingMs: number;
  /** What may wait to leave before another message is taken. */
  readonly waitingBytes: number;
  /** From our close frame to theirs. */
  readonly closingMs: number;
  /** Of one message from a client. */
  readonly messageBytes: number;
}

export const defaultLiveLimits: LiveLimits = {
  connections: 2_000,
  connectionsOfCaller: 20,
  subscriptionsOfConnection: 10,
  subscriptionsOfCaller: 50,
  initMs: 3_000,
  pingMs: 15_000,
  sendingMs: 10_000,
  waitingBytes: 1_000_000,
  closingMs: 2_000,
  messageBytes: 100_000,
};
