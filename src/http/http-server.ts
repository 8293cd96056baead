import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { ApiErrorCode } from '../../schema/api-error.js';
import type { RequestContext } from '../../schema/context.js';
import { outageFrom } from '../../schema/outages.js';
import { type Authenticator, type Caller, MissingToken } from '../auth/authenticator.js';
import { InvalidToken, KeysUnavailable } from '../auth/token-verifier.js';
import { internalError, logFault } from './error-formatter.js';
import type { Log } from './log.js';
import type { Turns } from './turns.js';

export const GRAPHQL_PATH = '/graphql';
/** The largest selections: a thousand people in as many accounts, each with token and successor, are 260 kB. */
export const MAX_BODY_BYTES = 300_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const RETRY_AFTER_SECONDS = 1;
const CLOSING_SWEEP_MS = 20;

export interface HttpServerOptions {
  readonly graphql: ApolloServer<RequestContext>;
  readonly authenticator: Authenticator;
  readonly contextFor: (caller: Caller) => RequestContext;
  /** Mutations go one per turn of the event loop. */
  readonly turns: Turns;
  readonly log: Log;
  /** Null when ready; otherwise what is missing. */
  readonly notReadyBecause: () => Promise<string | null>;
  /** Development only: the page to try things out with. */
  readonly explorerPage?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { log } = options;
  const server = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
  });
  server.decorateRequest('caller', null);
  endConnectionsOnClose(server);
  server.addHook('onSend', async (_, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  server.setErrorHandler((error: FastifyError, _, reply) => answerError(error, reply, log));
  server.setNotFoundHandler((_, reply) =>
    refuse(reply, 404, 'BAD_REQUEST', `The API is at ${GRAPHQL_PATH}.`),
  );
  addHealth(server, options);
  addGraphql(server, options);
  if (options.explorerPage !== undefined) addExplorer(server, options.explorerPage);
  return server;
}

/** Keep-alive connections that were busy when the server began to close would stay open for as long as they like. */
function endConnectionsOnClose(server: FastifyInstance): void {
  let sweep: NodeJS.Timeout | undefined;
  server.addHook('preClose', async () => {
    sweep = setInterval(() => server.server.closeIdleConnections(), CLOSING_SWEEP_MS);
  });
  server.addHook('onClose', async () => clearInterval(sweep));
}

function addGraphql(server: FastifyInstance, options: HttpServerOptions): void {
  const { authenticator, contextFor, turns, graphql, log } = options;
  server.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    // Before the body is read: strangers cost nothing.
    onRequest: async (request, reply) => {
      try {
        request.caller = await authenticator.authenticate(request.headers.authorization);
      } catch (error) {
        return answerUnauthenticated(error, reply, log);
      }
    },
    preHandler: async (request, reply) => {
      if (!mayMutate(request.body)) return;
      if (turns.isFull)
        return refuse(
          reply.header('retry-after', RETRY_AFTER_SECONDS),
          503,
          'OVERLOADED',
          `Too many mutations wait already. Nothing was done; try again after ${RETRY_AFTER_SECONDS} s.`,
        );
      await turns.next();
    },
    handler: fastifyApolloHandler(graphql, {
      context: async (request: FastifyRequest) => {
        if (request.caller === null) throw new Error('a request came through without authentication');
        return contextFor(request.caller);
      },
    }),
  });
}

/** The keyword cannot be spelled in another way, so nothing slips by; a query that only mentions it waits along. */
function mayMutate(body: unknown): boolean {
  const query = (body as { readonly query?: unknown } | null | undefined)?.query;
  return typeof query === 'string' && query.includes('mutation');
}

function addHealth(server: FastifyInstance, { notReadyBecause }: HttpServerOptions): void {
  server.get('/livez', async () => ({ status: 'alive' }));
  server.get('/readyz', async (_, reply) => {
    const reason = await notReadyBecause();
    if (reason === null) return { status: 'ready' };
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ status: 'not ready', reason });
  });
}

function addExplorer(server: FastifyInstance, page: string): void {
  server.get('/', async (_, reply) => reply.type('text/html; charset=utf-8').send(page));
}

function answerUnauthenticated(error: unknown, reply: FastifyReply, log: Log): FastifyReply {
  if (error instanceof MissingToken) {
    reply.header('www-authenticate', 'Bearer realm="muster"');
    return refuse(reply, 401, 'UNAUTHENTICATED', `Not signed in: ${error.message}.`);
  }
  if (error instanceof InvalidToken) {
    const description = error.message.replaceAll(/["\\]|[^\x20-\x7e]/g, '');
    reply.header(
      'www-authenticate',
      `Bearer realm="muster", error="invalid_token", error_description="${description}"`,
    );
    return refuse(reply, 401, 'UNAUTHENTICATED', `The token is not accepted: ${error.message}.`);
  }
  if (error instanceof KeysUnavailable) {
    const errorId = logFault(log, error.cause ?? error, { where: 'token verification' });
    reply.header('retry-after', RETRY_AFTER_SECONDS);
    const message = `Tokens cannot be verified now, because ${error.message}; try again (${errorId}).`;
    return refuse(reply, 503, 'SERVICE_UNAVAILABLE', message);
  }
  const errorId = logFault(log, error, { where: 'sign-in' });
  // Who calls is looked up in the log, by an index that the vault has the key of.
  const outage = error instanceof Error ? outageFrom(error) : null;
  if (outage?.extensions.code !== 'SERVICE_UNAVAILABLE')
    return reply.code(500).send({ errors: [internalError(errorId)] });
  reply.header('retry-after', RETRY_AFTER_SECONDS);
  return refuse(reply, 503, 'SERVICE_UNAVAILABLE', outage.message);
}

/** What Fastify refuses before GraphQL sees it. */
function answerError(error: FastifyError, reply: FastifyReply, log: Log): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status === 413)
    return refuse(reply, 413, 'BAD_REQUEST', `The request body is larger than ${MAX_BODY_BYTES} bytes.`);
  if (status === 415) return refuse(reply, 415, 'BAD_REQUEST', 'Send the request as application/json.');
  if (status >= 400 && status < 500)
    return refuse(
      reply,
      status,
      'BAD_REQUEST',
      'The request is not well-formed: send a JSON object with `query`.',
    );
  return reply.code(500).send({ errors: [internalError(logFault(log, error))] });
}

function refuse(reply: FastifyReply, status: number, code: ApiErrorCode, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}
