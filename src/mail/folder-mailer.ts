import { open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { type Mail, type Mailer, MailNotTaken } from '../application/mail/mailer.js';
import { makePrivateFolder } from '../make-private-folder.js';
import { composeMessage, type MessageContext } from './compose-message.js';
import { domainOf } from './mailbox.js';

export interface FolderMailerOptions extends MessageContext {
  readonly folder: string;
}

/** For machines without an SMTP server: each mail becomes one file, `<messageId>.eml`, that mail programs can open. */
export class FolderMailer implements Mailer {
  readonly messageIdDomain: string;
  readonly destination: string;
  readonly #context: MessageContext;
  readonly #composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  /** One after the other: two attempts at one mail would write into one temporary file. */
  #lastWritten: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor({ folder, from, now }: FolderMailerOptions) {
    this.messageIdDomain = domainOf(from.address);
    this.destination = folder;
    this.#context = { from, now };
  }

  async send(mail: Mail): Promise<void> {
    const message = composeMessage(mail, this.#context);
    if (this.#isClosed) throw new MailNotTaken({ isPermanent: false, code: 'ECLOSED' });
    const written = this.#lastWritten.then(async () => {
      const composed = await this.#composer.sendMail(message);
      await writeWhole({ folder: this.destination, name: mail.messageId, content: composed.message });
    });
    this.#lastWritten = written.catch(() => {});
    return written.catch((error: unknown) => {
      throw new MailNotTaken({ isPermanent: false, code: codeOf(error) });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#lastWritten;
  }
}

interface WholeFile {
  readonly folder: string;
  readonly name: string;
  readonly content: Buffer | Readable;
}

/** The file is there whole or not at all, also after a power cut. What a crash leaves, the next attempt writes over. */
async function writeWhole({ folder, name, content }: WholeFile): Promise<void> {
  makePrivateFolder(folder);
  const temporary = join(folder, `.${name}.tmp`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, `${name}.eml`));
  await syncFolder(folder);
}

/** The name of the file must survive a power cut as its content does. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
