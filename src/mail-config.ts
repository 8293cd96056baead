import type { ConfigVariable } from './config-variables.js';
import { type MailServer, readMailServer } from './mail/mail-server.js';
import { type Mailbox, parseMailbox } from './mail/mailbox.js';
import { isSecureUrl } from './secure-url.js';

/** How mail leaves. Without an SMTP server it is written into a folder, and the sender's address is made up. */
export type MailConfig =
  | {
      readonly via: 'SMTP';
      readonly server: MailServer;
      readonly from: Mailbox;
      /** Address of the page that takes an invitation, with `{token}` where the token goes. */
      readonly invitationUrl: string;
    }
  | {
      readonly via: 'FOLDER';
      readonly from: Mailbox;
      /** Null: Muster's own address does. */
      readonly invitationUrl: string | null;
    };

export const INVITATION_TOKEN = '{token}';

/** Of a reserved domain: nobody can ever be taken for its owner. */
export const madeUpSender: Mailbox = { name: 'Muster', address: 'muster@muster.invalid' };

/** Null when something is wrong; each thing to mend is one more problem. `read` gives a variable or null. */
export function readMailConfig(
  read: (name: ConfigVariable) => string | null,
  problems: string[],
): MailConfig | null {
  const smtpUrl = read('MUSTER_SMTP_URL');
  const sender = read('MUSTER_MAIL_FROM');
  const page = read('MUSTER_INVITATION_URL');
  const server = smtpUrl === null ? null : readMailServer(smtpUrl, problems);
  const from = sender === null ? null : readSender(sender, problems);
  const invitationUrl = page === null ? null : readInvitationUrl(page, problems);
  if (smtpUrl === null) return { via: 'FOLDER', from: from ?? madeUpSender, invitationUrl };
  if (sender === null)
    problems.push(
      'MUSTER_MAIL_FROM is not set: give the sender of mail, like Muster <muster@example.com> (needed with MUSTER_SMTP_URL)',
    );
  if (page === null)
    problems.push(
      'MUSTER_INVITATION_URL is not set: give the page that takes invitations, like ' +
        `https://portal.example.com/invitation#${INVITATION_TOKEN} (needed with MUSTER_SMTP_URL)`,
    );
  return server === null || from === null || invitationUrl === null
    ? null
    : { via: 'SMTP', server, from, invitationUrl };
}

function readSender(text: string, problems: string[]): Mailbox | null {
  const sender = parseMailbox(text);
  if (sender === null)
    problems.push(
      'MUSTER_MAIL_FROM must be one address, like muster@example.com or Muster <muster@example.com>',
    );
  return sender;
}

function readInvitationUrl(text: string, problems: string[]): string | null {
  const [one, other] = ['a', 'b'].map((token) => {
    const url = text.replaceAll(INVITATION_TOKEN, token);
    return /[\s<>"]/.test(text) || !URL.canParse(url) ? null : new URL(url);
  });
  // A token in the name of the host would go to whoever answers the name.
  if (one && other && isSecureUrl(one) && one.host === other.host && one.href !== other.href) return text;
  problems.push(
    'MUSTER_INVITATION_URL must be an https:// address (http:// only for this machine itself) with ' +
      `${INVITATION_TOKEN} after the host, like https://portal.example.com/invitation#${INVITATION_TOKEN}`,
  );
  return null;
}
