import { expect } from 'chai';
import { type MailServer, readMailServer } from '../../src/mail/mail-server.js';

describe('a mail server', () => {
  it('has the port and the encryption of its scheme', () => {
    expect(read('smtp://mail.example')).to.include({
      host: 'mail.example',
      port: 587,
      isTlsFromStart: false,
    });
    expect(read('smtps://mail.example')).to.include({ port: 465, isTlsFromStart: true });
    expect(read('smtp://[::1]:2525')).to.include({ host: '::1', port: 2525 });
  });

  it('must use TLS with a certificate that can be verified, unless it is this machine itself', () => {
    for (const host of ['mail.example', '192.0.2.1', 'localhost.example', '[2001:db8::1]'])
      expect(read(`smtp://${host}`), host).to.include({ requiresTls: true, verifiesCertificate: true });
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])
      expect(read(`smtp://${host}`), host).to.include({ requiresTls: false, verifiesCertificate: false });
  });

  it('can be told otherwise, but never to trust any certificate from outside', () => {
    expect(read('smtp://mail.example?requireTLS=false')).to.include({
      requiresTls: false,
      verifiesCertificate: true,
    });
    expect(read('smtp://localhost/?requireTLS=true')).to.include({
      requiresTls: true,
      verifiesCertificate: true,
    });
  });

  it('is shown without credentials', () => {
    const server = read('smtp://us%40er:p%3Aw@Mail.Example:25?requireTLS=false');
    expect(server.credentials).to.deep.equal({ user: 'us@er', password: 'p:w' });
    expect(server.shown).to.equal('smtp://mail.example:25');
    expect(read('smtp://mail.example').credentials).to.equal(null);
  });

  it('is refused with a reason that repeats no password', () => {
    for (const [url, reason] of [
      ['mail.example:587', 'must name a mail server'],
      ['https://user:secret@mail.example', 'must name a mail server'],
      ['smtp:mail.example', 'must name a mail server'],
      ['smtp://user:secret@', 'must name a mail server'],
      ['smtp://mail.example:99999', 'must name a mail server'],
      ['smtp://user:secret@mail.example/inbox', 'must end after host and port'],
      ['smtp://user:secret@mail.example?secure=no', 'no parameter other than requireTLS'],
      ['smtp://user:secret@mail.example?requireTLS=no', 'requireTLS=true or requireTLS=false'],
      ['smtp://user@mail.example', 'user and password or neither'],
      ['smtp://:secret@mail.example', 'user and password or neither'],
      ['smtp://user:secret%@mail.example', 'user and password or neither'],
    ] as const) {
      const problems: string[] = [];
      expect(readMailServer(url, problems), url).to.equal(null);
      expect(problems, url).to.have.lengthOf(1);
      expect(problems[0])
        .to.match(/^MUSTER_SMTP_URL /)
        .and.include(reason)
        .and.not.include('secret');
    }
  });
});

function read(url: string): MailServer {
  const problems: string[] = [];
  const server = readMailServer(url, problems);
  if (server === null) throw new Error(problems.join('; '));
  return server;
}
