/** Spreadsheets take a cell that begins so for a formula, and run it; full-width signs count as the others. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Quoted, so that a spreadsheet that separates at another sign than the comma finds no cell of its own in it. */
const NEEDS_QUOTES = /[",;\t\r\n]/;

type Cell = string | number | null;

/**
 * A table as CSV (RFC 4180): a line with the names of the columns, then one line a row, each ended by CRLF. A cell
 * that a spreadsheet would take for a formula gets a leading apostrophe; numbers are written as they are.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
