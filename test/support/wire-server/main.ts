import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { endingFor } from '../../../scripts/cli/command-error.js';
import { portNumber } from '../../../scripts/cli/muster-command.js';
import { printJson, say } from '../../../scripts/cli/terminal.js';
import type { WireUsers } from './access.js';
import { startClusterNode } from './cluster-node.js';
import { startControl } from './control.js';
import { ElectionPort } from './election-port.js';
import { FileJournal, MemoryJournal } from './journal.js';
import { SharedElection } from './shared-election.js';

interface WireServerOptions {
  readonly port: number;
  readonly controlPort: number;
  readonly journal?: string;
  readonly electionPort?: number;
  readonly serverVersion?: string;
  readonly users?: WireUsers;
  readonly tlsKey?: string;
  readonly tlsCertificate?: string;
  readonly endsWithStdin: boolean;
}

/** One node of the wire server as a process of its own; says where it listens on one line, when it does. */
await new Command('wire-server')
  .description(
    "Run the wire server of the tests: it speaks EventStoreDB's protocol on 127.0.0.1, to try a cluster out where there is " +
      'none. It proves no durability: never keep a log on it. Prints where it listens, and runs until SIGINT or SIGTERM.',
  )
  .option('--port <n>', 'port of the protocol, 0 = any free one', portNumber, 0)
  .option(
    '--control-port <n>',
    'port for calls, records and faults over HTTP, 0 = any free one',
    portNumber,
    0,
  )
  .option('--journal <file>', 'keep what is written in this file; without it, in memory only')
  .option('--election-port <n>', 'be one of several nodes on the same journal, which meet here', portNumber)
  .option('--server-version <version>', 'what it says that it is')
  .option('--users <json>', '{"admin":{"password":"changeit","groups":["$admins"]}}', JSON.parse)
  .option('--tls-key <file>', 'PEM, with --tls-certificate: speak TLS')
  .option('--tls-certificate <file>', 'PEM')
  .option('--ends-with-stdin', 'also end with the standard input, and so with whoever started it', false)
  .allowExcessArguments(false)
  .helpOption('--help', 'show this help')
  .addHelpText('after', '\nExamples:\n  $ npm run wire-server -- --port 21130 --journal /tmp/wire.journal\n')
  .action(runWireServer)
  .parseAsync()
  .catch((error: unknown) => {
    const { message, exitCode } = endingFor(error);
    say(`wire-server: ${message}`);
    process.exit(exitCode);
  });

async function runWireServer(options: WireServerOptions): Promise<void> {
  const { journal, electionPort, serverVersion, users, tlsKey, tlsCertificate } = options;
  const tls =
    tlsKey === undefined || tlsCertificate === undefined
      ? null
      : { key: text(tlsKey), certificate: text(tlsCertificate) };
  const node = await startClusterNode({
    port: options.port,
    journal: journal === undefined ? new MemoryJournal([]) : new FileJournal(journal),
    election: electionPort === undefined ? new SharedElection(0).join() : new ElectionPort(electionPort),
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(users === undefined ? {} : { users }),
    ...(tls === null ? {} : { tls }),
    // A node that is told to die takes its process with it.
    onStopped: () => process.kill(process.pid, 'SIGKILL'),
  });
  const control = await startControl(node, options.controlPort);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit());
  // So that no test leaves one behind. What a script starts with `&` has nothing to read, and would end at once.
  if (options.endsWithStdin) process.stdin.on('end', () => process.exit()).resume();
  printJson({ url: node.connectionString(), port: node.port, controlPort: control.port });
}

function text(path: string): string {
  return readFileSync(path, 'utf8');
}
