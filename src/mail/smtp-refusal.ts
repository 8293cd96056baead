import { MailNotTaken } from '../application/mail/mailer.js';

/**
 * What a failed attempt means. Of the error of nodemailer only codes are taken: its message quotes the server, and
 * servers quote addresses.
 */
export function refusalOf(error: unknown): MailNotTaken {
  const failure: Failure = typeof error === 'object' && error !== null ? error : {};
  return new MailNotTaken({ isPermanent: isPermanent(failure), code: codeOf(failure) });
}

interface Failure {
  /** Which step failed, in nodemailer's words. */
  readonly code?: unknown;
  /** The system's code for the same failure. */
  readonly originalCode?: unknown;
  /** The SMTP reply code, when there was a reply. */
  readonly responseCode?: unknown;
}

/** Steps that are about this mail: sender, recipient and data. Before them, it is about the server or its settings. */
const stepsOfTheMail: readonly unknown[] = ['EENVELOPE', 'EMESSAGE'];
/** The session was out of step, or wants a sign-in (RFC 4954): the mail itself may be good. */
const repliesAboutTheSession: readonly unknown[] = [503, 530, 534, 535, 538];

function isPermanent({ code, responseCode }: Failure): boolean {
  if (!stepsOfTheMail.includes(code) || repliesAboutTheSession.includes(responseCode)) return false;
  // Without a reply, nodemailer itself found that this mail cannot be sent: bigger than the server allows, for example.
  return typeof responseCode !== 'number' || (responseCode >= 500 && responseCode < 600);
}

function codeOf({ code, originalCode, responseCode }: Failure): string {
  if (code === 'EABORT') return 'ETIMEDOUT';
  // A server without STARTTLS answers 500 or 502, which says less than the name of the step.
  if (typeof responseCode === 'number' && code !== 'ETLS') return String(responseCode);
  const name = [originalCode, code].find((one) => typeof one === 'string' && CODE.test(one));
  return typeof name === 'string' ? name : 'ECONNECTION';
}

const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;
