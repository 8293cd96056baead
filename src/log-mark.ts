import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncPath, writePrivately } from './backup/files.js';

/** Left in a data folder whose log is not to be used as it is, by `muster migrate-log`. */
export type LogMark =
  /** Everything in it was carried elsewhere, and may go on there. */
  | {
      readonly state: 'MOVED';
      /** Hosts of the cluster. */
      readonly to: string;
      readonly logId: string;
      readonly events: number;
    }
  /** Events of a log elsewhere are carried here, and not all are here yet. */
  | { readonly state: 'FILLING'; readonly from: string; readonly logId: string };

export const readLogMark = (path: string): LogMark | null =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as LogMark) : null;

/** There as a whole, or not at all, whatever happens. */
export function writeLogMark(path: string, mark: LogMark): void {
  const building = `${path}.new`;
  rmSync(building, { force: true });
  writePrivately(building, `${JSON.stringify(mark)}\n`);
  renameSync(building, path);
  syncPath(dirname(path));
}

export function removeLogMark(path: string): void {
  rmSync(path, { force: true });
  syncPath(dirname(path));
}
