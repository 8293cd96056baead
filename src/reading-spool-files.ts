import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditReading } from './application/audit-readings.js';
import type { ReadingSpool } from './application/reading-spool.js';
import { auditReadKinds } from './domain/audit/events.js';
import { makePrivateFolder } from './make-private-folder.js';
import { writeWhole } from './write-whole.js';

/** What the command line says of a reading of its own. */
export type SpooledReading = Pick<AuditReading, 'kind' | 'accountIds' | 'filter'> & { readonly at: number };

const NAME = /^\d{13,}-[0-9a-f-]{36}\.json$/;

/**
 * On disk before anything is shown, whole or not at all.
 * @param folder made when needed
 */
export function spoolReading(folder: string, reading: SpooledReading): void {
  makePrivateFolder(folder);
  const name = `${reading.at}-${randomUUID()}.json`;
  const unfinished = join(folder, `${name}.unfinished`);
  const file = openSync(unfinished, 'wx', 0o600);
  try {
    writeWhole(file, JSON.stringify(reading));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, join(folder, name));
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/** One file a reading, in a folder of the data folder. */
export const readingSpoolIn = (
  folder: string,
  report: (error: unknown, doing: string) => void,
): ReadingSpool => ({
  names: (limit) =>
    namesIn(folder)
      .filter((name) => NAME.test(name))
      .sort()
      .slice(0, limit),
  reading(name) {
    const path = join(folder, name);
    const text = textOf(path);
    if (text === null) return null;
    const reading = readingFrom(text);
    if (reading !== null) return { ...reading, actor: COMMAND_LINE, correlationId: name.slice(-41, -5) };
    renameSync(path, `${path}.unreadable`);
    report(new Error(`${path} is no reading`), 'recording a reading by the command line');
    return null;
  },
  remove: (name) => rmSync(join(folder, name), { force: true }),
});

const COMMAND_LINE = { kind: 'SYSTEM', id: 'command-line' } as const;

const namesIn = (folder: string): readonly string[] => unlessGone(() => readdirSync(folder)) ?? [];

const textOf = (path: string): string | null => unlessGone(() => readFileSync(path, 'utf8'));

function unlessGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function readingFrom(text: string): SpooledReading | null {
  try {
    const found = JSON.parse(text) as Partial<SpooledReading>;
    const { kind, accountIds, filter, at } = found;
    if (kind === undefined || !auditReadKinds.includes(kind) || typeof at !== 'number') return null;
    if (typeof filter !== 'object' || !(accountIds === null || Array.isArray(accountIds))) return null;
    return { kind, accountIds, filter, at };
  } catch {
    return null;
  }
}
