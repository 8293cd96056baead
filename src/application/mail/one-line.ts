/** One line of visible text, cut to a length in characters: a name from outside must not forge a header or a paragraph. */
export function oneLine(text: string, maxLength: number): string {
  const characters = [...text.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim()];
  if (characters.length <= maxLength) return characters.join('');
  return `${characters.slice(0, maxLength - 1).join('')}…`;
}

/** Control characters, line breaks, halves of characters, and what turns the direction of the text that follows. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
