import type { SendMailOptions } from 'nodemailer';
import { type Mail, MailNotTaken } from '../application/mail/mailer.js';
import { oneLine } from '../application/mail/one-line.js';
import { isAddress, type Mailbox } from './mailbox.js';

/** What every message of one Muster has in common. */
export interface MessageContext {
  readonly from: Mailbox;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_NAME_LENGTH = 100;
const MAX_SUBJECT_LENGTH = 200;
/** Also a file name that leads nowhere else. */
const MESSAGE_ID = /^[a-z0-9][a-z0-9._-]{0,63}@[a-z0-9][a-z0-9.-]{0,127}$/i;

/**
 * A plain text message to exactly one address, whatever stands in the name or the subject.
 * @throws MailNotTaken permanently, when the address is none
 */
export function composeMessage(mail: Mail, { from, now }: MessageContext): SendMailOptions {
  const { messageId, to, subject, text } = mail;
  if (!MESSAGE_ID.test(messageId)) throw new Error('the Message-ID of a mail must be <event id>@<domain>');
  if (!isAddress(to.address)) throw new MailNotTaken({ isPermanent: true, code: 'EENVELOPE' });
  return {
    messageId: `<${messageId}>`,
    date: new Date(now()),
    from: header(from),
    to: header(to),
    envelope: { from: header({ ...from, name: null }), to: header({ ...to, name: null }) },
    subject: oneLine(subject, MAX_SUBJECT_LENGTH),
    text,
    // No holiday reply, and no answer from another machine (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** As an object, for a string would be read as a list of addresses. */
const header = ({ name, address }: Mailbox) => ({ name: oneLine(name ?? '', MAX_NAME_LENGTH), address });
