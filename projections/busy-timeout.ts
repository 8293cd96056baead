/** How long a connection of the projector waits for a lock that another one holds, in milliseconds. */
export const BUSY_TIMEOUT_MS = 5_000;
