import { createHash } from 'node:crypto';
import { stableJson } from '../../domain/stable-json.js';
import { type Checkpoint, openCheckpoint, originOf, parseCheckpoint } from '../checkpoint.js';
import { headLeaf } from '../heads-tree.js';
import { isSignedBy, type NoteVerifier, parseNote } from '../signed-note.js';
import { eventLeaves, foldLeaves, HASH_BYTES } from '../tree-hash.js';
import { rootFromParts, verifyConsistency } from '../verify-proofs.js';
import type { EntryList } from './entry-list.js';
import { type ExportHeader, type ExportTrailer, hashesFrom, isTrailer } from './export-file.js';
import type { ReadExport } from './export-reader.js';
import type { BrokenExport, ExportProblem, ExportVerdict, FirstBad } from './verdict.js';

export interface Trusted {
  /** The public key, from elsewhere than the file; null = none is at hand. */
  readonly verifier: NoteVerifier | null;
  /** A signed checkpoint that was kept elsewhere. */
  readonly kept: string | null;
}

/** Judges a file that has been read: whether it is what was exported, from the log that was signed. */
export function judgeExport(file: ReadExport, { verifier, kept }: Trusted): ExportVerdict {
  const { header, trailer: note, format } = file;
  if (format === null || header === null) return broken('NOT_AN_EXPORT', { line: 1 });
  if (note === null || !file.isComplete) return cutOff(file);
  const parsedNote = parseNote(note);
  const trailer = parsedNote === null ? null : trailerIn(parsedNote.text);
  if (parsedNote === null || trailer === null) return broken('TRAILER_CHANGED', { line: file.lines });
  const isSigned = verifier === null || isSignedBy(parsedNote, verifier);
  const changed = changedPart(file, trailer);
  if (changed !== null) return changed;
  if (!isSigned) return rewritten(file, trailer, verifier) ?? broken('NOT_SIGNED', { line: file.lines });
  const signed =
    verifier === null
      ? parseCheckpoint(trailer.checkpoint)?.checkpoint
      : openCheckpoint(trailer.checkpoint, verifier);
  if (signed == null || signed.origin !== originOf(header.logId))
    return broken('CHECKPOINT_NOT_SIGNED', { line: file.lines });
  const mismatch = contentsMismatch(file, header, trailer, signed);
  if (mismatch !== null) return mismatch;
  const consistency = kept === null ? null : judgeKept(kept, { file, trailer, signed, verifier, header });
  if (consistency !== null && isBroken(consistency)) return consistency;
  const said = sentences(header, { signed, hasKey: verifier !== null, kept: consistency });
  return {
    status: said.notProven.length === 0 ? 'PROVEN' : 'UNPROVEN',
    logId: header.logId,
    format: format.name,
    scope: header.scope,
    events: file.found.length,
    checkpoint: { size: signed.size, position: signed.position, signedAt: signed.signedAt },
    ...said,
    summary: trailer.summary,
  };
}

const isBroken = (verdict: KeptVerdict | BrokenExport): verdict is BrokenExport =>
  typeof verdict === 'object' && 'status' in verdict;

const broken = (
  problem: ExportProblem,
  { line = null, position = null }: Partial<FirstBad> = {},
): BrokenExport => ({
  status: 'BROKEN',
  firstBad: { problem, line, position },
});

function cutOff(file: ReadExport): BrokenExport {
  if (file.trailer !== null) return broken('TRAILER_CHANGED', { line: file.lines });
  if (file.oddLine === null || file.oddLine.line === file.lines)
    return broken('CUT_OFF', { line: file.lines });
  return broken('LINE_CHANGED', { line: file.oddLine.line });
}

/** The parts that the trailer names by their digest, and the events against the list; first things first. */
function changedPart(file: ReadExport, trailer: ExportTrailer): BrokenExport | null {
  const { found, listed, oddLine } = file;
  if (file.headerSha256 !== trailer.headerSha256)
    return broken('HEADER_CHANGED', { line: Math.max(1, file.firstEventLine - 1) });
  const isListTrue = file.entriesSha256 === trailer.entriesSha256;
  // The events make the list: when they make the one that was signed, it is the list that was changed.
  if (!isListTrue && (oddLine?.isAfterTrailer ?? true) && listDigest(file) === trailer.entriesSha256)
    return broken('ENTRIES_CHANGED', { line: file.firstEventLine + found.length });
  if (!isListTrue && listed.length === 0 && found.length > 0)
    return broken('ENTRIES_CHANGED', { line: file.firstEventLine + found.length });
  const entry = firstDifference(found, listed);
  if (entry !== null) return eventProblem(file, entry);
  if (!isListTrue) return broken('ENTRIES_CHANGED', { line: file.firstEventLine + found.length });
  if (oddLine !== null)
    return broken(oddLine.isAfterTrailer ? 'MORE_AFTER_TRAILER' : 'LINE_CHANGED', { line: oddLine.line });
  return found.length === trailer.events ? null : broken('TRAILER_CHANGED', { line: file.lines });
}

function listDigest({ found, format }: ReadExport): string {
  const digest = createHash('sha256');
  for (const json of found.lines()) digest.update(format?.metaLine(json) ?? '');
  return digest.digest('hex');
}

function eventProblem({ found, listed, firstEventLine }: ReadExport, entry: number): BrokenExport {
  const same = (a: number, b: number) =>
    a < found.length && b < listed.length && found.hashAt(a).equals(listed.hashAt(b));
  const isInserted = entry >= listed.length || same(entry + 1, entry);
  const isMissing = entry >= found.length || same(entry, entry + 1);
  const problem = isInserted ? 'EVENT_INSERTED' : isMissing ? 'EVENT_MISSING' : 'EVENT_CHANGED';
  return broken(problem, { line: firstEventLine + entry, position: listed.positions[entry] ?? null });
}

function firstDifference(found: EntryList, listed: EntryList): number | null {
  const common = Math.min(found.length, listed.length);
  if (found.length === listed.length && found.hashes.equals(listed.hashes) && sameNumbers(found, listed))
    return null;
  for (let i = 0; i < common; i += 1)
    if (
      found.indices[i] !== listed.indices[i] ||
      found.positions[i] !== listed.positions[i] ||
      !found.hashAt(i).equals(listed.hashAt(i))
    )
      return i;
  return common;
}

function sameNumbers(a: EntryList, b: EntryList): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float64Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a.indices).equals(bytes(b.indices)) && bytes(a.positions).equals(bytes(b.positions));
}

function contentsMismatch(
  file: ReadExport,
  { scope }: ExportHeader,
  trailer: ExportTrailer,
  signed: Checkpoint,
): BrokenExport | null {
  const at = { line: file.lines };
  const { found } = file;
  const logProof = hashesFrom(trailer.logProof);
  const root =
    logProof === null
      ? null
      : rootFromParts({
          indices: found.indices,
          leaves: eventLeaves(found.hashes),
          size: signed.size,
          proof: logProof,
        });
  if (root === null || !root.equals(signed.root)) return broken('ROOT_MISMATCH', at);
  if (scope.kind === 'ALL' && found.length !== signed.size) return broken('ROOT_MISMATCH', at);
  if (file.strayEntry !== null)
    return broken('STREAM_MISMATCH', {
      line: file.firstEventLine + file.strayEntry,
      position: found.positions[file.strayEntry] ?? null,
    });
  if (!headsFit(trailer, signed)) return broken('HEAD_MISMATCH', at);
  if (file.stream !== null) {
    const { streams } = trailer.heads;
    const proven = streams.find(({ stream }) => stream === file.stream?.stream);
    const { head } = file.stream;
    if (proven?.hash !== head?.hash || proven?.revision !== head?.revision)
      return broken('HEAD_MISMATCH', at);
  }
  const summary = file.evidence?.summary() ?? null;
  return stableJson(summary) === stableJson(trailer.summary) ? null : broken('SUMMARY_MISMATCH', at);
}

function headsFit({ heads: { streams, proof } }: ExportTrailer, signed: Checkpoint): boolean {
  const hashes = hashesFrom(proof);
  if (streams.length === 0) return proof.length === 0;
  if (hashes === null) return false;
  const root = rootFromParts({
    indices: streams.map(({ index }) => index),
    leaves: Buffer.concat(streams.map(headLeaf)),
    size: signed.streams,
    proof: hashes,
  });
  return root?.equals(signed.headsRoot) ?? false;
}

interface KeptCase {
  readonly file: ReadExport;
  readonly trailer: ExportTrailer;
  readonly signed: Checkpoint;
  readonly verifier: NoteVerifier | null;
  readonly header: ExportHeader;
}

type KeptVerdict = 'CONSISTENT' | 'NO_PROOF' | { readonly newerSize: number };

function judgeKept(kept: string, given: KeptCase): KeptVerdict | BrokenExport {
  const { file, trailer, signed, verifier, header } = given;
  const older = verifier === null ? parseCheckpoint(kept)?.checkpoint : openCheckpoint(kept, verifier);
  if (older == null || older.origin !== signed.origin) return broken('KEPT_CHECKPOINT_UNFIT');
  if (older.size > signed.size) return { newerSize: older.size };
  const isSame = older.size === signed.size && older.root.equals(signed.root);
  if (isSame) return 'CONSISTENT';
  if (header.scope.kind === 'ALL' || older.size === signed.size) {
    const leaves = eventLeaves(file.found.hashes).subarray(0, older.size * HASH_BYTES);
    const isBeginning = older.size < signed.size && foldLeaves(leaves).equals(older.root);
    return isBeginning ? 'CONSISTENT' : broken('NOT_CONSISTENT', positionAfter(file, older.size));
  }
  const { consistency } = trailer;
  const proof = consistency?.from === older.size ? hashesFrom(consistency.proof) : null;
  if (proof === null) return 'NO_PROOF';
  const claim = { from: older.size, to: signed.size, proof, fromRoot: older.root, toRoot: signed.root };
  return verifyConsistency(claim) ? 'CONSISTENT' : broken('NOT_CONSISTENT');
}

/** Somewhere up to here. */
const positionAfter = ({ found }: ReadExport, size: number): Partial<FirstBad> => ({
  position: found.positions[size - 1] ?? null,
});

/**
 * A file that fits itself and is not signed: made again after a change. The checkpoints in the log, and the one in the
 * trailer, cannot be made again: the first event after the last one that still fits is where doubt begins.
 */
function rewritten(
  { header, found, checkpoints, firstEventLine }: ReadExport,
  trailer: ExportTrailer,
  verifier: NoteVerifier | null,
): BrokenExport | null {
  if (verifier === null || header?.scope.kind !== 'ALL') return null;
  const notes = [...checkpoints, trailer.checkpoint];
  const signed = notes.flatMap((note) => openCheckpoint(note, verifier) ?? []);
  const leaves = eventLeaves(found.hashes);
  const fits = ({ size, root }: Checkpoint) =>
    size <= found.length && foldLeaves(Buffer.from(leaves.subarray(0, size * HASH_BYTES))).equals(root);
  // Where one fits, every earlier one does.
  let [good, bad] = [0, signed.length];
  while (good < bad) {
    const middle = Math.floor((good + bad) / 2);
    const checkpoint = signed[middle];
    if (checkpoint !== undefined && fits(checkpoint)) good = middle + 1;
    else bad = middle;
  }
  if (good === signed.length) return null;
  const doubted = signed[good - 1]?.size ?? 0;
  return broken('ROOT_MISMATCH', {
    line: firstEventLine + doubted,
    position: found.positions[doubted] ?? null,
  });
}

function sentences(
  { scope }: ExportHeader,
  { signed, hasKey, kept }: { signed: Checkpoint; hasKey: boolean; kept: KeptVerdict | null },
) {
  const whole = {
    ALL: `the file holds every event of the log up to position ${signed.position}`,
    RANGE: 'the file holds the events of the range, in the order of the log',
    ACCOUNT: `the file holds every event of the account's stream up to position ${signed.position}`,
    EVIDENCE: 'the summary is what these events come to',
  } as const;
  const facts = [
    'every byte is as it was exported',
    `the events are in the log of ${signed.size} events that was signed at ${signed.signedAt}`,
    whole[scope.kind],
    ...(kept === 'CONSISTENT' ? ['that log begins with the log of the checkpoint that was kept'] : []),
  ];
  const open = [
    ...(hasKey ? [] : [`without the public key (--key) nothing is: ${facts.join('; ')}`]),
    ...(kept === 'NO_PROOF'
      ? ['that the log begins with the one of the kept checkpoint: ask for an export with --checkpoint']
      : []),
    ...(kept !== null && typeof kept === 'object'
      ? [
          'that the log goes on into the one of the kept checkpoint: ' +
            `this export is older than it: of ${signed.size} events, not of ${kept.newerSize}; ask for a new one`,
        ]
      : []),
  ];
  return { proven: hasKey ? facts : [], notProven: open };
}

function trailerIn(text: string): ExportTrailer | null {
  try {
    const value: unknown = JSON.parse(text);
    return isTrailer(value) ? value : null;
  } catch {
    return null;
  }
}
