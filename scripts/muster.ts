import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { backupCommand } from './backup.js';
import { behavioursCommand } from './behaviours.js';
import { benchCommand } from './bench.js';
import { checkpointCommand } from './checkpoint.js';
import { endingFor } from './cli/command-error.js';
import { exitCodes, exitCodesHelp } from './cli/exit-codes.js';
import { say, styled } from './cli/terminal.js';
import { emitSchemaCommand } from './emit-schema.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { initCommand } from './init.js';
import { migrateLogCommand } from './migrate-log.js';
import { rebuildCommand } from './rebuild.js';
import { replayCommand } from './replay.js';
import { restoreCommand } from './restore.js';
import { serveCommand } from './serve.js';
import { soakCommand } from './soak.js';
import { tokenCommand } from './token.js';
import { vaultCopyCommand } from './vault-copy.js';
import { verifyCommand } from './verify.js';

/** The one command line; each subcommand has a file of its name beside this one. */
const muster = new Command('muster')
  .description('Muster: a membership backend whose memory cannot be argued with.')
  .version(versionOfPackage(), '--version', 'show the version')
  .helpOption('--help', 'show this help')
  .helpCommand(false)
  .usage('<command> [options]      or: npm run <command> -- [options]')
  .showHelpAfterError('(--help shows what there is)')
  .addHelpText('after', exitCodesHelp);

for (const command of [
  serveCommand,
  initCommand,
  importCommand,
  rebuildCommand,
  exportCommand,
  replayCommand,
  benchCommand,
  soakCommand,
  verifyCommand,
  checkpointCommand,
  backupCommand,
  restoreCommand,
  migrateLogCommand,
  vaultCopyCommand,
  behavioursCommand,
  emitSchemaCommand,
  tokenCommand,
])
  muster.addCommand(command.copyInheritedSettings(muster));

// A reader that stops reading (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

for (const command of [muster, ...muster.commands]) command.exitOverride();
try {
  await muster.parseAsync();
} catch (error) {
  process.exitCode = codeFor(error);
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
