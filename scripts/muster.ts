import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { endingFor } from './cli/command-error.js';
import { exitCodes, exitCodesHelp } from './cli/exit-codes.js';
import { say, styled } from './cli/terminal.js';

/** Loaded when it is asked for: what one needs is nothing that the others should wait for. */
const subcommands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['serve', async () => (await import('./serve.js')).serveCommand],
  ['init', async () => (await import('./init.js')).initCommand],
  ['import', async () => (await import('./import.js')).importCommand],
  ['rebuild', async () => (await import('./rebuild.js')).rebuildCommand],
  ['export', async () => (await import('./export.js')).exportCommand],
  ['replay', async () => (await import('./replay.js')).replayCommand],
  ['bench', async () => (await import('./bench.js')).benchCommand],
  ['soak', async () => (await import('./soak.js')).soakCommand],
  ['verify', async () => (await import('./verify.js')).verifyCommand],
  ['checkpoint', async () => (await import('./checkpoint.js')).checkpointCommand],
  ['backup', async () => (await import('./backup.js')).backupCommand],
  ['restore', async () => (await import('./restore.js')).restoreCommand],
  ['migrate-log', async () => (await import('./migrate-log.js')).migrateLogCommand],
  ['vault-copy', async () => (await import('./vault-copy.js')).vaultCopyCommand],
  ['behaviours', async () => (await import('./behaviours.js')).behavioursCommand],
  ['emit-schema', async () => (await import('./emit-schema.js')).emitSchemaCommand],
  ['token', async () => (await import('./token.js')).tokenCommand],
]);

/** The one command line; each subcommand has a file of its name beside this one. */
const muster = new Command('muster')
  .description('Muster: a membership backend whose memory cannot be argued with.')
  .version(versionOfPackage(), '--version', 'show the version')
  .helpOption('--help', 'show this help')
  .helpCommand(false)
  .usage('<command> [options]      or: npm run <command> -- [options]')
  .showHelpAfterError('(--help shows what there is)')
  .addHelpText('after', exitCodesHelp);

const asked = subcommands.get(process.argv[2] ?? '');
for (const load of asked === undefined ? subcommands.values() : [asked])
  muster.addCommand((await load()).copyInheritedSettings(muster));

// A reader that stops reading (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

for (const command of [muster, ...muster.commands]) command.exitOverride();
try {
  await muster.parseAsync();
} catch (error) {
  endWith(codeFor(error));
}

/** What has failed may have left something open: gRPC waits for ever for a TLS handshake that nobody answers. */
function endWith(exitCode: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

function codeFor(error: unknown): number {
  // Commander has said what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { message, exitCode } = endingFor(error);
  say(`${styled(process.stderr, 'red', 'muster:')} ${message}`);
  return exitCode;
}

function versionOfPackage(): string {
  const up = import.meta.url.endsWith('.ts') ? '..' : '../..';
  const { version } = JSON.parse(readFileSync(new URL(`${up}/package.json`, import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
