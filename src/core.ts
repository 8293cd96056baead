import { randomBytes } from 'node:crypto';
import { Checkpoints } from './application/checkpoints.js';
import type { PlaceLimits } from './application/command-places.js';
import type { Environment } from './application/environment.js';
import type { ErasureLedger } from './application/erasure/erasure-ledger.js';
import { MusterApplication } from './application/muster-application.js';
import type { Observer } from './application/observer.js';
import type { ReadingSpool } from './application/reading-spool.js';
import type { WebhookPoster } from './application/webhooks/webhook-poster.js';
import { ensureCheckpointSigner } from './checkpoint-signer.js';
import { Closing } from './closing.js';
import { type DataFolder, openDataFolder } from './data-folder.js';
import type { Profile } from './domain/user/events.js';
import type { EventStore } from './event-store/event-store.js';
import { invitationTokens } from './invitation-tokens.js';
import { CachedKeyVault } from './key-vault/cached-key-vault.js';
import { PersonalData } from './key-vault/personal-data.js';
import { nodeIdIn } from './node-id.js';
import { type OpenEventStore, openEventStore } from './open-event-store.js';
import { openKeyVault, refuseSecondVault } from './open-key-vault.js';
import { openLedger } from './open-ledger.js';
import { personalDataPort, profileOpener } from './profiles.js';
import type { NoteSigner } from './proof/signed-note.js';
import { readingSpoolIn } from './reading-spool-files.js';
import { SqliteSnapshotStore } from './snapshots/sqlite-snapshot-store.js';
import { bindVault, refuseForeignVault, refuseLostLog, refuseOtherLog } from './vault-binding.js';
import { webhookPoster } from './webhook-poster.js';
import { webhookVault } from './webhook-vault.js';
import { nothingPrivate } from './webhooks/addresses.js';

/** The writing side of one installation: what the server and the command line share. */
export interface Core {
  readonly folder: DataFolder;
  readonly store: OpenEventStore;
  readonly application: MusterApplication;
  readonly ledger: ErasureLedger;
  readonly checkpoints: Checkpoints;
  /** What the command line has read, until it is recorded. */
  readonly spool: ReadingSpool;
  /** Signs checkpoints and exports of this log. */
  readonly signer: NoteSigner;
  /** Whether keys are to be had now, from where they are kept; throws KeyVaultUnavailable when not. */
  readonly lookAtKeys: () => Promise<void>;
  /** How the cache of keys does. */
  readonly keyCache: () => CachedKeyVault['facts'];
  /** For the projection of names; null once the person's key is destroyed. */
  readonly openProfile: (userId: string, sealed: string) => Promise<Profile | null>;
  /** Waits for what is under way, then lets go of files and lock. */
  close(): Promise<void>;
}

export interface CoreOptions {
  readonly dataDir: string;
  readonly environment: Environment;
  readonly report: (error: unknown, doing: string) => void;
  /** Where links of invitations lead, with `{token}` in it; whoever serves nobody makes none. */
  readonly invitationUrl?: () => string;
  /** Where the erasure ledger is kept. Default: in the data folder. */
  readonly erasureLedger?: string | null;
  /** The cluster that has the log. Default: the log is a file in the data folder. */
  readonly eventStoreUrl?: string | null;
  /** How many commands may wait. */
  readonly places?: PlaceLimits;
  readonly observer?: Observer;
  /** Puts something between the application and the log that watches every append. */
  readonly observeStore?: (store: EventStore) => EventStore;
  /** A PostgreSQL database that keeps the keys. Default: a file in the data folder. */
  readonly keyVaultUrl?: string | null;
  /** Names this process among those on one log. Default: the one of the data folder. */
  readonly nodeId?: string | null;
  /** How webhooks are posted. Default: nowhere private. */
  readonly webhookPoster?: WebhookPoster;
}

/**
 * Takes the data folder's writer lock and opens log, vault and snapshots; erases again whom a backup brought back.
 * @throws DataFolderError, DatabaseFileError, EventStoreDbError, KeyVaultUnavailable
 */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { dataDir, environment, report, invitationUrl = noPage, places, observer } = options;
  const { eventStoreUrl = null, keyVaultUrl = null } = options;
  const folder = openDataFolder({ path: dataDir, mode: 'write', eventStoreUrl });
  const poster = options.webhookPoster ?? webhookPoster(nothingPrivate);
  const opened = new Closing();
  opened.add(() => folder.close());
  try {
    if (folder.log.kind === 'FILE') refuseLostLog(folder);
    refuseSecondVault(folder, keyVaultUrl);
    const store = await openEventStore(folder.log);
    opened.add(() => store.close());
    refuseOtherLog(store, folder);
    const kept = await openKeyVault({ vaultPath: folder.vaultPath, keyVaultUrl });
    const vault = new CachedKeyVault({ vault: kept, now: () => performance.now() });
    opened.add(() => vault.close());
    await bindVault(store, kept);
    const signer = await ensureCheckpointSigner(vault, store.logId);
    const snapshots = new SqliteSnapshotStore(folder.snapshotsPath);
    opened.add(() => snapshots.close());
    const personalData = new PersonalData({ vault, randomBytes });
    const port = personalDataPort(personalData, vault);
    const path = options.erasureLedger ?? folder.ledgerPath;
    const ledger = await openLedger({ store, environment, personalData: port, folder, path });
    const watched = options.observeStore?.(store) ?? store;
    const application = new MusterApplication({
      store: watched,
      snapshots,
      environment,
      report,
      personalData: port,
      invitationTokens: invitationTokens(vault),
      invitationUrl,
      webhookVault: webhookVault(personalData, vault),
      webhookPoster: poster,
      nodeId: options.nodeId ?? nodeIdIn(folder.nodePath),
      ...(places === undefined ? {} : { places }),
      ...(observer === undefined ? {} : { observer }),
    });
    opened.add(() => application.close());
    const checkpoints = new Checkpoints({
      store: watched,
      environment,
      signer,
      accounts: application.accounts,
      rootAccountId: () => application.rootAccountId(),
    });
    const spool = readingSpoolIn(folder.readingsPath, report);
    return {
      spool,
      folder,
      store,
      application,
      ledger,
      checkpoints,
      signer,
      lookAtKeys: () => refuseForeignVault(store, kept),
      keyCache: () => vault.facts,
      openProfile: profileOpener(personalData),
      close: () => opened.closeAll(),
    };
  } catch (error) {
    await opened.closeAll().catch((failure: unknown) => report(failure, 'closing what was opened'));
    throw error;
  }
}

const noPage = (): never => {
  throw new Error('this process has no page that takes invitations: ask a running server for the link');
};
