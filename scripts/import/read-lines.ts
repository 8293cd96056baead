import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Line } from '../../src/application/import/history-reader.js';
import { ImportRefused } from '../../src/application/import/import-refused.js';

/** A line longer than this is no change set of anything. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The file cannot be read at all; the message says which and why. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}

/**
 * The lines of a text file in UTF-8, gzip-compressed or not, read as they are asked for.
 * @throws FileUnreadable it is not there, or may not be read
 * @throws ImportRefused naming the line at which the bytes make no sense
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: Buffer[] = [];
  let restBytes = 0;
  let lineNumber = 0;
  const line = (bytes: Uint8Array): Line => {
    lineNumber += 1;
    try {
      return { lineNumber, text: decoder.decode(bytes) };
    } catch {
      throw new ImportRefused('UNREADABLE', lineNumber, null, 'is not UTF-8 text');
    }
  };

  try {
    for await (const chunk of (await openBytes(path)) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        yield line(Buffer.concat([...rest, chunk.subarray(from, end)]));
        rest = [];
        restBytes = 0;
        from = end + 1;
      }
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
      if (restBytes > MAX_LINE_BYTES)
        throw new ImportRefused('UNREADABLE', lineNumber + 1, null, `is longer than ${MAX_LINE_BYTES} bytes`);
    }
  } catch (error) {
    throw isZlibError(error)
      ? new ImportRefused(
          'UNREADABLE',
          lineNumber + 1,
          null,
          `the compressed file is damaged or cut off here (${error.code})`,
        )
      : asUnreadable(error, path);
  }
  if (restBytes > 0) yield line(Buffer.concat(rest));
}

/** Ending early, or failing at either end, closes the file. */
async function openBytes(path: string): Promise<Readable> {
  const compressed = await isGzip(path);
  const file = createReadStream(path);
  return compressed ? pipeline(file, createGunzip(), () => undefined) : file;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await file.close();
  }
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function asUnreadable(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === 'ENOENT')
    return new FileUnreadable(`there is no file ${path}; give the path of a .jsonl or .jsonl.gz file`);
  if (code === 'EISDIR')
    return new FileUnreadable(`${path} is a folder; give the path of a .jsonl or .jsonl.gz file`);
  if (code === 'EACCES' || code === 'EPERM')
    return new FileUnreadable(`${path} may not be read by this user`);
  return error;
}
