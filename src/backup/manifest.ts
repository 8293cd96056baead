import { createHash, hash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What a backup says of itself; written last, so that what was cut off has none. */
export interface BackupManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly logId: string;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly events: number;
  /** Of the last event. */
  readonly position: number;
  readonly log: BackupFile;
  readonly vault: BackupFile;
}

export interface BackupFile {
  /** Within the backup. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const MANIFEST_FORMAT = 1;
export const MANIFEST_FILE = 'manifest.json';

/** A backup cannot be taken or used; the message says why and what to do. */
export class BackupUnusable extends Error {
  override readonly name = 'BackupUnusable';
}

/**
 * The manifest, after its files have been held against it.
 * @throws BackupUnusable
 */
export async function checkedManifest(from: string): Promise<BackupManifest> {
  const manifest = readManifest(from);
  for (const expected of [manifest.log, manifest.vault]) {
    const path = join(from, expected.path);
    if (!existsSync(path)) throw new BackupUnusable(`the backup lacks ${path}: use another backup`);
    const found = await describeFile(from, expected.path);
    if (found.sha256 !== expected.sha256)
      throw new BackupUnusable(`${path} is not the file that was backed up: use another backup`);
  }
  return manifest;
}

export async function describeFile(folder: string, path: string): Promise<BackupFile> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(join(folder, path)), digest);
  return { path, bytes: statSync(join(folder, path)).size, sha256: digest.digest('hex') };
}

function readManifest(from: string): BackupManifest {
  const path = join(from, MANIFEST_FILE);
  if (!existsSync(path))
    throw new BackupUnusable(
      `${from} holds no ${MANIFEST_FILE}, so it is no backup, or one that was cut off: use another`,
    );
  const { sha256, ...manifest } = parsed(readFileSync(path, 'utf8'), path);
  if (manifest.format !== MANIFEST_FORMAT)
    throw new BackupUnusable(
      `${path} has format ${manifest.format}; this build knows ${MANIFEST_FORMAT}: run the version that took it`,
    );
  if (sha256 !== hashOfManifest(manifest))
    throw new BackupUnusable(`${path} was changed since the backup was taken: use another backup`);
  return manifest;
}

/** The file's text, with a hash of its own. */
export const manifestText = (manifest: BackupManifest): string =>
  `${JSON.stringify({ ...manifest, sha256: hashOfManifest(manifest) }, null, 2)}\n`;

const hashOfManifest = (manifest: BackupManifest): string => hash('sha256', JSON.stringify(manifest), 'hex');

function parsed(text: string, path: string): BackupManifest & { readonly sha256: string } {
  try {
    return JSON.parse(text) as BackupManifest & { readonly sha256: string };
  } catch {
    throw new BackupUnusable(`${path} is damaged: use another backup`);
  }
}
