import type { Mailer } from './application/mail/mailer.js';
import { FolderMailer } from './mail/folder-mailer.js';
import { SmtpMailer } from './mail/smtp-mailer.js';
import type { MailConfig } from './mail-config.js';

export interface MailerOptions {
  /** Without an SMTP server mail is written into it. */
  readonly folder: string;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

export const createMailer = (config: MailConfig, { folder, now }: MailerOptions): Mailer => {
  const { from } = config;
  switch (config.via) {
    case 'SMTP':
      return new SmtpMailer({ server: config.server, from, now });
    case 'FOLDER':
      return new FolderMailer({ folder, from, now });
  }
};
