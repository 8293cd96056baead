import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import { readMessage } from '../mail/read-message.js';
import { accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const IVO = 'ivo@example.test';

describe('a server without a mail server', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  const mails = () => {
    const folder = join(muster.dataDir, 'mails');
    return existsSync(folder)
      ? readdirSync(folder).map((name) => readMessage(readFileSync(join(folder, name))))
      : [];
  };

  it('writes mail into a folder of its own, with links that lead to itself and do nothing by being opened', async () => {
    const { accountId, olga } = await accountWorld(muster);
    applied(
      await olga.client.mutate('inviteUser', { accountId, person: { email: IVO }, role: 'CONTRIBUTOR' }),
    );
    await muster.processManagers.settled();
    expect(muster.mailDestination).to.equal(join(muster.dataDir, 'mails'));
    const [mail, ...others] = mails();
    expect(others).to.deep.equal([]);
    const link = new URL(/^http\S+$/m.exec(mail?.body ?? '')?.[0] ?? '');
    expect(link.origin).to.equal(muster.url);
    expect(link.pathname, 'what a server sees, and logs, is not the token').to.equal('/');
    await fetch(link);
    const token = new URLSearchParams(link.hash.slice(1)).get('token');
    await fetch(`${muster.url}/?token=${token}`);
    const ivo = await muster.client({ subject: 'ivo', email: IVO });
    const accepted = applied(await ivo.mutate('acceptInvitation', { token }));
    expect(accepted.events.map(({ type }) => type)).to.deep.equal(['InvitationAccepted']);
    expect(muster.logged()).to.equal('');
  });

  it('hears of new mail at once, without being asked', async () => {
    const { accountId, olga, carl } = await accountWorld(muster);
    const mailsBefore = mails().length;
    const afterPosition = await muster.core.store.head();
    const sent = new Promise<void>((resolve) => {
      const onEvents = (events: readonly RecordedEvent[]) => {
        if (events.some(({ type }) => type === 'MailSent')) resolve();
      };
      muster.core.store.subscribe({ afterPosition, onEvents });
    });
    applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true }));
    await sent;
    expect(mails()).to.have.length(mailsBefore + 1);
  });
});
