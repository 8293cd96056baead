import { InvalidArgumentError } from 'commander';
import { ReadFolder } from '../projections/read-folder.js';
import { Replay, type ReplayEnd } from '../src/application/replay.js';
import type { StoredEvent } from '../src/domain/event.js';
import type { EventStore } from '../src/event-store/event-store.js';
import { openEventStoreReader } from '../src/open-event-store.js';
import { CommandError } from './cli/command-error.js';
import { readOnlyFolder } from './cli/environment.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { isAccount, isPerson, recordReading } from './cli/record-reading.js';
import { print, printJson } from './cli/terminal.js';
import { ReadModelToCompare } from './replay/diff-read-model.js';
import {
  printAccount,
  printDifference,
  printHead,
  printReplayed,
  printReplayedJson,
} from './replay/print-replay.js';

export const replayCommand = musterCommand(
  'replay',
  "Show an account's history event by event, one member's, or one person's in all accounts: what each event changed in the state that decisions rest " +
    'on. Folded straight from the log by the code that decides; a server may go on meanwhile.',
  [
    'npm run replay -- --account 35305834-baa3-5d4e-b2d6-e0efe3818dc6',
    'npm run replay -- --account <id> --user <id> --as-of 2024-03-03T00:00:00.000Z',
    'npm run replay -- --user <id>',
    'npm run -s replay -- --account <id> --diff-read-model --json',
  ],
)
  .option('--account <id>', 'the account; without it, all accounts of --user, one after the other')
  .option('--user <id>', 'only what is about this person')
  .option(
    '--as-of <when>',
    'stop there: a position of the log, or a time by which it was recorded',
    replayEnd,
  )
  .option(
    '--diff-read-model',
    'then compare the state with the read model; exit code 1 when they differ',
    false,
  )
  .addOption(jsonOption())
  .action(runReplay);

interface ReplayOptions {
  readonly data: string;
  readonly account?: string;
  readonly user?: string;
  readonly asOf?: ReplayEnd;
  readonly diffReadModel: boolean;
  readonly json: boolean;
}

async function runReplay({ account, user, ...options }: ReplayOptions): Promise<void> {
  if (account === undefined && user === undefined) throw usage('name --account, or --user, or both');
  if (account === undefined && options.diffReadModel)
    throw usage('--diff-read-model compares one account: name it with --account');
  const folder = readOnlyFolder(options.data);
  const store = await openEventStoreReader(folder.log);
  // Opened first: what the log holds beyond it is not replayed, so that both stand at the same event.
  const readModel = options.diffReadModel ? new ReadModelToCompare(new ReadFolder(folder.readPath)) : null;
  try {
    const accounts = account === undefined ? await accountsOf(store, user ?? '') : [account];
    for (const one of accounts) {
      const chosen = { ...options, account: one, ...(user === undefined ? {} : { user }) };
      await recordReplay(store, folder.readingsPath, chosen);
      if (account === undefined && !options.json) printAccount(one);
      await replayFrom(store, readModel, chosen);
    }
  } finally {
    readModel?.close();
    await store.close();
    folder.close();
  }
}

/** The accounts whose streams name the person, in the order in which they first do. */
async function accountsOf(store: EventStore, userId: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const head = await store.head();
  const progress = startProgress('looking for the person');
  try {
    for (let afterPosition = 0; ; ) {
      const page = await store.readAll({ afterPosition, maxCount: 1_000 });
      const last = page.at(-1);
      if (last === undefined) break;
      for (const { stream, body } of page)
        if (stream.startsWith('account-') && body.includes(`"${userId}"`))
          found.add(stream.slice('account-'.length));
      afterPosition = last.position;
      progress.update(afterPosition, head);
    }
  } finally {
    progress.stop();
  }
  if (found.size > 0) return [...found];
  throw new CommandError(`no account of the log names ${userId}: give the id of a person`);
}

type OfAccount = ReplayOptions & { readonly account: string };

async function recordReplay(
  store: EventStore,
  readingsPath: string,
  { account, user }: OfAccount,
): Promise<void> {
  if (!(await isAccount(store, account))) return;
  const isOfPerson = user !== undefined && (await isPerson(store, user));
  const filter = isOfPerson ? { subjectIds: [user] } : {};
  recordReading(readingsPath, { kind: 'REPLAY', accountIds: [account], filter });
}

async function replayFrom(
  store: EventStore,
  readModel: ReadModelToCompare | null,
  { account: accountId, user, asOf, json }: OfAccount,
): Promise<void> {
  const until = boundedBy(readModel, asOf ?? {});
  const replay = new Replay(store, accountId);
  const progress = startProgress('replaying');
  const newest = await newestRevision(store, accountId);
  let shown = 0;
  try {
    for await (const step of replay.steps({ userId: user ?? null, until })) {
      if (!json && shown === 0) printHead();
      shown += 1;
      (json ? printReplayedJson : printReplayed)(step);
      if (process.stdout.isTTY !== true) progress.update(step.event.revision, newest);
    }
  } finally {
    progress.stop();
  }
  const { last } = replay;
  if (last === null) throw await nothingThere(store, accountId);
  const position = last.position;
  if (readModel === null) {
    if (json) printJson({ accountId, events: shown, position });
    else print(`${shown} events, up to position ${position}`);
    return;
  }
  const isTimeShared = await sharesItsTime(store, last.event, readModel.position);
  const differences = readModel.differences({ state: replay.state, last, isTimeShared }, asOf === undefined);
  (json ? printJson : () => undefined)({ accountId, events: shown, position, differences });
  if (!json) for (const difference of differences) printDifference(difference);
  if (differences.length > 0)
    throw new CommandError(
      `replay and read model differ in ${differences.length} places at position ${position}; npm run rebuild makes the read model anew`,
    );
  if (!json) print(`${shown} events, up to position ${position}: the read model says the same`);
}

/** What the read model has not seen yet is not compared with it. */
function boundedBy(readModel: ReadModelToCompare | null, asOf: ReplayEnd): ReplayEnd {
  if (readModel === null) return asOf;
  const { position } = readModel;
  if (asOf.position !== undefined && asOf.position > position)
    throw new CommandError(
      `the read model is at position ${position}, not yet at ${asOf.position}: start the server, or npm run rebuild`,
    );
  return { position, ...asOf };
}

async function newestRevision(store: EventStore, accountId: string): Promise<number> {
  const [newest] = await store.readStream(`account-${accountId}`, { maxCount: 1, direction: 'BACKWARDS' });
  return newest?.revision ?? -1;
}

/** Whether the next event of the account, if the read model has it, was recorded in the same millisecond. */
async function sharesItsTime(store: EventStore, last: StoredEvent, until: number): Promise<boolean> {
  const [next] = await store.readStream(last.stream, { fromRevision: last.revision + 1, maxCount: 1 });
  if (next === undefined || next.position > until) return false;
  const { recordedAt } = JSON.parse(next.body) as StoredEvent;
  return recordedAt === last.recordedAt;
}

const usage = (message: string): CommandError => new CommandError(message, exitCodes.usage);

async function nothingThere(store: EventStore, accountId: string): Promise<CommandError> {
  const [first] = await store.readStream(`account-${accountId}`, { maxCount: 1 });
  if (first === undefined)
    return new CommandError(`the log has no account ${accountId}: take its id from the accounts of viewer`);
  const { recordedAt } = JSON.parse(first.body) as StoredEvent;
  return new CommandError(
    `the account ${accountId} was recorded later than --as-of says: on ${recordedAt}, at position ${first.position}`,
  );
}

function replayEnd(text: string): ReplayEnd {
  if (/^\d{1,15}$/.test(text)) return { position: Number(text) };
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(time)) return { recordedAt: time };
  throw new InvalidArgumentError(
    'Give a position of the log, or a time like 2024-03-03 or 2024-03-03T00:00:00.000Z.',
  );
}
