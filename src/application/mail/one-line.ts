import { NOT_PLAIN } from '../../domain/plain-text.js';

/** One line of visible text, cut to a length in characters: a name from outside must not forge a header or a paragraph. */
export function oneLine(text: string, maxLength: number): string {
  const characters = [...text.replace(NOT_PLAIN, ' ').replace(/\s+/g, ' ').trim()];
  if (characters.length <= maxLength) return characters.join('');
  return `${characters.slice(0, maxLength - 1).join('')}…`;
}
