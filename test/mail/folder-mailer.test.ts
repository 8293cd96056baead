import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Mail, MailNotTaken } from '../../src/application/mail/mailer.js';
import { FolderMailer } from '../../src/mail/folder-mailer.js';
import { headerOf, readMessage } from './read-message.js';

const from = { name: null, address: 'muster@example.test' };
const now = () => Date.UTC(2026, 2, 14, 10, 0, 0);
const mail: Mail = {
  messageId: '0190c1f2-0000-7000-8000-000000000001@example.test',
  to: { name: 'Änn', address: 'ann@example.test' },
  subject: 'Grüße 🎉',
  text: 'Hello Änn 🎉,\n\nthe end\n',
};

describe('mail into a folder', () => {
  let parent: string;
  let folder: string;
  let mailer: FolderMailer;
  const pathOf = ({ messageId }: Mail) => join(folder, `${messageId}.eml`);
  const failureOf = (sending: Promise<void>): Promise<unknown> =>
    sending.then(
      () => null,
      (error: unknown) => error,
    );

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'muster-mail-'));
    folder = join(parent, 'data', 'mail');
    mailer = new FolderMailer({ folder, from, now });
  });
  afterEach(async () => {
    await mailer.close();
    rmSync(parent, { recursive: true, force: true });
  });

  it('is one file a mail, named by its Message-ID, that mail programs can read', async () => {
    await mailer.send(mail);
    expect(readdirSync(folder)).to.deep.equal([`${mail.messageId}.eml`]);
    const message = readMessage(readFileSync(pathOf(mail)));
    expect(headerOf(message, 'message-id')).to.equal(`<${mail.messageId}>`);
    expect(headerOf(message, 'from')).to.equal('muster@example.test');
    expect(headerOf(message, 'to')).to.equal('Änn <ann@example.test>');
    expect(headerOf(message, 'subject')).to.equal(mail.subject);
    expect(headerOf(message, 'auto-submitted')).to.equal('auto-generated');
    expect(message.body).to.equal(mail.text);
  });

  it('is readable by nobody else', async () => {
    await mailer.send(mail);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(statSync(pathOf(mail)).mode & 0o777).to.equal(0o600);
  });

  it('stays one file when the same mail is sent again, also at the same time', async () => {
    await mailer.send(mail);
    await Promise.all([mailer.send(mail), mailer.send({ ...mail, text: 'the last one\n' })]);
    expect(readdirSync(folder)).to.deep.equal([`${mail.messageId}.eml`]);
    expect(readMessage(readFileSync(pathOf(mail))).body).to.equal('the last one\n');
  });

  it('never changes a file that is there, but puts a whole new one in its place', async () => {
    await mailer.send(mail);
    const kept = join(parent, 'kept.eml');
    linkSync(pathOf(mail), kept);
    await mailer.send({ ...mail, text: 'another text\n' });
    expect(readMessage(readFileSync(kept)).body).to.equal(mail.text);
    expect(readMessage(readFileSync(pathOf(mail))).body).to.equal('another text\n');
  });

  it('writes over what a crash has left', async () => {
    await mailer.send({ ...mail, messageId: 'first@example.test' });
    writeFileSync(join(folder, `.${mail.messageId}.tmp`), 'half a mail'.repeat(1000));
    await mailer.send(mail);
    expect(readdirSync(folder)).to.have.members([`${mail.messageId}.eml`, 'first@example.test.eml']);
    expect(readMessage(readFileSync(pathOf(mail))).body).to.equal(mail.text);
  });

  it('is refused for now when the folder cannot be made, and taken when it can', async () => {
    writeFileSync(join(parent, 'data'), 'in the way');
    const error = await failureOf(mailer.send(mail));
    expect(error).to.be.instanceOf(MailNotTaken).and.to.include({ isPermanent: false, code: 'ENOTDIR' });
    rmSync(join(parent, 'data'));
    await mailer.send(mail);
    expect(readdirSync(folder)).to.have.lengthOf(1);
  });

  it('is refused for good when the address is none', async () => {
    const error = await failureOf(
      mailer.send({ ...mail, to: { name: null, address: 'a@b.test\r\nBcc: c@d.test' } }),
    );
    expect(error).to.be.instanceOf(MailNotTaken).and.to.include({ isPermanent: true });
  });

  it('leaves the folder under no Message-ID', async () => {
    for (const messageId of ['../evil@example.test', 'a/b@example.test', '.hidden@example.test', 'a@b\n', ''])
      expect(await failureOf(mailer.send({ ...mail, messageId })), messageId)
        .to.be.instanceOf(Error)
        .and.to.have.property('message')
        .that.includes('Message-ID');
    expect(readdirSync(parent)).to.deep.equal([]);
  });

  it('says where mail goes, and takes no more once it is closed', async () => {
    expect(mailer.destination).to.equal(folder);
    expect(mailer.messageIdDomain).to.equal('example.test');
    const sending = mailer.send(mail);
    await mailer.close();
    expect(readdirSync(folder)).to.have.lengthOf(1);
    await sending;
    expect(await failureOf(mailer.send({ ...mail, messageId: 'late@example.test' })))
      .to.be.instanceOf(MailNotTaken)
      .and.to.include({ isPermanent: false });
    expect(readdirSync(folder)).to.have.lengthOf(1);
  });
});
