import { csvCell } from '../src/proof/export/csv-cell.js';

/**
 * A table as CSV (RFC 4180): a line with the names of the columns, then one line a row, each ended by CRLF. A cell
 * that a spreadsheet would take for a formula gets a leading apostrophe.
 */
export function csvOf(rows: readonly (readonly (string | null)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
