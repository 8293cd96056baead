import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { originOf } from '../../src/proof/checkpoint.js';
import { exportLog } from '../../src/proof/export/export-log.js';
import { jsonlFormat } from '../../src/proof/export/jsonl-format.js';
import { verifyExport } from '../../src/proof/export/verify-export.js';
import { noteSigner, noteVerifier } from '../../src/proof/signed-note.js';
import type { BenchResult } from './bench-result.js';
import { generateLog } from './generate-log.js';
import { median } from './http-load.js';

const EVENTS = 1_000_000;
const PIECE_BYTES = 4 << 20;
const ROUNDS = 3;

/** A whole export of 1,000,000 events verified, against SHA-256 of the same bytes. */
export async function benchVerify(): Promise<BenchResult> {
  const dir = mkdtempSync(join(tmpdir(), 'muster-bench-verify-'));
  try {
    const path = join(dir, 'log.sqlite');
    generateLog({ path, events: EVENTS, accounts: 2_000, members: 60 });
    const store = SqliteEventStore.openReader({ path });
    const signer = noteSigner(originOf(store.logId), Buffer.alloc(32, 1));
    const file = join(dir, 'log.jsonl');
    const out = openSync(file, 'w');
    const { events } = await exportLog({
      store,
      signer,
      format: jsonlFormat,
      scope: { kind: 'ALL' },
      since: null,
      now: '2026-01-01T00:00:00.000Z',
      write: (text) => void writeSync(out, text),
    });
    closeSync(out);
    await store.close();
    const verifier = noteVerifier(signer.verifierKey);
    const [values, floors]: [number[], number[]] = [[], []];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const digest = createHash('sha256');
      bytes = 0;
      floors.push(
        secondsOf(() => {
          for (const piece of piecesOf(file)) {
            digest.update(piece);
            bytes += piece.length;
          }
          digest.digest();
        }),
      );
      values.push(
        secondsOf(() => {
          const { status } = verifyExport(piecesOf(file), { verifier, kept: null });
          if (status !== 'PROVEN') throw new Error(`the export is ${status}`);
        }),
      );
    }
    const [value, floor] = [bytes / 1e6 / median(values), bytes / 1e6 / median(floors)];
    return {
      name: 'verify',
      ratio: value / floor,
      target: 0.25,
      value,
      floor,
      unit: 'MB/s',
      note:
        `${events.toLocaleString('en')} events (${Math.round(bytes / 1e6)} MB of JSON Lines) in one thread, ` +
        `${median(values).toFixed(2)} s: every event hashed, its leaf, the tree above it, the signed list and trailer. ` +
        'Floor: SHA-256 over the file in pieces of 4 MiB. Limits: three calls of SHA-256 an event, two of them on a block or two.',
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function secondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function* piecesOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
      yield piece.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
