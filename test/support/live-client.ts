import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface LiveEntry {
  readonly position: string;
  readonly type: string;
  readonly id: string;
}

export interface LiveOptions {
  readonly url: string;
  readonly token: string;
  readonly accountId: string;
  readonly after?: string | null;
  readonly fields?: string;
}

/** One subscription on a socket of its own, that is not opened again. */
export interface LiveSubscription {
  readonly entries: readonly LiveEntry[];
  /** Codes of errors that came instead of entries. */
  readonly codes: readonly string[];
  /** Code of the close frame. */
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  /** Resolves when so many entries have come; rejects when the socket closes before. */
  received(count: number): Promise<void>;
  /** Resolves when the server has said no more will come. */
  readonly completed: Promise<void>;
  stop(): Promise<void>;
}

const WAIT_MS = 10_000;

export const liveUrl = (url: string): string => `${url.replace(/^http/, 'ws')}/graphql`;

/** Resolves when the subscription is being followed by the server. */
export async function subscribeLive(options: LiveOptions): Promise<LiveSubscription> {
  const { url, token, accountId, after = null, fields = 'id position type' } = options;
  const entries: LiveEntry[] = [];
  const codes: string[] = [];
  let wake = () => {};
  let socket: WebSocket | undefined;
  class Remembered extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      socket = this;
    }
  }
  let tellClosed: (code: number) => void;
  const closed = new Promise<number>((resolve) => {
    tellClosed = resolve;
  });
  const client: Client = createClient({
    url: liveUrl(url),
    webSocketImpl: Remembered,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    on: {
      closed: (event) => {
        tellClosed((event as { code: number }).code);
        wake();
      },
    },
  });
  let isClosed = false;
  closed.then(() => {
    isClosed = true;
  });
  let unsubscribe = () => {};
  const completed = new Promise<void>((resolve) => {
    unsubscribe = client.subscribe<{ membershipEvents: LiveEntry | null }>(
      {
        query: `subscription ($accountId: ID!, $after: Position) {
          membershipEvents(accountId: $accountId, after: $after) { ${fields} } }`,
        variables: { accountId, after },
      },
      {
        next: ({ data, errors }) => {
          const entry = data?.membershipEvents ?? null;
          if (entry !== null) entries.push(entry);
          codes.push(...(errors ?? []).map(({ extensions }) => String(extensions?.code)));
          wake();
        },
        error: (error) => {
          if (Array.isArray(error)) codes.push(...error.map(({ extensions }) => String(extensions?.code)));
          resolve();
        },
        complete: resolve,
      },
    );
  });
  await new Promise<void>((resolve) => {
    client.on('connected', () => resolve());
    closed.then(() => resolve());
  });
  return {
    entries,
    codes,
    closed,
    completed,
    get socket() {
      if (socket === undefined) throw new Error('no socket was opened');
      return socket;
    },
    received: async (count) => {
      const deadline = performance.now() + WAIT_MS;
      while (entries.length < count) {
        if (isClosed)
          throw new Error(`closed with ${await closed} after ${entries.length} of ${count} entries`);
        if (performance.now() > deadline) throw new Error(`${entries.length} of ${count} entries came`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 100);
        });
      }
    },
    stop: async () => {
      unsubscribe();
      await client.dispose();
      await closed;
    },
  };
}
