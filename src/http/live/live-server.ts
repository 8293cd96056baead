import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import { type Context, handleProtocols, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { apiError } from '../../../schema/api-error.js';
import type { RequestContext } from '../../../schema/context.js';
import type { Caller } from '../../auth/authenticator.js';
import { GRAPHQL_PATH } from '../http-server.js';
import {
  GOING_AWAY,
  LiveConnection,
  type LiveConnectionParts,
  type OfConnection,
  TRY_AGAIN_LATER,
} from './live-connection.js';
import { LiveOperations } from './live-operations.js';

export interface LiveServerOptions extends LiveConnectionParts {
  readonly http: HttpServer;
  readonly schema: GraphQLSchema;
  readonly contextFor: (caller: Caller) => RequestContext;
}

type LiveContext = Context<Record<string, unknown>, OfConnection>;

/** Subscriptions over graphql-ws, on the port and path of the API. */
export class LiveServer {
  readonly #options: LiveServerOptions;
  readonly #sockets: WebSocketServer;
  readonly #protocol: Server<OfConnection>;
  readonly #operations: LiveOperations;
  /** With what the protocol knows of each, once it has said who it is. */
  readonly #connections = new Map<LiveConnection, LiveContext | null>();
  readonly #askers = new WeakMap<ExecutionArgs, LiveConnection>();
  readonly #pings: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: LiveServerOptions) {
    const { http, limits } = options;
    this.#options = options;
    this.#operations = new LiveOperations(options);
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.messageBytes,
      perMessageDeflate: false,
      clientTracking: false,
      // One message a turn: a burst of them would be parsed and validated while everybody else waits.
      allowSynchronousEvents: false,
      handleProtocols,
    });
    this.#protocol = makeServer<Record<string, unknown>, OfConnection>({
      connectionInitWaitTimeout: limits.initMs,
      onConnect: (context) => this.#connect(context),
      onSubscribe: (context, _, payload) => this.#prepare(context, payload),
      subscribe: (args) => this.#subscribe(args),
    });
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#pings = setInterval(() => {
      for (const connection of this.#connections.keys()) connection.ping();
    }, limits.pingMs).unref();
  }

  /** Open sockets, and subscriptions on them. */
  get facts() {
    let subscriptions = 0;
    for (const context of this.#connections.values())
      if (context !== null) subscriptions += subscriptionsOn(context);
    return { connections: this.#connections.size, subscriptions };
  }

  /** Says goodbye to everybody, and resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#pings);
    const all = [...this.#connections.keys()];
    for (const connection of all) connection.close(GOING_AWAY, 'the server goes');
    await Promise.all(all.map(({ gone }) => gone));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] !== GRAPHQL_PATH) return refuse(socket, '404 Not Found');
    const isFull = this.#connections.size >= this.#options.limits.connections;
    if (this.#isClosing || isFull) return refuse(socket, '503 Service Unavailable');
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened));
  }

  #open(socket: WebSocket): void {
    const connection = new LiveConnection(socket, this.#options);
    this.#connections.set(connection, null);
    connection.serve(this.#protocol);
    connection.gone.then(() => this.#connections.delete(connection));
  }

  async #connect(context: LiveContext): Promise<boolean> {
    const { connection } = context.extra;
    if (!(await connection.authenticate(context.connectionParams ?? {}))) return false;
    if (this.#connections.has(connection)) this.#connections.set(connection, context);
    if (this.#ofSameCaller(connection).length <= this.#options.limits.connectionsOfCaller) return true;
    connection.close(TRY_AGAIN_LATER, 'too many connections of one caller');
    return false;
  }

  #prepare(context: LiveContext, payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const { connection } = context.extra;
    const { subscriptionsOfConnection, subscriptionsOfCaller } = this.#options.limits;
    const ofCaller = this.#ofSameCaller(connection).reduce((sum, other) => sum + subscriptionsOn(other), 0);
    if (subscriptionsOn(context) > subscriptionsOfConnection || ofCaller > subscriptionsOfCaller)
      return this.#operations.told([
        apiError(
          'OVERLOADED',
          `At most ${subscriptionsOfConnection} subscriptions of one connection and ${subscriptionsOfCaller} of one caller: end another one first.`,
        ),
      ]);
    const prepared = this.#operations.prepare(payload);
    if ('document' in prepared) this.#askers.set(prepared, connection);
    return prepared;
  }

  #subscribe(args: ExecutionArgs) {
    const connection = this.#askers.get(args);
    if (connection === undefined) throw new Error('a subscription came through without preparation');
    return this.#operations.subscribe(args, {
      context: () => this.#options.contextFor(connection.requireCaller()),
      onFailed: (error) => connection.fail(error),
    });
  }

  #ofSameCaller({ caller }: LiveConnection): readonly LiveContext[] {
    return [...this.#connections].flatMap(([{ caller: other }, context]) =>
      context !== null && other?.subject === caller?.subject && other?.issuer === caller?.issuer
        ? [context]
        : [],
    );
  }
}

const subscriptionsOn = ({ subscriptions }: LiveContext): number => Object.keys(subscriptions).length;

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
