import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { musterCommand, portNumber } from './cli/muster-command.js';
import { print } from './cli/terminal.js';

export const serveCommand = musterCommand(
  'serve',
  'Serve the GraphQL API until SIGINT or SIGTERM. ' +
    'Configured by the environment: MUSTER_ISSUER, MUSTER_AUDIENCE and one of MUSTER_JWKS_URL, MUSTER_PUBLIC_KEY, ' +
    'MUSTER_PUBLIC_KEY_FILE. With --dev it needs none: it makes its own key, prints a token, and serves a demo world ' +
    'to this machine only.',
  [
    'npm start',
    'npm run serve -- --dev --port 4100 --data /tmp/try-muster',
    'MUSTER_ISSUER=https://id.example.com/ MUSTER_AUDIENCE=muster MUSTER_JWKS_URL=https://id.example.com/jwks \\\n' +
      '      npm run serve',
  ],
)
  .option('--dev', 'own key, printed token, demo world, 127.0.0.1 only', false)
  .option('--port <n>', 'port, 0 = any free one (default: MUSTER_PORT or 4000)', portNumber)
  .option('--host <address>', 'address to bind (default: MUSTER_HOST or 0.0.0.0); not with --dev')
  .action(runServe);

interface ServeCommandOptions {
  readonly data: string;
  readonly dev: boolean;
  readonly port?: number;
  readonly host?: string;
}

async function runServe({ data, dev, port, host }: ServeCommandOptions): Promise<void> {
  if (dev && host !== undefined)
    throw new CommandError('--dev serves this machine only: leave --host away, or --dev', exitCodes.usage);
  const { serve } = await import('../src/main.js');
  await serve({
    dataDir: data,
    isDevelopment: dev,
    environmentVariables: host === undefined ? process.env : { ...process.env, MUSTER_HOST: host },
    say: print,
    ...(port === undefined ? {} : { port }),
  });
}
