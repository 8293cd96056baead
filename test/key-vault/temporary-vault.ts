import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyVault } from '../../src/key-vault/key-vault.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';

export interface TemporaryVault {
  readonly folder: string;
  readonly path: string;
  open(): SqliteKeyVault;
  remove(): Promise<void>;
}

/** A vault file in a folder of its own; `remove` closes every vault opened through it. */
export function temporaryVault(): TemporaryVault {
  const folder = mkdtempSync(join(tmpdir(), 'muster-vault-'));
  const path = join(folder, 'vault.sqlite');
  const opened: KeyVault[] = [];
  return {
    folder,
    path,
    open() {
      const vault = new SqliteKeyVault({ path, randomBytes });
      opened.push(vault);
      return vault;
    },
    async remove() {
      await Promise.all(opened.map((vault) => vault.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
