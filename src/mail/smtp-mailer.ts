import { createTransport, type Transporter } from 'nodemailer';
import type { Mail, Mailer } from '../application/mail/mailer.js';
import { composeMessage, type MessageContext } from './compose-message.js';
import type { MailServer } from './mail-server.js';
import { domainOf } from './mailbox.js';
import { refusalOf } from './smtp-refusal.js';

export interface SmtpMailerOptions extends MessageContext {
  readonly server: MailServer;
  readonly timeouts?: SmtpTimeouts;
}

/** All in milliseconds. */
export interface SmtpTimeouts {
  /** Until the session stands: the name looked up, connected, greeted, TLS. */
  readonly connectMs: number;
  /** How long a server that has been reached may take to greet. */
  readonly greetingMs: number;
  /** How long a server may be silent. */
  readonly silenceMs: number;
  /** Everything together, waiting for a free connection included: a server that trickles is never silent. */
  readonly mailMs: number;
  /** How long `close` waits for what is on its way. */
  readonly closeMs: number;
}

const defaultTimeouts: SmtpTimeouts = {
  connectMs: 30_000,
  greetingMs: 30_000,
  silenceMs: 120_000,
  mailMs: 240_000,
  closeMs: 2_000,
};
const MAX_CONNECTIONS = 3;
/** Times that a mail moves on, before any of it was sent, because the server had closed a resting connection. */
const MAX_MOVES = MAX_CONNECTIONS;

/** Mail by SMTP, over a few connections that are kept for the next mail. It logs nothing: SMTP is full of addresses. */
export class SmtpMailer implements Mailer {
  readonly messageIdDomain: string;
  readonly destination: string;
  readonly #context: MessageContext;
  readonly #timeouts: SmtpTimeouts;
  readonly #transport: Transporter;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor({ server, from, now, timeouts = defaultTimeouts }: SmtpMailerOptions) {
    this.messageIdDomain = domainOf(from.address);
    this.destination = server.shown;
    this.#context = { from, now };
    this.#timeouts = timeouts;
    this.#transport = openPool(server, timeouts);
  }

  async send(mail: Mail): Promise<void> {
    const message = composeMessage(mail, this.#context);
    const signal = AbortSignal.timeout(this.#timeouts.mailMs);
    const sending = this.#transport.sendMail({ ...message, signal });
    this.#underWay.add(sending);
    try {
      await sending;
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#underWay.delete(sending);
    }
  }

  async close(): Promise<void> {
    this.#transport.close();
    const impatience = setTimeout(() => this.#transport.close({ force: true }), this.#timeouts.closeMs);
    await Promise.allSettled(this.#underWay);
    clearTimeout(impatience);
  }
}

function openPool(server: MailServer, timeouts: SmtpTimeouts): Transporter {
  const { host, port, isTlsFromStart, requiresTls, verifiesCertificate, credentials } = server;
  return createTransport({
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    maxRequeues: MAX_MOVES,
    host,
    port,
    secure: isTlsFromStart,
    requireTLS: requiresTls,
    tls: { rejectUnauthorized: verifiesCertificate },
    ...(credentials === null ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    dnsTimeout: timeouts.connectMs,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    logger: false,
  });
}
