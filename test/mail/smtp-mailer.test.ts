import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { type Mail, MailNotTaken } from '../../src/application/mail/mailer.js';
import type { MailServer } from '../../src/mail/mail-server.js';
import { SmtpMailer, type SmtpTimeouts } from '../../src/mail/smtp-mailer.js';
import { headerOf } from './read-message.js';
import {
  mailServerAt,
  type Refusal,
  TestMailServer,
  type TestMailServerOptions,
} from './test-mail-server.js';

const from = { name: 'Müster', address: 'muster@example.test' };
const now = () => Date.UTC(2026, 2, 14, 10, 0, 0);
const mail: Mail = {
  messageId: '0190c1f2-0000-7000-8000-000000000001@example.test',
  to: { name: 'Änn "the" Ünner', address: 'ann@example.test' },
  subject: 'Grüße aus Zürich 🎉: you have been removed from an account with quite a long name, too',
  text: 'Hello Änn 🎉,\n\n.a line with a dot in front\nthe end\n',
};
/** Longer than any test: whatever gives up does it for the one time that its test shortens. */
const patient: SmtpTimeouts = {
  connectMs: 60_000,
  greetingMs: 60_000,
  silenceMs: 60_000,
  mailMs: 60_000,
  closeMs: 60_000,
};

describe('mail by SMTP', () => {
  const opened: { close(): Promise<unknown> }[] = [];
  const openMailer = (server: MailServer, timeouts: Partial<SmtpTimeouts> = {}): SmtpMailer => {
    const mailer = new SmtpMailer({ server, from, now, timeouts: { ...patient, ...timeouts } });
    opened.push(mailer);
    return mailer;
  };
  const startServer = async (options: TestMailServerOptions = {}): Promise<TestMailServer> => {
    const server = await TestMailServer.start(options);
    opened.push({ close: () => server.stop() });
    return server;
  };
  const startFake = async (onConnection: (socket: Socket) => void): Promise<MailServer> => {
    const fake = await FakeServer.start(onConnection);
    opened.push(fake);
    return fake.mailServer;
  };
  afterEach(async () => {
    for (let next = opened.pop(); next !== undefined; next = opened.pop()) await next.close();
  });

  describe('delivers', () => {
    it('one message from the sender to the recipient, with the Message-ID it was given', async () => {
      const server = await startServer();
      await openMailer(server.at()).send(mail);
      const [message, ...others] = server.received;
      if (message === undefined) throw new Error('nothing was received');
      expect(others).to.deep.equal([]);
      expect(message.sender).to.equal(from.address);
      expect(message.recipients).to.deep.equal([mail.to.address]);
      expect(headerOf(message, 'message-id')).to.equal(`<${mail.messageId}>`);
      expect(headerOf(message, 'from')).to.equal('Müster <muster@example.test>');
      expect(headerOf(message, 'to')).to.equal('Änn "the" Ünner <ann@example.test>');
      expect(headerOf(message, 'subject')).to.equal(mail.subject);
      expect(headerOf(message, 'date')).to.equal('Sat, 14 Mar 2026 10:00:00 +0000');
      expect(headerOf(message, 'auto-submitted')).to.equal('auto-generated');
      expect(headerOf(message, 'content-type')).to.equal('text/plain; charset=utf-8');
      expect(message.body).to.equal(mail.text);
    });

    it('to a person without a name', async () => {
      const server = await startServer();
      await openMailer(server.at()).send({ ...mail, to: { name: null, address: 'ann@example.test' } });
      expect(server.received.map((message) => headerOf(message, 'to'))).to.deep.equal(['ann@example.test']);
    });

    it('many at once over a few connections', async () => {
      const server = await startServer();
      const mailer = openMailer(server.at());
      const numbers = Array.from({ length: 12 }, (_, n) => n);
      await Promise.all(numbers.map((n) => mailer.send({ ...mail, messageId: `m${n}@example.test` })));
      const ids = server.received.map((message) => headerOf(message, 'message-id'));
      expect(ids).to.have.members(numbers.map((n) => `<m${n}@example.test>`));
      expect(server.mostClients).to.be.within(1, 3);
    });

    it('over a new connection when the server has closed the resting one', async () => {
      const server = await startServer();
      const mailer = openMailer(server.at());
      await mailer.send(mail);
      server.hangUp();
      await mailer.send({ ...mail, messageId: 'second@example.test' });
      expect(server.received).to.have.lengthOf(2);
    });

    it('signed in as the URL says, special characters included', async () => {
      const server = await startServer({ credentials: { user: 'mus@ter', password: 'p/ss:wörd' } });
      await openMailer(server.at({ signIn: 'mus%40ter:p%2Fss%3Aw%C3%B6rd@' })).send(mail);
      expect(server.received.map(({ user }) => user)).to.deep.equal(['mus@ter']);
    });

    it('encrypted where the server offers STARTTLS, and by SMTPS', async () => {
      for (const tls of ['STARTTLS', 'FROM_START'] as const) {
        const server = await startServer({ tls });
        await openMailer(server.at()).send(mail);
        expect(
          server.received.map(({ isEncrypted }) => isEncrypted),
          tls,
        ).to.deep.equal([true]);
      }
    });
  });

  it('says where mail goes without telling the password, and whose domain Message-IDs have', async () => {
    const mailer = openMailer(mailServerAt('smtp://user:secret@mail.example:2525'));
    expect(mailer.destination).to.equal('smtp://mail.example:2525');
    expect(mailer.messageIdDomain).to.equal('example.test');
  });

  describe('is refused', () => {
    const permanent: readonly Refusal[] = [
      { at: 'MAIL', code: 550 },
      { at: 'RCPT', code: 550 },
      { at: 'RCPT', code: 553 },
      { at: 'DATA', code: 554 },
    ];
    const temporary: readonly Refusal[] = [
      { at: 'MAIL', code: 451 },
      { at: 'RCPT', code: 450 },
      { at: 'RCPT', code: 421 },
      { at: 'DATA', code: 452 },
      // These ask for a sign-in: a matter of configuration, and the mail is as good as before.
      { at: 'MAIL', code: 530 },
      { at: 'RCPT', code: 535 },
    ];
    for (const refusal of [...permanent, ...temporary]) {
      const isPermanent = permanent.includes(refusal);
      it(`${isPermanent ? 'for good' : 'for now'} by ${refusal.code} at ${refusal.at}`, async () => {
        const server = await startServer();
        server.refusal = refusal;
        const mailer = openMailer(server.at());
        const error = await failureOf(mailer.send(mail));
        expect(error).to.include({ isPermanent, code: String(refusal.code) });
        expect(inspect(error, { depth: 9, showHidden: true })).not.to.match(/ann@|Ann/);
        server.refusal = null;
        await mailer.send({ ...mail, messageId: 'next@example.test' });
      });
    }

    it('for now when the password is wrong', async () => {
      const server = await startServer({ credentials: { user: 'muster', password: 'right' } });
      const error = await failureOf(openMailer(server.at({ signIn: 'muster:wrong@' })).send(mail));
      expect(error).to.include({ isPermanent: false, code: '535' });
      expect(server.received).to.deep.equal([]);
    });

    it('for now when the server wants a sign-in and none is configured', async () => {
      const server = await startServer({ credentials: { user: 'muster', password: 'right' } });
      const error = await failureOf(openMailer(server.at()).send(mail));
      expect(error).to.include({ isPermanent: false, code: '530' });
    });

    it('for now when nobody listens', async () => {
      const server = await TestMailServer.start();
      const gone = server.at();
      await server.stop();
      const error = await failureOf(openMailer(gone).send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ECONNREFUSED' });
    });
  });

  describe('gives up for now', () => {
    it('when a server does not greet', async () => {
      const server = await startFake(() => {});
      const error = await failureOf(openMailer(server, { greetingMs: 30 }).send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ETIMEDOUT' });
    });

    it('when a server falls silent over a mail', async () => {
      const server = await startServer();
      server.answer = () => new Promise(() => {});
      const error = await failureOf(openMailer(server.at(), { silenceMs: 600 }).send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ETIMEDOUT' });
      expect(server.received).to.have.lengthOf(1);
    });

    it('when a server trickles its replies and never ends one', async () => {
      const server = await startFake((socket) => {
        const trickle = setInterval(() => socket.write('220-wait\r\n'), 5);
        socket.on('close', () => clearInterval(trickle));
      });
      const error = await failureOf(openMailer(server, { mailMs: 60 }).send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ETIMEDOUT' });
    });

    it('when the connection ends before the answer, and sends the same Message-ID the next time', async () => {
      const server = await startServer();
      const mailer = openMailer(server.at());
      server.answer = async () => 'HANG_UP';
      const error = await failureOf(mailer.send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ECONNECTION' });
      expect(server.received).to.have.lengthOf(1);
      server.answer = async () => 'TAKE';
      await mailer.send(mail);
      const ids = server.received.map((message) => headerOf(message, 'message-id'));
      expect(ids).to.deep.equal([`<${mail.messageId}>`, `<${mail.messageId}>`]);
    });
  });

  describe('with requireTLS', () => {
    it('sends neither password nor mail to a server without TLS', async () => {
      const server = await startServer({ credentials: { user: 'muster', password: 'right' } });
      const strict = server.at({ signIn: 'muster:right@', query: '?requireTLS=true' });
      const error = await failureOf(openMailer(strict).send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ETLS' });
      expect(server.commandsOfSignIn).to.deep.equal([]);
      expect(server.received).to.deep.equal([]);
    });

    it('sends neither password nor mail to a server whose certificate nobody signed', async () => {
      const credentials = { user: 'muster', password: 'right' };
      for (const tls of ['STARTTLS', 'FROM_START'] as const) {
        const server = await startServer({ tls, credentials });
        const strict = server.at({ signIn: 'muster:right@', query: '?requireTLS=true' });
        const error = await failureOf(openMailer(strict).send(mail));
        expect(error.isPermanent).to.equal(false);
        expect(error.code).to.include('CERT');
        expect(server.commandsOfSignIn).to.deep.equal([]);
        expect(server.received).to.deep.equal([]);
      }
    });
  });

  describe('cannot be given headers or recipients by what people write:', () => {
    const headerNames = [
      'from',
      'to',
      'subject',
      'message-id',
      'date',
      'auto-submitted',
      'mime-version',
      'content-type',
      'content-transfer-encoding',
    ];
    const evil = 'Eve\r\nBcc: eve@evil.test\r\n\r\n<eve@evil.test>, "x" <eve@evil.test>';

    it('names and subjects are one line of their own header', async () => {
      const server = await startServer();
      const mailer = new SmtpMailer({ server: server.at(), from: { ...from, name: evil }, now });
      opened.push(mailer);
      await mailer.send({ ...mail, to: { ...mail.to, name: evil }, subject: evil });
      const [message] = server.received;
      expect(message?.recipients).to.deep.equal([mail.to.address]);
      expect(message?.sender).to.equal(from.address);
      expect(message?.headers.map(([name]) => name)).to.have.members(headerNames);
      expect(message?.body).to.equal(mail.text);
      if (message === undefined) return;
      expect(headerOf(message, 'subject')).to.equal(evil.replace(/[\r\n]+/g, ' '));
      for (const name of ['from', 'to'])
        expect(addressesOutsideQuotes(headerOf(message, name)), name).to.have.lengthOf(1);
    });

    it('what is not one address is never sent', async () => {
      const server = await startServer();
      const mailer = openMailer(server.at());
      for (const address of [
        'ann@example.test>\r\nRCPT TO:<eve@evil.test',
        'ann@example.test, eve@evil.test',
        '"eve@evil.test x"@example.test',
        'ann@example.test eve@evil.test',
        'ann@',
        'ann',
        '',
      ]) {
        const error = await failureOf(mailer.send({ ...mail, to: { name: null, address } }));
        expect(error, address).to.include({ isPermanent: true, code: 'EENVELOPE' });
      }
      expect(server.received).to.deep.equal([]);
    });
  });

  describe('when it is closed', () => {
    it('lets what is on its way arrive, and takes no more', async () => {
      const server = await startServer();
      const mailer = openMailer(server.at());
      let closing: Promise<void> | undefined;
      server.answer = async () => {
        closing = mailer.close();
        return 'TAKE';
      };
      await mailer.send(mail);
      await closing;
      const error = await failureOf(mailer.send(mail));
      expect(error).to.include({ isPermanent: false, code: 'ECONNECTION' });
      expect(server.received).to.have.lengthOf(1);
    });

    it('does not wait for a server that hangs', async () => {
      const server = await startServer();
      const mailer = openMailer(server.at(), { closeMs: 30 });
      let closing: Promise<void> | undefined;
      server.answer = () => {
        closing = mailer.close();
        return new Promise(() => {});
      };
      expect(await failureOf(mailer.send(mail))).to.include({ isPermanent: false, code: 'ECONNECTION' });
      await closing;
      expect(server.received).to.have.lengthOf(1);
    });
  });
});

async function failureOf(sending: Promise<void>): Promise<MailNotTaken> {
  const error: unknown = await sending.then(
    () => new Error('the mail was taken'),
    (reason: unknown) => reason,
  );
  if (error instanceof MailNotTaken) return error;
  throw error;
}

/** What a receiver would take for addresses in a header. */
const addressesOutsideQuotes = (value: string): readonly string[] =>
  value.replace(/"(?:\\.|[^"\\])*"/g, '').match(/\S+@\S+/g) ?? [];

/** Speaks no SMTP by itself. */
class FakeServer {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(onConnection: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      onConnection(socket);
    });
  }

  static async start(onConnection: (socket: Socket) => void): Promise<FakeServer> {
    const fake = new FakeServer(onConnection);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get mailServer(): MailServer {
    return mailServerAt(`smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
