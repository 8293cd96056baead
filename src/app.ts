import type { GraphQLSchema } from 'graphql';
import { LiveTail } from '../projections/live-tail.js';
import { webhookFigures } from '../projections/queries/webhooks.js';
import type { ReadModel } from '../projections/read-model.js';
import { AnalyticsReads } from '../schema/analytics-reads.js';
import { apiError } from '../schema/api-error.js';
import { NOBODY, type RequestContext } from '../schema/context.js';
import { LedgerReads } from '../schema/ledger-reads.js';
import { MemberActions } from '../schema/member-actions.js';
import { PendingReads } from '../schema/pending-reads.js';
import { ProofReads } from '../schema/proof-reads.js';
import { Reads } from '../schema/reads.js';
import { Rights } from '../schema/rights.js';
import { startApiServer } from './api-server.js';
import type { Environment } from './application/environment.js';
import type { Caller } from './auth/authenticator.js';
import { Closing } from './closing.js';
import type { Config } from './config.js';
import { type Core, openCore } from './core.js';
import { createMailer } from './create-mailer.js';
import { type Asked, idsOf } from './http/asked.js';
import type { LiveLimits } from './http/live/live-limits.js';
import { createLog, type Log } from './http/log.js';
import { logStateOf } from './log-state.js';
import { INVITATION_TOKEN } from './mail-config.js';
import { offboardingEvidence } from './offboarding-evidence.js';
import { applicationObserver } from './operations/application-observer.js';
import { diskCheck, KEYS_CHECK, keysCheck, logCheck, readModelCheck } from './operations/checks.js';
import { Metrics } from './operations/metrics.js';
import { serveMetrics } from './operations/metrics-server.js';
import { observedEventStore } from './operations/observed-event-store.js';
import { observedReadModel } from './operations/observed-read-model.js';
import { ProjectionProgress } from './operations/projection-progress.js';
import { OK, ReadinessProbe } from './operations/readiness.js';
import { personalTracesOf } from './personal-traces.js';
import { ProcessManagers } from './process-managers/process-managers.js';
import { startProjectorThread } from './projector-thread.js';
import { ReadLag } from './read-lag.js';
import { realEnvironment } from './real-environment.js';
import { webhookListsOf } from './webhook-lists.js';
import { webhookPoster } from './webhook-poster.js';
import { workListsOf } from './work-lists.js';

export interface StartOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** Replaces what differs between production and a test: time and ids. */
  readonly environment?: Environment;
  /** Replaces the randomness of pauses between attempts, from 0 to 1. */
  readonly random?: () => number;
  readonly log?: Log;
  /** What is served instead of the API alone; measurements add a mutation that does nothing. */
  readonly schema?: GraphQLSchema;
  /** Replaces limits of subscriptions, so that a test need not wait. */
  readonly liveLimits?: Partial<LiveLimits>;
  /** Development only: the page served at `/`. */
  readonly explorerPage?: string;
  /** Told while the read model is built again before anything is served. */
  readonly onRebuild?: (reason: string) => void;
  /** Told how far the read model has come on its way to the end of the log, before anything is served. */
  readonly onCatchUp?: (progress: { readonly position: number; readonly head: number }) => void;
}

export interface RunningMuster {
  /** Where it listens, without a path: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly core: Core;
  readonly readModel: ReadModel;
  /** Mail, deadlines, scheduled ends: what Muster does unasked. */
  readonly processManagers: ProcessManagers;
  /** For people: where mail goes. */
  readonly mailDestination: string;
  /** Where the metrics are; null: nowhere. */
  readonly metricsUrl: string | null;
  /** As configured: how long to go on serving after `drain`. */
  readonly drainMs: number;
  /** From now on `/readyz` says no, and connections are closed after their answer; everything is still served. */
  drain(): void;
  /** Answers what was accepted, then lets go of the data folder. Repeating it changes nothing. */
  close(): Promise<void>;
}

/**
 * Puts Muster together and serves it.
 * @throws DataFolderError, DatabaseFileError, EventStoreDbError, KeyVaultUnavailable, MetricsPortUnusable, and Node's error
 * when the port is taken
 */
export async function start(options: StartOptions): Promise<RunningMuster> {
  const { config, dataDir } = options;
  const environment = options.environment ?? realEnvironment;
  const log = options.log ?? createLog(config.logLevel);
  const opened = new Closing();
  const report = (error: unknown, doing: string) => log.error({ err: error }, doing);
  let processManagers: ProcessManagers | null = null;
  let tail: LiveTail | null = null;
  try {
    const { erasureLedger, eventStoreUrl, keyVaultUrl, nodeId, operations } = config;
    const metrics = new Metrics();
    const readiness = new ReadinessProbe({ now: () => performance.now(), report });
    const server = await startApiServer({ ...options, now: environment.now, log, metrics, readiness });
    opened.add(() => server.close());
    const metricsServer =
      operations.metrics === null ? null : await serveMetrics(metrics, operations.metrics, report);
    opened.add(() => metricsServer?.close());
    const { url } = server;
    const invitationUrl = () => config.mail.invitationUrl ?? `${url}/#token=${INVITATION_TOKEN}`;
    const poster = webhookPoster(config.webhookAllowPrivate);
    const core = await openCore({
      dataDir,
      environment,
      report,
      invitationUrl,
      erasureLedger,
      eventStoreUrl,
      keyVaultUrl,
      nodeId,
      places: operations.limits,
      observer: applicationObserver(metrics),
      observeStore: (store) => observedEventStore(store, metrics),
      webhookPoster: poster,
    });
    opened.add(() => core.close());
    const { application, folder, ledger, store } = core;
    const head = await store.head();
    const projector = await startProjectorThread({
      paths: { ...folder, keyVaultUrl },
      onApplied: () => {
        processManagers?.nudge();
        tail?.nudge();
      },
      onFailed: (failure) => {
        log.error({ failure: failure.message }, 'the read model has stopped');
        tail?.nudge();
      },
      ...(options.onRebuild === undefined ? {} : { onRebuild: options.onRebuild }),
      onProgress: (position) => options.onCatchUp?.({ position, head: Math.max(position, head) }),
    });
    opened.add(() => projector.close());
    const { readModel } = projector;
    const readLag = await ReadLag.start({ store, readModel, now: () => performance.now() });
    opened.add(() => readLag.close());
    const lists = workListsOf(readModel, store);
    application.connect(lists);
    core.checkpoints.connect(logStateOf(readModel, store));
    const mailer = createMailer(config.mail, { folder: folder.mailsPath, now: environment.now });
    let unasked: Promise<void> | null = null;
    const endUnasked = () => {
      unasked ??= Promise.resolve(processManagers?.close() ?? mailer.close());
      return unasked;
    };
    opened.add(endUnasked);
    tail = new LiveTail(readModel);
    const waitingMs = store.isExclusive ? null : () => readLag.waitingMs;
    const progress = new ProjectionProgress({ store, readModel, now: environment.now, waitingMs });
    // Both at once, before anything that they need is closed.
    opened.add(() => {
      // The closer that comes next waits for it, and tells of its failure.
      endUnasked().catch(() => undefined);
      return server.close();
    });
    const { accounts, people, bulk } = application;
    processManagers = new ProcessManagers({
      ...application.parts,
      accounts,
      people,
      bulk,
      lists,
      mailer,
      readModel,
      ledger,
      traces: personalTracesOf(readModel, folder),
      checkpoints: core.checkpoints,
      spool: core.spool,
      readings: application.auditReadings,
      refusals: application.refusals,
      checkpointIntervalMs: config.checkpointIntervalMs,
      webhookLists: webhookListsOf(readModel),
      random: options.random ?? Math.random,
    });
    const managers = processManagers;
    if (metricsServer !== null) {
      // Before what they look at is closed.
      opened.add(() => metricsServer.close());
      metrics.watch({
        ...server.watched,
        progress: () => progress.look(),
        commandsWaiting: () => application.accounts.waiting,
        processManagers: () => managers.facts(),
        keyCache: core.keyCache,
        webhooks: (most) => webhookFigures(readModel.members, most),
        isReady: async () => (await readiness.ask()).isReady,
        hasKeys: async () => (await readiness.ask()).checks[KEYS_CHECK] === OK,
      });
    }
    const contextFor = contextFactory({
      core,
      readModel,
      readLag,
      tail,
      environment,
      log,
      metrics,
      progress,
    });
    server.serve({
      signIn: (claims) => application.signIn(claims),
      contextFor,
      // Whoever closes the core tells of its failure.
      giveUp: () => void store.close().catch(() => undefined),
      checks: [
        logCheck(store, () => (store.state.writable ? null : store.state.whyNot)),
        readModelCheck(progress, operations.readyLagMs),
        { name: 'reads', look: async () => readLag.whyNot },
        keysCheck(core.lookAtKeys),
        diskCheck(folder.path),
      ],
    });
    let closing: Promise<void> | null = null;
    return {
      url,
      core,
      readModel,
      processManagers,
      mailDestination: mailer.destination,
      metricsUrl: metricsServer?.url ?? null,
      drainMs: operations.drainMs,
      drain: () => readiness.drain(),
      close: () => {
        readiness.drain();
        closing ??= opened.closeAll();
        return closing;
      },
    };
  } catch (error) {
    await opened.closeAll().catch((failure: unknown) => report(failure, 'closing what was opened'));
    throw error;
  }
}

interface Parts {
  readonly core: Core;
  readonly readModel: ReadModel;
  readonly readLag: ReadLag;
  readonly tail: LiveTail;
  readonly environment: Environment;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly progress: ProjectionProgress;
}

/** A read model that no longer follows the log would go on telling of rights that have been taken away. */
function upToDate(readModel: ReadModel, readLag: ReadLag): ReadModel {
  if (readModel.failure === null) {
    const { whyNot } = readLag;
    if (whyNot === null) return readModel;
    throw apiError(
      'SERVICE_UNAVAILABLE',
      `Nothing is read here now: ${whyNot}. Ask again, or another node.`,
      {
        status: 503,
        retryAfterSeconds: 1,
      },
    );
  }
  throw apiError(
    'SERVICE_UNAVAILABLE',
    'The read model has stopped, so nothing can be read now; changes are still decided. /readyz tells operators why.',
    { status: 503, retryAfterSeconds: 5 },
  );
}

function contextFactory(parts: Parts) {
  const { core, readModel, readLag, tail, environment, log, metrics, progress } = parts;
  const { application, store, signer } = core;
  const evidence = offboardingEvidence({ store, readModel, signer, environment });
  const watchedReadModel = observedReadModel(readModel, metrics);
  return ({ issuer, subject, userId }: Caller, asked?: Asked): RequestContext => {
    const databases = () => upToDate(readModel, readLag);
    const reads = new Reads(databases, environment.now);
    const actorId = userId ?? NOBODY;
    const requestId = environment.newId();
    const ids = asked === undefined ? { requestId } : idsOf({ ...asked, requestId });
    return {
      requestId,
      caller: { issuer, subject },
      userId,
      actorId,
      actor: () => ({ kind: reads.isMachine(actorId) ? 'SERVICE' : 'USER', id: actorId }),
      application,
      readModel: watchedReadModel,
      progress,
      reads,
      pending: new PendingReads(databases, environment.now),
      ledgers: new LedgerReads(databases),
      analytics: new AnalyticsReads(databases),
      proofs: new ProofReads(databases),
      checkpoints: core.checkpoints,
      offboardingEvidence: evidence,
      rights: new Rights(reads, userId),
      memberActions: new MemberActions(application.offboarding, actorId),
      live: tail,
      log: { error: (facts, message) => log.error({ ...ids, ...facts }, message) },
      newId: environment.newId,
      now: environment.now,
    };
  };
}
