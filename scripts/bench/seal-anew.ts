import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { bindingKeyId } from '../../src/vault-binding.js';

/** A log comes with the vault it was sealed with. */
export async function sealAnew(dataDir: string): Promise<void> {
  const store = SqliteEventStore.openReader({ path: join(dataDir, 'log.sqlite') });
  const vault = new SqliteKeyVault({ path: join(dataDir, 'vault.sqlite'), randomBytes });
  await vault.ensureKeys([bindingKeyId(store.logId)]);
  await vault.close();
  await store.close();
}
