import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Post {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The webhook-id. */
  readonly id: string;
  readonly type: string;
}

/** Answers a post; the default takes it. */
export type Answer = (response: ServerResponse, post: Post) => void;

export const take: Answer = (response) => response.writeHead(204).end();
export const refuse =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end('why: secret@example.test');

/** A receiver of webhooks on this machine. */
export class Receiver {
  readonly posts: Post[] = [];
  answer: Answer = take;
  readonly #sleepers = new Set<() => void>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const receiver = new Receiver(
      createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const { headers, url = '' } = request;
        const { type } = JSON.parse(body) as { readonly type: string };
        const post = { path: url, headers, body, id: String(headers['webhook-id']), type };
        receiver.posts.push(post);
        receiver.answer(response, post);
        for (const wake of receiver.#sleepers) wake();
      }),
    );
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  get ids(): readonly string[] {
    return this.posts.map(({ id }) => id);
  }

  get types(): readonly string[] {
    return this.posts.map(({ type }) => type);
  }

  /** Resolves when so many posts have come. */
  async received(count: number): Promise<void> {
    while (this.posts.length < count)
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#sleepers.delete(wake);
          resolve();
        };
        this.#sleepers.add(wake);
      });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** As the specification of Standard Webhooks tells receivers to. */
export function isSigned(secret: string, { headers, body }: Pick<Post, 'headers' | 'body'>): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const content = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  const expected = createHmac('sha256', key).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const [version, value = ''] = signature.split(',');
      const given = Buffer.from(value, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
}
