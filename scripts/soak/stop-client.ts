import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import { documentOf, type SoakMutation } from './random-mutation.js';
import type { Acknowledged } from './soak-client.js';

/**
 * What became of one request, sent once and never again:
 * ANSWERED with an outcome · REFUSED with 503, nothing done · CLOSED without an answer · NOT_CONNECTED, nobody listened.
 */
export type Sent =
  | { readonly end: 'ANSWERED'; readonly acknowledged: Acknowledged }
  | { readonly end: 'REFUSED' | 'CLOSED' | 'NOT_CONNECTED' }
  | { readonly end: 'WRONG'; readonly why: string };

/** One client with one connection, which it keeps for as long as the server does. */
export class StopClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly token: string) {}

  send(url: string, mutation: SoakMutation): Promise<Sent> {
    const body = JSON.stringify({ query: documentOf(mutation.name), variables: { input: mutation.input } });
    return new Promise((resolve) => {
      const sent = request(
        `${url}/graphql`,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${this.token}`,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve(readAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString(), mutation)),
          );
          response.on('error', () => resolve({ end: 'CLOSED' }));
        },
      );
      sent.on('error', (error: NodeJS.ErrnoException) =>
        resolve({ end: error.code === 'ECONNREFUSED' ? 'NOT_CONNECTED' : 'CLOSED' }),
      );
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Answer {
  readonly data?: Readonly<
    Record<string, (Pick<Acknowledged, 'outcome' | 'events'> & { readonly position: string | null }) | null>
  > | null;
}

function readAnswer(status: number, text: string, mutation: SoakMutation): Sent {
  if (status === 503) return { end: 'REFUSED' };
  if (status !== 200) return { end: 'WRONG', why: `${mutation.key} was answered with ${status}: ${text}` };
  const payload = (JSON.parse(text) as Answer).data?.[mutation.name];
  if (payload === undefined || payload === null)
    return { end: 'WRONG', why: `${mutation.key} was answered without an outcome: ${text}` };
  const { outcome, events, position } = payload;
  const acknowledged = { mutation, outcome, events, position: Number(position ?? 0), lostAnswers: 0 };
  return { end: 'ANSWERED', acknowledged };
}

/** Follows an account; resolves with the code that the subscription's connection is closed with. */
export function followUntilClosed(
  url: string,
  { token, accountId }: { readonly token: string; readonly accountId: string },
): { readonly opened: Promise<void>; readonly closed: Promise<number> } {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', () =>
      say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    );
    socket.once('error', reject);
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { readonly type: string };
      if (type === 'ping') return say({ type: 'pong' });
      if (type !== 'connection_ack') return;
      const query = 'subscription ($id: ID!) { membershipEvents(accountId: $id) { position type } }';
      say({ id: '1', type: 'subscribe', payload: { query, variables: { id: accountId } } });
      resolve();
    });
  });
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  return { opened, closed };
}
