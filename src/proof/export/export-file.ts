import type { StreamHead } from '../heads-tree.js';
import { fromBase64 } from '../signed-note.js';
import { HASH_BYTES } from '../tree-hash.js';
import type { EvidenceSummary } from './evidence-summary.js';
import type { ExportFormatName } from './export-format.js';

export const EXPORT_VERSION = 1;

/** What is in a file. Positions are bounds of a range: after the first, up to and with the second. */
export type ExportScope =
  | { readonly kind: 'ALL' }
  | { readonly kind: 'RANGE'; readonly after: number; readonly until: number | null }
  /** The account's own stream, whole. */
  | { readonly kind: 'ACCOUNT'; readonly accountId: string }
  /** What concerns one person in one account, wherever it stands. */
  | { readonly kind: 'EVIDENCE'; readonly accountId: string; readonly userId: string };

/** First line of a file. */
export interface ExportHeader {
  readonly muster: 'export';
  readonly version: typeof EXPORT_VERSION;
  readonly format: ExportFormatName;
  readonly logId: string;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly scope: ExportScope;
}

/** What the last line signs. Hashes are base64, those of lines hex. */
export interface ExportTrailer {
  readonly events: number;
  /** SHA-256 of the header line, preamble and line ends included. */
  readonly headerSha256: string;
  /** SHA-256 of all lines of the list of entries. */
  readonly entriesSha256: string;
  /** The signed note of the log as it was at the export. */
  readonly checkpoint: string;
  /** The subtrees of the log tree that hold none of these events (see partsProof). */
  readonly logProof: readonly string[];
  /** Where streams of the file end, and the parts of the heads tree beside them. */
  readonly heads: { readonly streams: readonly ProvenHead[]; readonly proof: readonly string[] };
  /** That an earlier checkpoint is the beginning of this log. */
  readonly consistency: { readonly from: number; readonly proof: readonly string[] } | null;
  /** Of EVIDENCE: what the events come to. */
  readonly summary: EvidenceSummary | null;
}

export function isTrailer(value: unknown): value is ExportTrailer {
  if (!isRecord(value) || !isRecord(value.heads)) return false;
  const { events, headerSha256, entriesSha256, checkpoint, logProof, heads, consistency } = value;
  return (
    Number.isSafeInteger(events) &&
    [headerSha256, entriesSha256, checkpoint].every(isText) &&
    isTexts(logProof) &&
    isTexts(heads.proof) &&
    Array.isArray(heads.streams) &&
    heads.streams.every(isHead) &&
    (consistency === null || (isRecord(consistency) && isTexts(consistency.proof)))
  );
}

export function isScope(value: unknown): value is ExportScope {
  if (!isRecord(value)) return false;
  switch (value.kind) {
    case 'ALL':
    case 'RANGE':
      return true;
    case 'ACCOUNT':
      return isText(value.accountId);
    case 'EVIDENCE':
      return isText(value.accountId) && isText(value.userId);
    default:
      return false;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isHead = (value: unknown): boolean =>
  isRecord(value) && isText(value.stream) && isText(value.hash) && Number.isSafeInteger(value.index);

export interface ProvenHead extends StreamHead {
  /** Leaf of the heads tree. */
  readonly index: number;
}

export const base64Of = (hashes: readonly Buffer[]): readonly string[] =>
  hashes.map((hash) => hash.toString('base64'));

/** Null when one of them is no hash. */
export function hashesFrom(texts: readonly string[]): readonly Buffer[] | null {
  const hashes = texts.map((text) => fromBase64(text));
  return hashes.every((hash) => hash?.length === HASH_BYTES) ? (hashes as readonly Buffer[]) : null;
}

export const accountStream = (accountId: string): string => `account-${accountId}`;
