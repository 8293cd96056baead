import type { EvidenceSummary } from './evidence-summary.js';
import type { ExportScope } from './export-file.js';

export type ExportVerdict = IntactExport | BrokenExport;

export interface IntactExport {
  /** UNPROVEN: the file fits itself, but nobody vouches for it, or not for all that was asked: `notProven` is not empty. */
  readonly status: 'PROVEN' | 'UNPROVEN';
  readonly logId: string;
  readonly format: string;
  readonly scope: ExportScope;
  readonly events: number;
  /** The log at the moment of the export. */
  readonly checkpoint: { readonly size: number; readonly position: number; readonly signedAt: string };
  /** Sentences for people. */
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
  readonly summary: EvidenceSummary | null;
}

export interface BrokenExport {
  readonly status: 'BROKEN';
  readonly firstBad: FirstBad;
}

export interface FirstBad {
  readonly problem: ExportProblem;
  /** Of the file, from 1; null when no single line is at fault. */
  readonly line: number | null;
  /** In the log; null when it is no event, or when the file ends too early to tell. */
  readonly position: number | null;
}

export type ExportProblem =
  /** The first line is not that of an export of Muster. */
  | 'NOT_AN_EXPORT'
  /** The file ends before its trailer. */
  | 'CUT_OFF'
  /** A line that no export has there, or not in this form. */
  | 'LINE_CHANGED'
  | 'HEADER_CHANGED'
  /** Not the event that was exported. */
  | 'EVENT_CHANGED'
  /** The event of this position is not here: left out, or moved. */
  | 'EVENT_MISSING'
  /** One that was not exported. */
  | 'EVENT_INSERTED'
  | 'ENTRIES_CHANGED'
  | 'TRAILER_CHANGED'
  /** Bytes after the trailer. */
  | 'MORE_AFTER_TRAILER'
  /** The trailer is not signed by the key: the file was made, or made again, by somebody else. */
  | 'NOT_SIGNED'
  /** The checkpoint in it is not signed by the key. */
  | 'CHECKPOINT_NOT_SIGNED'
  /** The events are not those of the log that was signed. */
  | 'ROOT_MISMATCH'
  /** The stream is not whole, or not chained. */
  | 'STREAM_MISMATCH'
  /** The stream ends elsewhere in the log that was signed. */
  | 'HEAD_MISMATCH'
  /** The events come to something else than the file says. */
  | 'SUMMARY_MISMATCH'
  /** The checkpoint kept elsewhere is none, of another log, or not signed by the key. */
  | 'KEPT_CHECKPOINT_UNFIT'
  /** The log that the file is from is not a continuation of the one kept elsewhere. */
  | 'NOT_CONSISTENT';

/** What went wrong, said for people. */
export const problemSentences: Readonly<Record<ExportProblem, string>> = {
  NOT_AN_EXPORT: 'this is no export of Muster',
  CUT_OFF: 'the file ends before its trailer',
  LINE_CHANGED: 'this line is not as it was written',
  HEADER_CHANGED: 'the first lines are not as they were written',
  EVENT_CHANGED: 'this event is not as it was exported',
  EVENT_MISSING: 'this event is missing here',
  EVENT_INSERTED: 'there is an event here that was not exported',
  ENTRIES_CHANGED: 'the list of entries is not as it was written',
  TRAILER_CHANGED: 'the trailer is not as it was written',
  MORE_AFTER_TRAILER: 'there is more after the trailer',
  NOT_SIGNED: 'the trailer is not signed by this key',
  CHECKPOINT_NOT_SIGNED: 'the checkpoint in the trailer is not signed by this key',
  ROOT_MISMATCH: 'the events are not those of the log that was signed',
  STREAM_MISMATCH: 'the stream is not whole, or its chain is broken',
  HEAD_MISMATCH: 'the stream ends elsewhere in the log that was signed',
  SUMMARY_MISMATCH: 'the events come to something else than the summary says',
  KEPT_CHECKPOINT_UNFIT: 'the checkpoint that was kept is none of this log, or not signed by this key',
  NOT_CONSISTENT: 'the log that was exported does not begin with the log of the checkpoint that was kept',
};
