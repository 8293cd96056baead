import type { FileFormat } from '../database/sqlite-file.js';

/**
 * Keys are laid down so that their bytes never move: rows are only added at the end of the table (a page that
 * overflows is not split in the middle), and destroying overwrites 32 bytes in place by 32 others. Where SQLite splits
 * a page it may leave copies behind that secure_delete does not know of (measured with ids as the primary key: one key
 * in 5,000); here only ids, in the index, ever move.
 */
export const VAULT_FORMAT: FileFormat = {
  what: 'key vault',
  applicationId: 0x4d535456,
  version: 1,
  schema: [
    `CREATE TABLE keys (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 32),
  destroyed INTEGER NOT NULL CHECK (destroyed IN (0, 1))
) STRICT`,
    'CREATE UNIQUE INDEX keys_by_id ON keys (id)',
    refuse('keys_never_go', 'DELETE ON keys'),
    refuse('tombstones_never_change', 'UPDATE ON keys WHEN OLD.destroyed = 1'),
    refuse('ids_never_change', 'UPDATE ON keys WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number'),
    refuse('keys_come_once', 'INSERT ON keys WHEN EXISTS (SELECT 1 FROM keys WHERE id = NEW.id)'),
  ],
};

function refuse(name: string, change: string): string {
  return `CREATE TRIGGER ${name} BEFORE ${change} BEGIN SELECT RAISE(ABORT, 'a key is made once and destroyed once'); END`;
}
