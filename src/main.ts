import { type RunningMuster, start } from './app.js';
import { readConfig } from './config.js';
import { DEV_SUBJECT, type DevelopmentMuster, SAMPLE_QUERY, startDevelopment } from './dev-mode.js';

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

/**
 * Serves until SIGINT or SIGTERM, then answers what was accepted and ends; a second signal ends at once.
 * @throws ConfigError, DataFolderError, DatabaseFileError, KeyVaultUnavailable
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { say } = options;
  const muster = options.isDevelopment ? await serveDevelopment(options) : await serveProduction(options);
  say(`Mail goes to ${muster.mailDestination}`);
  say(`Muster serves ${muster.url}/graphql`);
  const signal = await firstSignal();
  say(`${signal}: finishing what was accepted …`);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  await muster.close();
}

async function serveProduction(options: ServeOptions): Promise<RunningMuster> {
  const { dataDir, port, environmentVariables, say } = options;
  const config = readConfig(environmentVariables);
  const muster = await start({
    dataDir,
    config: port === undefined ? config : { ...config, port },
    onRebuild: (reason) => say(`The read model is being built: ${reason}.`),
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
    ...(port === undefined ? {} : { port }),
  });
  say(`Token of the root owner (subject ${DEV_SUBJECT}), good for this machine only:\n\n${muster.token}\n`);
  say(`Try it:\n\n${sampleRequest(muster)}\n`);
  say(
    `Explorer page, works offline: ${muster.url}/ (paste {"authorization": "Bearer <token>"} under Headers)`,
  );
  return muster;
}

const sampleRequest = ({ url, token }: DevelopmentMuster): string =>
  `curl -s ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${token}' \\\n` +
  `  -d '${JSON.stringify({ query: SAMPLE_QUERY })}'`;

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
