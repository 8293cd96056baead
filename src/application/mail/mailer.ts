/** The port to whoever carries mail away: an SMTP server, or a folder where there is none. */
export interface Mailer {
  /** Domain of Message-IDs. */
  readonly messageIdDomain: string;
  /** For people: `smtp://mail.example:587`, without credentials, or the folder. */
  readonly destination: string;

  /**
   * Resolves when the receiver has taken the mail. A connection lost before the receiver answered leaves open whether it
   * did: send the same mail again, its Message-ID lets the receiver drop the second copy.
   * @throws MailNotTaken
   */
  send(mail: Mail): Promise<void>;

  /** Takes no more mail, and waits a little for what is on its way. Repeating it changes nothing. */
  close(): Promise<void>;
}

export interface Mail {
  /** Without angle brackets: `<eventId>@<messageIdDomain>`; the same for every attempt. */
  readonly messageId: string;
  readonly to: { readonly name: string | null; readonly address: string };
  readonly subject: string;
  readonly text: string;
}

/** Nobody has taken responsibility for the mail, as far as is known. Holds no address and no text of the server. */
export class MailNotTaken extends Error {
  override readonly name = 'MailNotTaken';
  /** True when the same mail would be refused again; false when it is worth another attempt later. */
  readonly isPermanent: boolean;
  /** The SMTP reply code (`550`), or what went wrong before there was a reply (`ECONNREFUSED`, `ETIMEDOUT`). */
  readonly code: string;

  constructor({ isPermanent, code }: Pick<MailNotTaken, 'isPermanent' | 'code'>) {
    super(
      isPermanent
        ? `the mail was refused for good (${code}): check the address of the person, and that of the sender`
        : `the mail was not taken (${code}): try again later; if it stays so, check the mail server and its settings`,
    );
    this.isPermanent = isPermanent;
    this.code = code;
  }
}
