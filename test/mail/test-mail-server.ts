import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type MailServer, readMailServer } from '../../src/mail/mail-server.js';
import { type ReadMessage, readMessage } from './read-message.js';

/** A message that the server has read to its end, whether it answered that or not. */
export interface Received extends ReadMessage {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string | null;
}

export interface TestMailServerOptions {
  /** Signing in is asked for, with these. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Default: no TLS at all. */
  readonly tls?: 'STARTTLS' | 'FROM_START';
}

/** Where in the conversation something is refused, and with which reply. */
export interface Refusal {
  readonly at: 'MAIL' | 'RCPT' | 'DATA';
  readonly code: number;
}

/** A real SMTP server on this machine; its certificate is signed by nobody. */
export class TestMailServer {
  readonly received: Received[] = [];
  readonly commandsOfSignIn: string[] = [];
  mostClients = 0;
  refusal: Refusal | null = null;
  /** What is done with a message that was read to its end. */
  answer: () => Promise<'TAKE' | 'HANG_UP'> = async () => 'TAKE';
  readonly #server: SMTPServer;
  readonly #options: TestMailServerOptions;

  private constructor(options: TestMailServerOptions) {
    this.#options = options;
    this.#server = new SMTPServer({
      logger: false,
      disableReverseLookup: true,
      secure: options.tls === 'FROM_START',
      disabledCommands: options.tls === undefined ? ['STARTTLS'] : [],
      authOptional: options.credentials === undefined,
      allowInsecureAuth: true,
      closeTimeout: 1,
      onConnect: (_session, callback) => {
        this.mostClients = Math.max(this.mostClients, this.#server.connections.size);
        callback();
      },
      onAuth: ({ username, password }, _session, callback) => {
        const { credentials } = options;
        this.commandsOfSignIn.push(username ?? '');
        const isRight = username === credentials?.user && password === credentials?.password;
        callback(isRight ? null : new Error('who is that?'), { user: username });
      },
      onMailFrom: (_address, _session, callback) => callback(this.#refusalAt('MAIL')),
      onRcptTo: (_address, _session, callback) => callback(this.#refusalAt('RCPT')),
      onData: (stream, session, callback) => void this.#take(stream, session).then(callback),
    });
    // Clients that give up are what some tests are about.
    this.#server.on('error', () => {});
  }

  static async start(options: TestMailServerOptions = {}): Promise<TestMailServer> {
    const server = new TestMailServer(options);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** As Muster reads it from `MUSTER_SMTP_URL`. */
  at({ signIn = '', query = '' } = {}): MailServer {
    const scheme = this.#options.tls === 'FROM_START' ? 'smtps' : 'smtp';
    return mailServerAt(`${scheme}://${signIn}127.0.0.1:${this.port}${query}`);
  }

  /** Ends every connection, as a server does with one that rests for long. */
  hangUp(): void {
    for (const connection of this.#server.connections) connection.close();
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Error | null> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const { mailFrom, rcptTo } = session.envelope;
    this.received.push({
      ...readMessage(Buffer.concat(chunks)),
      sender: mailFrom === false ? '' : mailFrom.address,
      recipients: rcptTo.map(({ address }) => address),
      isEncrypted: session.secure,
      user: typeof session.user === 'string' ? session.user : null,
    });
    if ((await this.answer()) === 'HANG_UP') this.hangUp();
    return this.#refusalAt('DATA');
  }

  /** The text quotes an address, as servers do. */
  #refusalAt(step: Refusal['at']): Error | null {
    if (this.refusal?.at !== step) return null;
    return Object.assign(new Error('<ann@example.test>: Ann is not wanted'), {
      responseCode: this.refusal.code,
    });
  }
}

export function mailServerAt(url: string): MailServer {
  const problems: string[] = [];
  const server = readMailServer(url, problems);
  if (server === null) throw new Error(problems.join('; '));
  return server;
}
