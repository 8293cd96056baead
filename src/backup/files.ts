import { closeSync, existsSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { writeWhole } from '../write-whole.js';
import { BackupUnusable } from './manifest.js';

/** Waits until what was written there is on the disk; of a folder, its names. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

export function writePrivately(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  writeWhole(file, text);
  fsyncSync(file);
  closeSync(file);
}

/**
 * Nothing that is there is ever written over.
 * @throws BackupUnusable
 */
export function refuseFilled(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new BackupUnusable(`${folder} is not empty: name a folder that is, or one to be made`);
}
