import { domainToASCII } from 'node:url';
import { oneLine } from '../application/mail/one-line.js';

/** Somebody mail comes from or goes to. */
export interface Mailbox {
  readonly name: string | null;
  readonly address: string;
}

const MAX_NAME_LENGTH = 100;

/** Reads `ann@example.com` or `Ann Example <ann@example.com>`; null when it is neither. */
export function parseMailbox(text: string): Mailbox | null {
  const [, name = '', inBrackets] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? [];
  const address = (inBrackets ?? text).trim();
  if (!isAddress(address)) return null;
  const shown = oneLine(name, MAX_NAME_LENGTH).replace(/^"(.*)"$/, '$1');
  return { name: shown === '' ? null : shown, address };
}

/**
 * One address and nothing else, as SMTP takes it. Quoted local parts are legal and refused: mail programs differ on where
 * such an address ends, and nobody has one.
 */
export function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  return address.length <= MAX_ADDRESS_LENGTH && LOCAL_PART.test(local) && domainOf(address) !== '';
}

/** The domain in ASCII; empty when there is none that mail can go to. */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  // Node drops line breaks and decodes %2e before it converts, so what was written is looked at first.
  const ascii = DOMAIN_CHARACTERS.test(domain) ? domainToASCII(domain) : '';
  return DOMAIN.test(ascii) ? ascii : '';
}

const MAX_ADDRESS_LENGTH = 254;
const LOCAL_PART =
  /^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]|[^\p{ASCII}\p{C}\p{Z}])+(?:\.(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]|[^\p{ASCII}\p{C}\p{Z}])+)*$/iu;
const DOMAIN_CHARACTERS = /^[\p{L}\p{M}\p{N}.-]+$/u;
/** Not a number at the end: that would be an IP address, which mail servers take only in brackets. */
const DOMAIN =
  /^(?=.{1,253}$)(?!.*(?:^|\.)\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
