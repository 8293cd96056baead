import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DataFolder } from '../../src/data-folder.js';
import { EventStoreDbError } from '../../src/event-store/eventstoredb/eventstoredb-error.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { readLogMark, writeLogMark } from '../../src/log-mark.js';
import { carryLog, LogsDiffer } from '../../src/log-migration/carry-log.js';
import { refuseWaitingForLedger } from '../../src/open-ledger.js';
import { CommandError } from '../cli/command-error.js';
import { exitCodes } from '../cli/exit-codes.js';
import { type NamedCluster, openCluster } from './cluster-named.js';
import { type Migrated, type Migration, migratedOf } from './migrated.js';

/** Carries the log of the folder to the cluster, and marks the folder as moved. */
export async function migrateTo({ folder, cluster, onProgress }: Migration): Promise<Migrated> {
  const start = performance.now();
  const mark = readLogMark(folder.logMarkPath);
  if (mark?.state === 'FILLING')
    throw new CommandError(
      `not all of the log is in ${folder.path}: run npm run migrate-log -- --from … to its end first`,
      exitCodes.dataFolder,
    );
  if (!existsSync(folder.logPath))
    throw new CommandError(`there is no log in ${folder.path}: check --data`, exitCodes.dataFolder);
  refuseWaitingForLedger(folder);
  const source = SqliteEventStore.openReader({ path: folder.logPath });
  try {
    const { logId } = source;
    const refusal = mark === null ? null : carriedAway(folder.path, mark.to);
    if (refusal !== null && !(await isLogAt(cluster, logId))) throw refusal;
    const target = await openCluster(cluster, { logId, purpose: 'FILL' });
    try {
      const total = await source.head();
      const carried = await carryLog({
        source: { what: `the log of ${folder.path}`, store: source },
        target: { what: `the log at ${cluster.name}`, store: target },
        beginFilling: async () => {
          if (refusal !== null) throw refusal;
          await target.setFilling(true);
        },
        onProgress: (doing, position) => onProgress(doing, position, total),
      });
      const isAhead = carried.outcome === 'TARGET_GOES_ON';
      if (isAhead && mark === null) throw aheadOf(folder.path, cluster.name);
      // In this order: cut off in between, the log is served in neither place until this is run again.
      if (mark === null)
        writeLogMark(folder.logMarkPath, { state: 'MOVED', to: cluster.name, logId, events: carried.events });
      await target.setFilling(false);
      return migratedOf(carried, { logId, meanwhile: 0, start, next: nextSteps(folder, isAhead) });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Whether the log is there, or some of it. */
async function isLogAt(cluster: NamedCluster, logId: string): Promise<boolean> {
  try {
    await (await openCluster(cluster, { logId, purpose: 'COPY' })).close();
    return true;
  } catch (error) {
    if (!(error instanceof EventStoreDbError)) throw error;
    if (error.code === 'NO_LOG') return false;
    if (error.code === 'UNFINISHED') return true;
    throw error;
  }
}

const carriedAway = (path: string, to: string): CommandError =>
  new CommandError(
    `the log of ${path} was carried to ${to}, and may have gone on there: nothing was carried, for two clusters would ` +
      'go on with the same log. Bring it back with npm run migrate-log -- --from … first, or give up what was written ' +
      'there since with npm run migrate-log -- --reopen',
    exitCodes.dataFolder,
  );

const aheadOf = (path: string, name: string): LogsDiffer =>
  new LogsDiffer(
    `the log at ${name} holds everything that ${path} holds, and has gone on since: it is the one to serve, and nothing ` +
      'was carried. To bring it into this folder: npm run migrate-log -- --from …',
  );

function nextSteps({ path, vaultPath }: DataFolder, hasGoneOn: boolean): readonly string[] {
  const hasFile = existsSync(vaultPath);
  const vault = hasFile ? pathToFileURL(vaultPath).href : 'postgres://…';
  return [
    `${path} is marked by log-mark.json: a server refuses to start on its log, which is as it was.${hasGoneOn ? ' The cluster has gone on since.' : ''}`,
    `Next: EVENT_STORE_URL=esdb://… MUSTER_KEY_VAULT_URL=${vault} npm run serve -- --data ${path}`,
    ...(hasFile
      ? [
          `Or, for nodes on several machines: MUSTER_KEY_VAULT_URL=postgres://… npm run vault-copy -- --data ${path} --to postgres`,
          `then delete the file, as that says, and: EVENT_STORE_URL=esdb://… MUSTER_KEY_VAULT_URL=postgres://… npm run serve -- --data ${path}`,
        ]
      : []),
  ];
}
