/** Spreadsheets take a cell that begins so for a formula, and run it; full-width signs count as the others. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Quoted, so that a spreadsheet that separates at another sign than the comma finds no cell of its own in it. */
const NEEDS_QUOTES = /[",;\t\r\n]/;

/**
 * One cell of a CSV file (RFC 4180); one that a spreadsheet would take for a formula gets a leading apostrophe, numbers
 * are written as they are.
 */
export function csvCell(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
