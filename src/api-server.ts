import type { GraphQLSchema } from 'graphql';
import { buildMusterSchema } from '../schema/build-schema.js';
import type { RequestContext } from '../schema/context.js';
import type { SignInClaims } from './application/application.js';
import { type Caller, createAuthenticator } from './auth/authenticator.js';
import type { Config } from './config.js';
import { Admission } from './http/admission.js';
import type { Asked } from './http/asked.js';
import { startGraphqlServer } from './http/graphql-server.js';
import { createHttpServer } from './http/http-server.js';
import { defaultLiveLimits, type LiveLimits } from './http/live/live-limits.js';
import { LiveServer } from './http/live/live-server.js';
import { type Log, reasonsOf } from './http/log.js';
import { Turns } from './http/turns.js';
import type { Metrics } from './operations/metrics.js';
import type { ReadinessCheck, ReadinessProbe } from './operations/readiness.js';

/** What requests still wait for when a shutdown has lasted this long is given up, so that they are answered (ms). */
const SHUTDOWN_PATIENCE_MS = 5_000;
/** Those that are not answered even then are cut off so much later (ms): a log may take 2 s of them. */
const LAST_ANSWERS_MS = 3_000;

export interface ApiServerOptions {
  readonly config: Pick<Config, 'auth' | 'host' | 'port' | 'operations'>;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: ReadinessProbe;
  readonly schema?: GraphQLSchema;
  readonly liveLimits?: Partial<LiveLimits>;
  readonly explorerPage?: string;
}

/** What there is only when log, vault and read model are open and level with each other. */
export interface Serving {
  readonly signIn: (claims: SignInClaims) => Promise<string | null>;
  readonly contextFor: (caller: Caller, asked?: Asked) => RequestContext;
  /** Ends what requests wait for, whatever has come of it. */
  readonly giveUp: () => void;
  readonly checks: readonly ReadinessCheck[];
}

export interface ApiServer {
  /** Where it listens, without a path: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly watched: {
    readonly mutationsWaiting: () => number;
    readonly requestBytes: () => number;
    readonly liveConnections: () => number;
    readonly subscriptions: () => number;
  };
  /** Until then `/livez` is answered, `/readyz` says no, and requests are told to come again. */
  serve(serving: Serving): void;
  /** Repeating it changes nothing. */
  close(): Promise<void>;
}

/**
 * Listens from the first moment on, so that whoever ends processes that do not answer lets one catch up that has much to
 * read.
 * @throws Node's error when the port is taken
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { now, log, metrics, readiness } = options;
  const { auth, host, port, operations } = options.config;
  const schema = options.schema ?? buildMusterSchema();
  const graphql = await startGraphqlServer(schema, log);
  let serving: Serving | null = null;
  const served = (): Serving => {
    if (serving === null) throw new Error('a request came through before there was anything to answer it');
    return serving;
  };
  const contextFor: Serving['contextFor'] = (caller, asked) => served().contextFor(caller, asked);
  const authenticator = createAuthenticator({
    config: auth,
    clock: now,
    signIn: (claims) => served().signIn(claims),
  });
  const turns = new Turns(operations.limits.waiting);
  const admission = new Admission(operations.limits.requestBytes);
  const http = createHttpServer({
    graphql,
    turns,
    log,
    authenticator,
    contextFor,
    admission,
    metrics,
    readiness,
    ...(options.explorerPage === undefined ? {} : { explorerPage: options.explorerPage }),
  });
  let live: LiveServer | null = null;
  const close = async () => {
    let impatience = setTimeout(() => {
      serving?.giveUp();
      impatience = setTimeout(() => http.server.closeAllConnections(), LAST_ANSWERS_MS);
    }, SHUTDOWN_PATIENCE_MS);
    try {
      await Promise.all([live?.close(), http.close()]);
    } finally {
      clearTimeout(impatience);
      await graphql.stop();
    }
  };
  let closing: Promise<void> | null = null;
  try {
    await http.listen({ host, port });
  } catch (error) {
    await close();
    throw error;
  }
  const address = http.server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  const isEverywhere = host === '0.0.0.0' || host === '::';
  return {
    url: `http://${isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    watched: {
      mutationsWaiting: () => turns.length,
      requestBytes: () => admission.bytes,
      liveConnections: () => live?.facts.connections ?? 0,
      subscriptions: () => live?.facts.subscriptions ?? 0,
    },
    serve: (found) => {
      serving = found;
      const limits = { ...defaultLiveLimits, ...options.liveLimits };
      live = new LiveServer({ http: http.server, schema, authenticator, contextFor, now, log, limits });
      readiness.serve(found.checks);
      authenticator.fetchKeys().catch((error: unknown) => {
        log.warn({ reason: reasonsOf(error) }, 'no token can be verified until MUSTER_JWKS_URL gives keys');
      });
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
