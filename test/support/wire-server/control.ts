import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FaultRule, planOf } from './faults.js';
import { toJson } from './journal.js';
import type { WireNode } from './wire-node.js';

/** What a test may ask of a node in another process, beside the protocol. */
export interface FaultOrder {
  readonly rules: readonly FaultRule[];
  readonly seed?: number;
}

/**
 * On loopback: GET /calls, GET /records (of one stream with ?stream=), GET /members, PUT /faults, POST /drop-connections.
 */
export function startControl(node: WireNode, port = 0): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((request, response) => {
    answer(node, request).then(
      (body) => respond(response, 200, body),
      (error: unknown) => respond(response, 400, { error: String(error) }),
    );
  });
  return listening(server, port);
}

async function answer(node: WireNode, request: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://control');
  switch (`${request.method} ${pathname}`) {
    case 'GET /calls':
      return node.calls();
    case 'GET /members':
      return node.membership.members();
    case 'GET /records': {
      const stream = searchParams.get('stream');
      return (stream === null ? node.log.records : node.log.stream(stream)).map(toJson);
    }
    case 'PUT /faults': {
      const { rules, seed } = JSON.parse(await textOf(request)) as FaultOrder;
      return node.setFaults(planOf(rules, seed));
    }
    case 'POST /drop-connections':
      return node.dropConnections();
    default:
      throw new Error(`There is no ${request.method} ${pathname}.`);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? null));
}

async function listening(server: Server, port: number) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
