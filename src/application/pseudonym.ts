/** Crockford's base 32: no letter that is taken for a digit or for another letter. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 8;
const BITS_PER_LETTER = 5n;

/**
 * `Member 7F3K-92QX`, of the first 40 bits of a keyed hash: in an account of 100,000 people the chance that any two share
 * a name is one in two hundred, and nothing but labels would suffer from it.
 * @param index hex digits
 */
export const pseudonymFrom = (index: string): string => {
  const bits = BigInt(`0x${index.slice(0, (LETTERS * Number(BITS_PER_LETTER)) / 4)}`);
  const letters = Array.from({ length: LETTERS }, (_, at) => {
    const shift = BigInt(LETTERS - 1 - at) * BITS_PER_LETTER;
    return ALPHABET[Number((bits >> shift) & 31n)];
  }).join('');
  return `Member ${letters.slice(0, LETTERS / 2)}-${letters.slice(LETTERS / 2)}`;
};
