import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { WireNode, type WireNodeOptions } from '../../support/wire-server/wire-node.js';

/** Any: in insecure mode they only select the unary append. */
export const CREDENTIALS = { username: 'muster', password: 'unused' };

/** Nodes and clients of one test, all let go of by `release`. */
export class WireFixture {
  readonly #nodes: WireNode[] = [];
  readonly #clients: EventStoreDBClient[] = [];

  async node(options: WireNodeOptions = {}): Promise<WireNode> {
    const node = await WireNode.start(options);
    this.#nodes.push(node);
    return node;
  }

  /** A client of this node; every call fails after 10 s at the latest. */
  clientOf(node: WireNode, parameters: readonly string[] = []): EventStoreDBClient {
    return this.clientAt(node.connectionString(['defaultDeadline=10000', ...parameters]));
  }

  clientAt(connectionString: string): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(connectionString);
    this.#clients.push(client);
    return client;
  }

  async release(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.dispose()));
    await Promise.all(this.#nodes.splice(0).map((node) => node.stop()));
  }
}

export const anEvent = (number: number, type = 'Happened') =>
  jsonEvent({ id: randomUUID(), type, data: { number } });

export const someEvents = (count: number, type = 'Happened') =>
  Array.from({ length: count }, (_, number) => anEvent(number, type));

export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It was not rejected.');
}
