import { csvCell } from '../src/proof/export/csv-cell.js';

/**
 * A table as CSV (RFC 4180): a line with the names of the columns, then one line a row, each ended by CRLF. A cell
 * that a spreadsheet would take for a formula gets a leading apostrophe; numbers are written as they are.
 */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
