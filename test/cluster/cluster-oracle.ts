import { randomBytes } from 'node:crypto';
import { catchUpReadModel } from '../../projections/open-generation.js';
import { projectionNames } from '../../projections/projection.js';
import { fingerprintsOf } from '../../projections/read-connections.js';
import { ReadFolder } from '../../projections/read-folder.js';
import { readModelProjections } from '../../projections/read-model-projections.js';
import type { Acknowledged } from '../../scripts/soak/soak-client.js';
import { brokenPromises } from '../../scripts/soak/soak-oracle.js';
import { decodeAccountEvent } from '../../src/application/decode-event.js';
import type { DataFolder } from '../../src/data-folder.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { evolve } from '../../src/domain/account/evolve.js';
import { type AccountState, initialAccountState } from '../../src/domain/account/state.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { PersonalData } from '../../src/key-vault/personal-data.js';
import { openEventStoreReader } from '../../src/open-event-store.js';
import { openKeyVaultToRead } from '../../src/open-key-vault.js';
import { profileOpener } from '../../src/profiles.js';
import { activeOwners, problemsOf } from '../domain/account/problems-of.js';

/** Sentences, one for each promise that the nodes did not keep; their servers have ended. */
export async function brokenByNodes(
  folders: readonly DataFolder[],
  acknowledged: readonly Acknowledged[],
  keyVaultUrl: string,
): Promise<readonly string[]> {
  const [first] = folders;
  if (first === undefined) throw new Error('a cluster has nodes');
  const store = await openEventStoreReader(first.log);
  try {
    for (const folder of folders) await followToTheEnd(folder, { store, keyVaultUrl });
    return [
      ...differingReadModels(folders),
      ...(await brokenInvariants(store)),
      ...(await brokenPromises(first, acknowledged, keyVaultUrl)),
    ];
  } finally {
    await store.close();
  }
}

/** A node that ended before the others, while mail was still going out, goes on from where it stood. */
async function followToTheEnd(
  { readPath, vaultPath }: DataFolder,
  { store, keyVaultUrl }: { readonly store: EventStore; readonly keyVaultUrl: string },
): Promise<void> {
  const vault = await openKeyVaultToRead({ vaultPath, keyVaultUrl });
  if (vault === null) throw new Error('the nodes have a vault');
  try {
    const openProfile = profileOpener(new PersonalData({ vault, randomBytes }));
    const folder = new ReadFolder(readPath);
    await catchUpReadModel({ store, folder, projections: readModelProjections(openProfile) });
  } finally {
    await vault.close();
  }
}

/** Each node has followed the log by itself, and shows the same to the last row. */
function differingReadModels(folders: readonly DataFolder[]): readonly string[] {
  const prints = folders.map(({ readPath }) => {
    const folder = new ReadFolder(readPath);
    const projections = readModelProjections(async () => null);
    return fingerprintsOf({ folder, projections }, folder.current() ?? '');
  });
  return projectionNames.flatMap((name) => {
    const different = new Set(prints.map((print) => print[name]));
    return different.size === 1 ? [] : [`${name} differs between the nodes: ${[...different].join(' ')}`];
  });
}

/** After every single event, whichever node has written it. */
async function brokenInvariants(store: EventStore): Promise<readonly string[]> {
  const accounts = new Map<string, WatchedAccount>();
  const broken: string[] = [];
  for (let position = 0; ; ) {
    const page = await store.readAll({ afterPosition: position, maxCount: 1_000 });
    const last = page.at(-1);
    if (last === undefined) break;
    position = last.position;
    for (const recorded of page.filter(({ stream }) => stream.startsWith('account-'))) {
      const account = accounts.get(recorded.stream) ?? new WatchedAccount();
      accounts.set(recorded.stream, account);
      broken.push(...account.add(decodeAccountEvent(recorded)).map((what) => `${recorded.stream}: ${what}`));
    }
  }
  for (const [stream, { state }] of accounts)
    broken.push(...problemsOf(state).map((problem) => `${stream}: ${problem}`));
  return broken;
}

class WatchedAccount {
  readonly state: AccountState = initialAccountState();
  readonly #taken = new Set<string>();
  #hadOwner = false;

  add(event: StoredEvent<AccountEvent>): readonly string[] {
    const broken: string[] = [];
    if (event.type === 'InvitationAccepted') {
      const { invitationId } = event.data;
      if (this.#taken.has(invitationId)) broken.push(`the invitation ${invitationId} was taken twice`);
      this.#taken.add(invitationId);
    }
    evolve(this.state, event);
    const hasOwner = activeOwners(this.state) > 0;
    if (this.#hadOwner && !hasOwner) broken.push(`it lost its last owner at revision ${event.revision}`);
    this.#hadOwner = hasOwner;
    return broken;
  }
}
