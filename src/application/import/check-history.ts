import type { ImportCursor } from '../../domain/account/state.js';
import { HistoryReader, type Line } from './history-reader.js';
import { ImportRefused } from './import-refused.js';

export interface CheckedHistory {
  readonly changeSets: number;
  /** How far each organisation had been imported before. */
  readonly cursors: ReadonlyMap<string, ImportCursor | null>;
}

/**
 * Reads the whole file before anything is written, so that a line that cannot be used stops the import while
 * nothing of it has been applied; and compares it with what was imported before under the same name.
 * @throws ImportRefused
 */
export async function checkHistory(
  lines: AsyncIterable<Line>,
  { source, cursorOf }: { source: string; cursorOf: (org: string) => Promise<ImportCursor | null> },
): Promise<CheckedHistory> {
  const reader = new HistoryReader(source);
  const cursors = new Map<string, ImportCursor | null>();
  let changeSets = 0;
  for await (const line of lines) {
    const planned = reader.read(line);
    if (!cursors.has(planned.org)) cursors.set(planned.org, await cursorOf(planned.org));
    const cursor = cursors.get(planned.org);
    if (cursor?.sequence === planned.sequence && cursor.digest !== planned.digest)
      throw otherHistory(
        planned.lineNumber,
        `${planned.org} at org_seq ${planned.sequence} differs from what was imported`,
        source,
      );
    changeSets += 1;
  }
  for (const [org, { sequence }] of reader.organisations) {
    const imported = cursors.get(org)?.sequence ?? 0;
    if (imported > sequence)
      throw otherHistory(
        changeSets,
        `the file ends at org_seq ${sequence} of ${org}, but ${imported} were imported`,
        source,
      );
  }
  return { changeSets, cursors };
}

const otherHistory = (lineNumber: number, problem: string, source: string): ImportRefused =>
  new ImportRefused(
    'OTHER_HISTORY',
    lineNumber,
    null,
    `${problem} from source "${source}" before: this is another history. Give it a name of its own with --source.`,
  );
