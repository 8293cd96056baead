import { badInput } from './api-error.js';

type Key = string | number | null;

/** What the parts of a list's key are; a cursor is believed only when it has exactly these. */
export type KeyShape = readonly ('string' | 'number' | 'string?' | 'number?')[];

/** The place of an item as opaque text: the list's name and the item's sort key. */
export const encodeCursor = (list: string, key: readonly Key[]): string =>
  Buffer.from(JSON.stringify([list, ...key])).toString('base64url');

/** A cursor as it was given, and the argument it came in. */
export interface GivenCursor {
  readonly argument: 'after' | 'before';
  readonly cursor: string | null | undefined;
}

const pageTurns = {
  after: 'give the endCursor of the page before',
  before: 'give the startCursor of the page after',
};

/**
 * Reads a cursor that came from outside: it may be forged, cut or of another list.
 * @throws BAD_USER_INPUT naming the argument
 */
export function decodeCursor(
  list: string,
  shape: KeyShape,
  { argument, cursor }: GivenCursor,
): readonly Key[] | null {
  if (cursor === null || cursor === undefined) return null;
  const [name, ...key] = parse(cursor);
  const isGood = name === list && key.length === shape.length && shape.every((type, i) => fits(type, key[i]));
  if (isGood) return key as readonly Key[];
  throw badInput(argument, `${argument} is not a cursor of this list: ${pageTurns[argument]}`);
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function fits(type: KeyShape[number], value: unknown): boolean {
  if (value === null) return type.endsWith('?');
  if (type.startsWith('number')) return Number.isSafeInteger(value);
  return typeof value === 'string' && value.length <= 500;
}
