import { setTimeout as delay } from 'node:timers/promises';
import { type RunningMuster, start } from './app.js';
import { readConfig } from './config.js';
import { type DevelopmentMuster, SAMPLE_QUERY, startDevelopment } from './dev-mode.js';
import { DEV_SUBJECT } from './development-token.js';

export interface ServeOptions {
  readonly dataDir: string;
  /** Default: MUSTER_PORT or 4000. */
  readonly port?: number;
  /** Own key, own token, this machine only. */
  readonly isDevelopment: boolean;
  readonly environmentVariables: Readonly<Record<string, string | undefined>>;
  /** For people: what is happening and where to go. */
  readonly say: (line: string) => void;
}

const PROGRESS_EVERY_MS = 2_000;

/** From the end of the grace to the end of the process, in milliseconds: what is not done then, a crash would not lose. */
const CLOSING_TIME_MS = 9_500;

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof exitCodes;

/**
 * Serves until SIGINT or SIGTERM. Then `/readyz` says no at once; after the configured grace the port is closed, what was
 * accepted is answered, and the process ends, 10 s later at most. A second signal ends it at once, and so does one that
 * comes while it is still starting: nothing is lost that was acknowledged.
 * @throws ConfigError, DataFolderError, DatabaseFileError, EventStoreDbError, KeyVaultUnavailable
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { say } = options;
  const signals = new StopSignals();
  const muster = options.isDevelopment ? await serveDevelopment(options) : await serveProduction(options);
  say(`Mail goes to ${muster.mailDestination}`);
  if (muster.metricsUrl !== null) say(`Metrics are at ${muster.metricsUrl}`);
  say(`Muster serves ${muster.url}/graphql`);
  const signal = await signals.first();
  muster.drain();
  if (muster.drainMs > 0) {
    say(`${signal}: not ready any more; closing in ${muster.drainMs / 1_000} s …`);
    await delay(muster.drainMs);
  }
  say(`${signal}: finishing what was accepted …`);
  setTimeout(() => {
    say(`not done after ${CLOSING_TIME_MS} ms: ending all the same`);
    process.exit(1);
  }, CLOSING_TIME_MS).unref();
  await muster.close();
}

async function serveProduction(options: ServeOptions): Promise<RunningMuster> {
  const { dataDir, port, environmentVariables, say } = options;
  const config = readConfig(environmentVariables);
  const muster = await start({
    dataDir,
    config: port === undefined ? config : { ...config, port },
    onRebuild: (reason) => say(`The read model is being built: ${reason}.`),
    onCatchUp: progressLine(say),
  });
  if ((await muster.core.application.rootAccountId()) === null)
    say(
      'Nobody can do anything yet, for there is no root operator account. Stop, and run: npm run init -- --help',
    );
  return muster;
}

async function serveDevelopment(options: ServeOptions): Promise<DevelopmentMuster> {
  const { dataDir, port, environmentVariables, say } = options;
  const muster = await startDevelopment({
    dataDir,
    environmentVariables,
    onRebuild: (reason) => say(`The read model is being built: ${reason}.`),
    onCatchUp: progressLine(say),
    ...(port === undefined ? {} : { port }),
  });
  say(`Token of the root owner (subject ${DEV_SUBJECT}), good for this machine only:\n\n${muster.token}\n`);
  say(`Try it:\n\n${sampleRequest(muster)}\n`);
  say(
    `Explorer page, works offline: ${muster.url}/ (paste {"authorization": "Bearer <token>"} under Headers)`,
  );
  return muster;
}

/** Nothing is served meanwhile, so that whoever waits sees how long it may take; nothing where it takes no time. */
function progressLine(say: ServeOptions['say']) {
  let next = performance.now() + PROGRESS_EVERY_MS;
  return ({ position, head }: { readonly position: number; readonly head: number }) => {
    if (performance.now() < next || head === 0) return;
    next = performance.now() + PROGRESS_EVERY_MS;
    say(
      `Catching up with the log: ${Math.floor((100 * position) / head)} % (position ${position} of ${head})`,
    );
  };
}

const sampleRequest = ({ url, token }: DevelopmentMuster): string =>
  `curl -s ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${token}' \\\n` +
  `  -d '${JSON.stringify({ query: SAMPLE_QUERY })}'`;

/** As process 1 of a container nothing would end this process by default, so it listens from the first moment on. */
class StopSignals {
  #tell: ((signal: StopSignal) => void) | null = null;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        const tell = this.#tell;
        this.#tell = null;
        if (tell === null) process.exit(exitCodes[signal]);
        tell(signal);
      });
  }

  /** The next one; any other ends the process. */
  first(): Promise<StopSignal> {
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }
}
