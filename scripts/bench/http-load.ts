import { connect, type Socket } from 'node:net';

/**
 * One keep-alive connection that asks again as soon as it has been answered. As cheap as can be, because the client
 * shares the machine with the server: requests are prebuilt, answers are only cut out of the stream.
 */
export class LoadConnection {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (body: string) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  static open(url: string): Promise<LoadConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new LoadConnection(socket)));
      socket.once('error', reject);
    });
  }

  /** The body of the answer; any status but 200 is an error. */
  ask(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const headEnd = this.#buffer.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = this.#buffer.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    const end = headEnd + 4 + length;
    if (this.#buffer.length < end) return;
    const body = this.#buffer.toString('utf8', headEnd + 4, end);
    this.#buffer = this.#buffer.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (head.startsWith('HTTP/1.1 200')) waiting?.resolve(body);
    else waiting?.reject(new Error(`${head.split('\r\n')[0]}: ${body.slice(0, 500)}`));
  }
}

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: unknown;
}

/** The bytes of one POST. */
export function requestBytes(
  url: string,
  token: string | null,
  { query, variables }: GraphqlRequest,
): Buffer {
  const { host, pathname } = new URL(url);
  const body = JSON.stringify({ query, variables });
  const authorization = token === null ? '' : `Authorization: Bearer ${token}\r\n`;
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${authorization}Content-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds of each request, in the order answered. */
  readonly latenciesMs: readonly number[];
}

/**
 * Keeps every connection busy for a while. `next` gives the n-th request of a connection; `check` throws when the
 * answer is not what was measured for.
 */
export async function runLoad(
  connections: readonly LoadConnection[],
  {
    forMs,
    next,
    check,
  }: { forMs: number; next: (connection: number) => Buffer; check: (body: string) => void },
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  const until = start + forMs;
  await Promise.all(
    connections.map(async (connection, index) => {
      for (let asked = performance.now(); asked < until; ) {
        check(await connection.ask(next(index)));
        const answered = performance.now();
        latenciesMs.push(answered - asked);
        asked = answered;
      }
    }),
  );
  return { perSecond: (latenciesMs.length * 1000) / (performance.now() - start), latenciesMs };
}

export const openConnections = (url: string, count: number): Promise<readonly LoadConnection[]> =>
  Promise.all(Array.from({ length: count }, () => LoadConnection.open(url)));

/** The value below which the given share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
