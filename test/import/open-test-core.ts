import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidV7 } from 'uuid';
import type { Line } from '../../src/application/import/history-reader.js';
import { type ImportReport, importHistory } from '../../src/application/import/import-history.js';
import { type ApplicationParts, MusterApplication } from '../../src/application/muster-application.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { invitationTokens } from '../../src/invitation-tokens.js';
import { PersonalData } from '../../src/key-vault/personal-data.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { personalDataPort } from '../../src/profiles.js';
import { SqliteSnapshotStore } from '../../src/snapshots/sqlite-snapshot-store.js';
import { webhookPoster } from '../../src/webhook-poster.js';
import { webhookVault } from '../../src/webhook-vault.js';
import { nothingPrivate } from '../../src/webhooks/addresses.js';

/** The writing side as the product puts it together, with its parts in reach, so that a test can break one. */
export interface Core {
  readonly parts: ApplicationParts;
  readonly store: EventStore;
  readonly application: MusterApplication;
}

/** A log and vault of its own for the test. */
export async function withCore(use: (core: Core) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'muster-import-'));
  const store = await SqliteEventStore.open({ path: join(path, 'log.sqlite') });
  const vault = new SqliteKeyVault({ path: join(path, 'vault.sqlite'), randomBytes });
  const snapshots = new SqliteSnapshotStore(join(path, 'snapshots.sqlite'));
  const personalData = new PersonalData({ vault, randomBytes });
  const parts: ApplicationParts = {
    store,
    snapshots,
    environment: { now: Date.now, newId: uuidV7 },
    personalData: personalDataPort(personalData, vault),
    invitationTokens: invitationTokens(vault),
    webhookVault: webhookVault(personalData, vault),
    webhookPoster: webhookPoster(nothingPrivate),
    invitationUrl: () => 'https://portal.example/invitation#{token}',
    report: (error) => {
      throw error;
    },
  };
  const application = new MusterApplication(parts);
  try {
    await use({ parts, store, application });
  } finally {
    await application.close();
    snapshots.close();
    await vault.close();
    await store.close();
    rmSync(path, { recursive: true });
  }
}

export const SOURCE = 'test';

export function importLines(
  core: Core,
  lines: readonly string[],
  application = core.application,
): Promise<ImportReport> {
  return importHistory(application, () => asLines(lines), {
    source: SOURCE,
    newId: core.parts.environment.newId,
  });
}

export async function* asLines(texts: readonly string[]): AsyncGenerator<Line> {
  for (const [index, text] of texts.entries()) yield { lineNumber: index + 1, text };
}

/** All events of accounts, in log order. */
export async function accountEvents(core: Core): Promise<readonly StoredEvent[]> {
  const recorded = await core.store.readAll({ afterPosition: 0, maxCount: 100_000 });
  return recorded
    .filter(({ stream }) => stream.startsWith('account-'))
    .map(({ body }) => JSON.parse(body) as StoredEvent);
}
