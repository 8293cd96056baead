import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { jsonOption, positiveCount } from '../../scripts/cli/muster-command.js';
import { print, printJson, say } from '../../scripts/cli/terminal.js';
import { type Measured, measureCapacity } from './measure-capacity.js';

const MILLION = 1_000_000;
const DAY_S = 86_400;

await new Command('capacity')
  .description(
    'Measure on this machine what decides how far Muster goes: bytes of log and read models for each event and member, the ' +
      'state of a big account, commands a second by how long the log takes to acknowledge (on a wire-level test server, which ' +
      'shows Muster and not EventStoreDB), and how fast a node catches up; then work out what a cluster carries.',
  )
  .option('--events <n>', 'events of the generated log', positiveCount, 200_000)
  .option('--members <n>', 'members of the big account', positiveCount, 20_000)
  .option('--seconds <n>', 'length of each load', positiveCount, 5)
  .addOption(jsonOption())
  .allowExcessArguments(false)
  .helpOption('--help', 'show this help')
  .action(run)
  .parseAsync();

interface Options {
  readonly events: number;
  readonly members: number;
  readonly seconds: number;
  readonly json: boolean;
}

async function run({ json, ...scale }: Options): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'muster-capacity-'));
  try {
    const measured = await measureCapacity({ ...scale, dir, onStep: (what) => say(`${what} …`) });
    if (json) printJson(measured);
    else tell(measured);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function tell(measured: Measured): void {
  const commands = new Table({
    style: { head: [], border: [] },
    head: ['append acknowledged after', 'one account', 'its appends', '64 accounts', 'their appends'],
  });
  for (const {
    appendMs,
    oneAccount,
    appendsOneAccount,
    manyAccounts,
    appendsManyAccounts,
  } of measured.commands)
    commands.push([
      `${appendMs} ms more`,
      `${whole(oneAccount)} commands/s`,
      `${whole(appendsOneAccount)}/s`,
      `${whole(manyAccounts)} commands/s`,
      `${whole(appendsManyAccounts)}/s`,
    ]);
  print(commands.toString());
  const table = new Table({
    style: { head: [], border: [] },
    head: ['what', 'measured', 'for a million members'],
  });
  for (const row of extrapolated(measured)) table.push([...row]);
  print(table.toString());
}

/** Each row: what, what was measured, and the arithmetic from there. */
function extrapolated(measured: Measured): readonly (readonly string[])[] {
  const { events, memberships, logBytes, readModelBytes, rebuildEventsPerSecond, bigAccount } = measured;
  const eventsEach = events / memberships;
  const total = Object.values(readModelBytes).reduce((sum, bytes) => sum + bytes, 0);
  const perMember = (bytes: number) =>
    `${whole(bytes / memberships)} B × ${MILLION.toLocaleString('en')} = ${gigabytes((bytes / memberships) * MILLION)}`;
  const stateEach = bigAccount.snapshotBytes / bigAccount.members;
  return [
    [
      'events of a membership',
      `${events} / ${memberships} = ${eventsEach.toFixed(1)}`,
      `${(eventsEach).toFixed(1)} million events`,
    ],
    ['log (embedded)', `${whole(logBytes / events)} B an event`, perMember(logBytes)],
    ...Object.entries(readModelBytes).map(([name, bytes]) => [
      `read model: ${name}.sqlite`,
      `${whole(bytes / events)} B an event`,
      perMember(bytes),
    ]),
    ['read models in all', `${whole(total / events)} B an event`, perMember(total)],
    [
      'a new node catches up',
      `${whole(rebuildEventsPerSecond)} events/s`,
      `${eventsEach.toFixed(1)} M / ${whole(rebuildEventsPerSecond)} = ${whole((eventsEach * MILLION) / rebuildEventsPerSecond)} s`,
    ],
    [
      'state of one account',
      `${whole(stateEach)} B a member, as a snapshot`,
      `${whole(stateEach)} B × ${MILLION.toLocaleString('en')} = ${gigabytes(stateEach * MILLION)} in one account`,
    ],
    [
      'first command after a start',
      `${whole(bigAccount.coldMs)} ms at ${bigAccount.members} members`,
      `× ${MILLION / bigAccount.members} = ${((bigAccount.coldMs * MILLION) / bigAccount.members / 1_000).toFixed(1)} s in one account`,
    ],
    [
      'a day of one event for each member',
      '1',
      `${MILLION.toLocaleString('en')} / ${DAY_S} = ${(MILLION / DAY_S).toFixed(1)} events/s`,
    ],
  ];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
