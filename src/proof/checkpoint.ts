import {
  fromBase64,
  isSignedBy,
  type Note,
  type NoteSigner,
  type NoteVerifier,
  parseNote,
} from './signed-note.js';
import { HASH_BYTES } from './tree-hash.js';

/** What a log held at one moment, in a few lines: nobody can change an event below it without being found out. */
export interface Checkpoint {
  /** `muster/<log id>`. */
  readonly origin: string;
  /** Events. */
  readonly size: number;
  /** Root of the log tree over them. */
  readonly root: Buffer;
  /** Of the last of them; 0 for none. */
  readonly position: number;
  /** Streams. */
  readonly streams: number;
  /** Root of the tree over their heads, sorted by name. */
  readonly headsRoot: Buffer;
  /** When it was signed, ISO 8601. */
  readonly signedAt: string;
}

export const originOf = (logId: string): string => `muster/${logId}`;

/** A C2SP tlog-checkpoint; the lines after the root are extensions. */
const textOf = (checkpoint: Checkpoint): string =>
  [
    checkpoint.origin,
    checkpoint.size,
    checkpoint.root.toString('base64'),
    `heads ${checkpoint.streams} ${checkpoint.headsRoot.toString('base64')}`,
    `position ${checkpoint.position}`,
    `signed ${checkpoint.signedAt}`,
    '',
  ].join('\n');

export const signCheckpoint = (checkpoint: Checkpoint, signer: NoteSigner): string =>
  signer.sign(textOf(checkpoint));

const LINES =
  /^(muster\/\S+)\n(0|[1-9]\d{0,15})\n(\S+)\nheads (0|[1-9]\d{0,15}) (\S+)\nposition (0|[1-9]\d{0,15})\nsigned (\S+)\n$/u;

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

/** Null when it is no checkpoint of Muster; says nothing of its signature. */
export function parseCheckpoint(text: string): SignedCheckpoint | null {
  const note = parseNote(text);
  const lines = note === null ? null : LINES.exec(note.text);
  if (note === null || lines === null) return null;
  const [, origin = '', size, root = '', streams, heads = '', position, signedAt = ''] = lines;
  const [rootBytes, headsBytes] = [hashFrom(root), hashFrom(heads)];
  if (rootBytes === null || headsBytes === null) return null;
  const checkpoint: Checkpoint = {
    origin,
    size: Number(size),
    root: rootBytes,
    position: Number(position),
    streams: Number(streams),
    headsRoot: headsBytes,
    signedAt,
  };
  return { checkpoint, note };
}

/** The checkpoint, when it is one and signed by the key for its own log. */
export function openCheckpoint(text: string, verifier: NoteVerifier): Checkpoint | null {
  const signed = parseCheckpoint(text);
  if (signed === null || signed.checkpoint.origin !== verifier.name) return null;
  return isSignedBy(signed.note, verifier) ? signed.checkpoint : null;
}

function hashFrom(text: string): Buffer | null {
  const bytes = fromBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : null;
}
