import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { context, SpanStatusCode } from '@opentelemetry/api';
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
import type { Metrics } from '../operations/metrics.js';
import type { ReadinessProbe } from '../operations/readiness.js';
import { startRequest } from '../operations/tracing.js';
import type { Admission } from './admission.js';
import { type Asked, type HttpContext, idsOf } from './asked.js';
import { internalError, logFault, logOutage } from './error-formatter.js';
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
  readonly graphql: ApolloServer<HttpContext>;
  readonly authenticator: Authenticator;
  readonly contextFor: (caller: Caller, asked: Asked) => RequestContext;
  /** Mutations go one per turn of the event loop. */
  readonly turns: Turns;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly readiness: ReadinessProbe;
  /** Development only: the page to try things out with. */
  readonly explorerPage?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
    asked: Asked | null;
  }
}

export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { log, readiness } = options;
  const server = fastify({
    logger: false,
    // What comes by a connection that is not closed yet is answered below, in the form of the API.
    return503OnClosing: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
  });
  server.decorateRequest('caller', null);
  server.decorateRequest('asked', null);
  endConnectionsOnClose(server);
  server.addHook('onSend', async (_, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    // Whoever comes again goes elsewhere.
    if (readiness.isDraining) reply.header('connection', 'close');
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
  const { authenticator, contextFor, turns, admission, graphql, log, readiness } = options;
  const answer = fastifyApolloHandler(graphql, {
    context: async (request: FastifyRequest, reply: FastifyReply) => {
      const { caller, asked } = request;
      if (caller === null || asked === null) throw new Error('a request came through without authentication');
      const made = contextFor(caller, asked);
      asked.requestId = made.requestId;
      reply.header('x-request-id', made.requestId);
      return { ...made, asked };
    },
  });
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    // Before the body is read: strangers cost nothing.
    onRequest: async (request, reply) => {
      const asked = begin(request, reply, options);
      if (isClosing)
        return refuseForNow(reply, 'SERVICE_UNAVAILABLE', 'Muster is shutting down. Nothing was done');
      if (!readiness.isServing)
        return refuseForNow(
          reply,
          'SERVICE_UNAVAILABLE',
          'Muster is starting, and catches up with its log. Nothing was done',
        );
      try {
        request.caller = await authenticator.authenticate(request.headers.authorization);
      } catch (error) {
        return answerUnauthenticated(error, reply, log);
      }
      asked.place = admission.enter(bodyBytesOf(request));
      if (asked.place === null)
        return refuseForNow(
          reply,
          'OVERLOADED',
          'Too many requests are being answered already. Nothing was done',
        );
    },
    handler: async (request, reply) => {
      const { asked } = request;
      if (asked === null) throw new Error('a request came through without a beginning');
      asked.isBeingHandled = true;
      try {
        if (mayMutate(request.body)) {
          if (turns.isFull)
            return refuseForNow(reply, 'OVERLOADED', 'Too many mutations wait already. Nothing was done');
          await turns.next();
        }
        return await context.with(asked.trace.within, () => answer.call(server, request, reply));
      } finally {
        asked.place?.leave();
      }
    },
  });
}

/** What is known of a request from its head on; its end is told of when the answer, or the connection, has ended. */
function begin(request: FastifyRequest, reply: FastifyReply, { metrics, log }: HttpServerOptions): Asked {
  const asked: Asked = {
    trace: startRequest(request.headers, GRAPHQL_PATH),
    startedMs: performance.now(),
    operation: 'none',
    requestId: null,
    place: null,
    isBeingHandled: false,
  };
  request.asked = asked;
  reply.raw.once('close', () => {
    if (!asked.isBeingHandled) asked.place?.leave();
    const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_GONE;
    const { operation, startedMs, trace } = asked;
    const ms = performance.now() - startedMs;
    metrics.answered({ operation, status, seconds: ms / 1_000 });
    trace.span.setAttributes({ 'http.response.status_code': status, 'graphql.operation.type': operation });
    if (status >= 500) trace.span.setStatus({ code: SpanStatusCode.ERROR });
    trace.span.end();
    if (log.isLevelEnabled('debug'))
      log.debug({ ...idsOf(asked), operation, status, ms: Math.round(ms) }, 'a request was answered');
  });
  return asked;
}

/** As nginx writes it: the caller had left before there was an answer. */
const CLIENT_GONE = 499;

/** What does not say how long it is may be as long as is allowed. */
function bodyBytesOf({ headers, method }: FastifyRequest): number {
  const length = headers['content-length'];
  if (length !== undefined) return Math.min(Number(length), MAX_BODY_BYTES);
  return method === 'GET' ? 0 : MAX_BODY_BYTES;
}

/** The keyword cannot be spelled in another way, so nothing slips by; a query that only mentions it waits along. */
function mayMutate(body: unknown): boolean {
  const query = (body as { readonly query?: unknown } | null | undefined)?.query;
  return typeof query === 'string' && query.includes('mutation');
}

/** Whoever gets an answer from `/livez` has found the event loop running; more it does not say. */
function addHealth(server: FastifyInstance, { readiness }: HttpServerOptions): void {
  server.get('/livez', async () => ({ status: 'alive' }));
  server.get('/readyz', async (_, reply) => {
    const { isReady, checks } = await readiness.ask();
    if (isReady) return { status: 'ready', checks };
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ status: 'not ready', checks });
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
    const errorId = logOutage(log, error, 'tokens cannot be verified');
    return refuseForNow(
      reply,
      'SERVICE_UNAVAILABLE',
      `Tokens cannot be verified now, because ${error.message} (${errorId})`,
    );
  }
  // Who calls is looked up in the log, by an index that the vault has the key of.
  const outage = error instanceof Error ? outageFrom(error) : null;
  if (outage?.extensions.code !== 'SERVICE_UNAVAILABLE') {
    const errorId = logFault(log, error, { where: 'sign-in' });
    return reply.code(500).send({ errors: [internalError(errorId)] });
  }
  logOutage(log, error, 'nobody can be signed in');
  const { message } = outage;
  const { retryAfterSeconds = RETRY_AFTER_SECONDS } = outage.extensions as { retryAfterSeconds?: number };
  return reply
    .code(503)
    .header('retry-after', retryAfterSeconds)
    .send({ errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds } }] });
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

/** Nothing was done, and a little later it may be. */
function refuseForNow(reply: FastifyReply, code: ApiErrorCode, why: string): FastifyReply {
  const message = `${why}; try again after ${RETRY_AFTER_SECONDS} s.`;
  const extensions = { code, retryAfterSeconds: RETRY_AFTER_SECONDS };
  return reply
    .code(503)
    .header('retry-after', RETRY_AFTER_SECONDS)
    .send({ errors: [{ message, extensions }] });
}
