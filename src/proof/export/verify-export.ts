import { ExportReader } from './export-reader.js';
import { judgeExport, type Trusted } from './judge-export.js';
import type { ExportVerdict } from './verdict.js';

/** Verifies a file in pieces of any size, against what is trusted from elsewhere. */
export function verifyExport(pieces: Iterable<Buffer>, trusted: Trusted): ExportVerdict {
  const reader = new ExportReader();
  for (const piece of pieces) reader.push(piece);
  return judgeExport(reader.end(), trusted);
}
