import Database from 'better-sqlite3';
import { fileErrorFrom } from '../database/database-file-error.js';
import { VAULT_FORMAT } from './vault-format.js';

/** Whether any process has the vault file open at this moment. @throws DatabaseFileError */
export function isVaultFileInUse(path: string): boolean {
  const db = new Database(path, { fileMustExist: true, timeout: 0 });
  try {
    // Without shared memory SQLite asks for the file itself, which everybody who has it open holds a share of.
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
    throw fileErrorFrom(error, { path, what: VAULT_FORMAT.what });
  } finally {
    db.close();
  }
}
