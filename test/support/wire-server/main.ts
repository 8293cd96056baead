/**
 * One node of the wire server as a process of its own:
 * `node --import tsx/esm test/support/wire-server/main.ts [--port n] [--journal file] [--election-port n] …`
 *
 * Says `{"port":…,"controlPort":…}` on one line when it listens, and ends with its standard input, so that no test
 * leaves one behind. With a journal it knows after a restart what it acknowledged before; with an election port too, it
 * is one of several nodes on the same journal.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { WireUsers } from './access.js';
import { startClusterNode } from './cluster-node.js';
import { startControl } from './control.js';
import { ElectionPort } from './election-port.js';
import { FileJournal, MemoryJournal } from './journal.js';
import { SharedElection } from './shared-election.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    journal: { type: 'string' },
    'election-port': { type: 'string' },
    'server-version': { type: 'string' },
    /** JSON: `{"admin":{"password":"changeit","groups":["$admins"]}}`. */
    users: { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-certificate': { type: 'string' },
  },
});

const electionPort = values['election-port'];
const key = values['tls-key'];
const certificate = values['tls-certificate'];
const version = values['server-version'];

const node = await startClusterNode({
  port: Number(values.port),
  journal: values.journal === undefined ? new MemoryJournal([]) : new FileJournal(values.journal),
  election:
    electionPort === undefined ? new SharedElection(0).join() : new ElectionPort(Number(electionPort)),
  ...(version === undefined ? {} : { serverVersion: version }),
  ...(values.users === undefined ? {} : { users: JSON.parse(values.users) as WireUsers }),
  ...(key && certificate ? { tls: { key: text(key), certificate: text(certificate) } } : {}),
  // A node that is told to die takes its process with it.
  onStopped: () => process.kill(process.pid, 'SIGKILL'),
});
const control = await startControl(node, Number(values['control-port']));
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(`${JSON.stringify({ port: node.port, controlPort: control.port })}\n`);

function text(path: string): string {
  return readFileSync(path, 'utf8');
}
