import { domainToASCII } from 'node:url';

/**
 * The one spelling of an address that its blind index is made of.
 *
 * Only what is certain to be the same mailbox falls together: white space around, ASCII case, and the spellings of a
 * domain (IDNA). Wider folding hands one person's place to another who verified a look-alike: Unicode lower-casing and
 * even NFC make a k of a Kelvin sign, NFKC makes `fiona` of `ﬁona`. The price: the same accent typed composed and
 * decomposed is two addresses. Dots and +tags of some providers stay, for others give them to different people.
 */
export function normaliseEmail(email: string): string {
  const text = email.trim();
  const at = text.lastIndexOf('@');
  const local = lowerCaseAscii(text.slice(0, Math.max(at, 0)));
  const domain = lowerCaseAscii(text.slice(at + 1));
  // An invalid domain has no ASCII form; it stays as it is rather than fall together with all others.
  return at < 0 ? domain : `${local}@${domainToASCII(domain) || domain}`;
}

function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
