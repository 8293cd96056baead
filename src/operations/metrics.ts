import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Progress } from './projection-progress.js';

export type OperationKind = 'query' | 'mutation' | 'subscription' | 'none';

/** What is read when somebody asks for the metrics, and costs nothing until then. */
export interface Watched {
  readonly progress: () => Promise<Progress>;
  readonly mutationsWaiting: () => number;
  readonly commandsWaiting: () => number;
  readonly requestBytes: () => number;
  readonly liveConnections: () => number;
  readonly subscriptions: () => number;
  readonly processManagers: () => readonly ProcessManagerFacts[];
  readonly keyCache: () => { readonly hits: number; readonly misses: number; readonly keys: number };
  /** Each counted up to so many. */
  readonly webhooks: (most: number) => { readonly failing: number; readonly deadLetters: number };
  readonly isReady: () => Promise<boolean>;
  readonly hasKeys: () => Promise<boolean>;
}

export interface ProcessManagerFacts {
  readonly name: string;
  /** Items that are due, at most as many as a look gives. */
  readonly backlog: number;
  /** Items and looks that have failed since the start. */
  readonly failures: number;
  /** Items left alone for a while because they failed. */
  readonly setBack: number;
}

/** Of webhooks and dead letters. */
const MOST_COUNTED = 10_000;

/** In seconds: a read from memory, a page, a mutation with its append, something slow, something wrong. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counters and gauges by Prometheus' conventions. Labels come from closed lists of this build: never an id, a name or
 * anything that was sent.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('muster_http_requests_total', 'GraphQL requests answered.', [
    'operation',
    'status',
  ]);
  readonly #requestSeconds = this.#histogram(
    'muster_http_request_duration_seconds',
    'From the head of a request to the end of its answer.',
    ['operation'],
  );
  readonly #commands = this.#counter(
    'muster_commands_total',
    'Requests to change something, by what came of it.',
    ['outcome'],
  );
  readonly #commandSeconds = this.#histogram(
    'muster_command_duration_seconds',
    'From a place in the queue of an account to the outcome.',
    [],
  );
  readonly #appends = this.#counter('muster_appends_total', 'Appends to the log, by what came of them.', [
    'result',
  ]);
  readonly #conflicts = this.#counter(
    'muster_append_conflicts_total',
    'Appends that met another revision than expected: lost races, and claims somebody else had made.',
    [],
  );
  readonly #appendSeconds = this.#histogram(
    'muster_append_duration_seconds',
    'From handing an append over to its being durable.',
    [],
  );
  readonly #events = this.#counter('muster_events_appended_total', 'Events appended by this process.', [
    'type',
  ]);
  readonly #projectionSeconds = this.#histogram(
    'muster_projection_wait_seconds',
    'From an append to its being readable, as those who waited for it saw it.',
    [],
  );

  /** Beside these come what Node tells of process, heap, garbage collection and event loop. */
  watch(watched: Watched): void {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    // One look at the log for all that is told of it.
    let looked: Promise<Progress> | null = null;
    const progress = () => {
      looked ??= watched.progress().finally(() => {
        looked = null;
      });
      return looked;
    };
    gauge(
      'muster_log_position',
      'Position of the last event of the log.',
      async () => (await progress()).headPosition,
    );
    gauge(
      'muster_projection_position',
      'Every event up to here is readable.',
      async () => (await progress()).position,
    );
    gauge(
      'muster_projection_lag_events',
      'Events not readable yet, counted up to 1000.',
      async () => (await progress()).lagEvents,
    );
    gauge(
      'muster_projection_lag_seconds',
      'Age of the oldest event that is not readable yet.',
      async () => (await progress()).lagMs / 1_000,
    );
    gauge('muster_projection_failed', '1 when the read model has stopped.', async () =>
      (await progress()).failure === null ? 0 : 1,
    );
    gauge('muster_ready', '1 when /readyz answers 200.', async () => ((await watched.isReady()) ? 1 : 0));
    gauge('muster_key_vault_up', '1 when keys are to be had.', async () =>
      (await watched.hasKeys()) ? 1 : 0,
    );
    gauge('muster_mutations_waiting', 'Mutations waiting for their turn.', watched.mutationsWaiting);
    gauge(
      'muster_commands_waiting',
      'Commands without an outcome yet, of all accounts.',
      watched.commandsWaiting,
    );
    gauge('muster_request_bytes', 'Bytes of the bodies of requests being answered.', watched.requestBytes);
    gauge('muster_live_connections', 'Open WebSockets.', watched.liveConnections);
    gauge('muster_subscriptions', 'Subscriptions under way.', watched.subscriptions);
    gauge(
      'muster_webhooks_failing',
      'Enabled webhooks that have taken nothing since an attempt failed, counted up to 10000.',
      () => watched.webhooks(MOST_COUNTED).failing,
    );
    gauge(
      'muster_webhook_dead_letters',
      'Events that were given up and not asked for again, of all webhooks, counted up to 10000.',
      () => watched.webhooks(MOST_COUNTED).deadLetters,
    );
    gauge('muster_key_vault_cache_keys', 'Keys in memory.', () => watched.keyCache().keys);
    this.#total('muster_key_vault_cache_hits_total', 'Keys found in memory.', () => [
      { value: watched.keyCache().hits },
    ]);
    this.#total('muster_key_vault_cache_misses_total', 'Keys fetched from the vault.', () => [
      { value: watched.keyCache().misses },
    ]);
    const ofManagers = (read: (facts: ProcessManagerFacts) => number) => () =>
      watched.processManagers().map((facts) => ({ labels: { manager: facts.name }, value: read(facts) }));
    this.#total(
      'muster_process_manager_failures_total',
      'Items and looks that failed.',
      ofManagers(({ failures }) => failures),
      ['manager'],
    );
    const perManager = (name: string, help: string, read: () => readonly Sample[]) =>
      new Gauge({
        name,
        help,
        registers,
        labelNames: ['manager'],
        collect() {
          for (const { labels = {}, value } of read()) this.set(labels, value);
        },
      });
    perManager(
      'muster_process_manager_backlog',
      'Items that are due, counted up to 1000.',
      ofManagers(({ backlog }) => backlog),
    );
    perManager(
      'muster_process_manager_set_back',
      'Items left alone for a while because they failed.',
      ofManagers(({ setBack }) => setBack),
    );
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  answered({
    operation,
    status,
    seconds,
  }: {
    operation: OperationKind;
    status: number;
    seconds: number;
  }): void {
    this.#requests.inc({ operation, status });
    this.#requestSeconds.observe({ operation }, seconds);
  }

  decided(outcome: string, seconds: number): void {
    this.#commands.inc({ outcome });
    this.#commandSeconds.observe(seconds);
  }

  appended(types: readonly string[], seconds: number): void {
    this.#appends.inc({ result: 'appended' });
    for (const type of types) this.#events.inc({ type });
    this.#appendSeconds.observe(seconds);
  }

  /** `result` names the error's class. */
  notAppended(result: string): void {
    this.#appends.inc({ result });
    if (result === 'WrongExpectedRevision') this.#conflicts.inc();
  }

  becameReadable(seconds: number): void {
    this.#projectionSeconds.observe(seconds);
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram<T extends string>(name: string, help: string, labelNames: readonly T[]): Histogram<T> {
    return new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
  }

  /** A counter that somebody else counts. */
  #total(
    name: string,
    help: string,
    read: () => readonly Sample[],
    labelNames: readonly string[] = [],
  ): void {
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { labels = {}, value } of read()) this.inc(labels, value);
      },
    });
  }
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
