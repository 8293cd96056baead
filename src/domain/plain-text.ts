/**
 * One line of visible text: no control characters, line breaks or halves of characters, and no format characters, which
 * hide, or turn the direction of what stands beside them. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
 */
export const PLAIN_TEXT = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\u200c|\u200d)*$/u;

/** What PLAIN_TEXT refuses, wherever it stands. */
export const NOT_PLAIN = /(?!\u200c|\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Mail programs make a link of it: a name that goes into the subject of a mail must not be one. */
export const LINK = /:\/\/|\bwww\.|[^\s@]@[^\s@]+\.[^\s@]/iu;
