import { expect } from 'chai';
import { headerOf } from '../../../mail/read-message.js';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { typesOf } from '../../../support/answers.js';
import { joinAccount } from '../../../support/join-account.js';
import { eventsAfter } from '../../../support/logged-events.js';
import { MailingMuster } from '../../../support/mailing-muster.js';

const DAY_MS = 86_400_000;

describe('PARTNER_PORTAL: mail to partner users', () => {
  let mailing: MailingMuster;
  let partner: AccountWorld;
  let address: string;
  before(async () => {
    mailing = await MailingMuster.start();
  });
  after(() => mailing.remove());
  beforeEach(async () => {
    partner = await accountWorld(mailing.muster, { preset: 'PARTNER_PORTAL', name: 'Acme' });
    const query = 'query ($u: ID!) { user(id: $u) { email } }';
    address = (await mailing.muster.root.query(query, { u: partner.carl.userId })).user.email;
  });
  /** What a test has left undelivered is no business of the next one. */
  afterEach(async () => {
    mailing.post.refusal = null;
    await mailing.pass(DAY_MS);
  });

  const act = (mutation: string, fields: object = {}) =>
    mailing.muster.root.mutate(mutation, {
      accountId: partner.accountId,
      userId: partner.carl.userId,
      ...fields,
    });
  const notify = async (subject: string) =>
    applied(await act('notifyUser', { subject, text: 'It is news.' }));
  const subjects = () => mailing.mailsTo(address).map((mail) => headerOf(mail, 'subject'));
  const ledger = async () => {
    const query = `query ($a: ID!, $u: ID) { account(id: $a) { mails(userId: $u) { nodes {
      causeEventId kind status reason attempts } } } }`;
    const variables = { a: partner.accountId, u: partner.carl.userId };
    return (await mailing.muster.root.query(query, variables)).account.mails.nodes;
  };

  it('PP-3 the inactive receive none: it is recorded as suppressed, and never sent', async () => {
    await notify('Before');
    await mailing.pass();
    expect(subjects()).to.deep.equal(['Acme: Before']);
    applied(await act('deactivateUser'));
    const head = await mailing.muster.core.store.head();
    const { events } = await notify('Meanwhile');
    await mailing.pass();
    expect(subjects()).to.deep.equal(['Acme: Before']);
    expect((await ledger())[1]).to.deep.equal({
      causeEventId: events[0]?.id,
      kind: 'NOTIFICATION',
      status: 'SUPPRESSED',
      reason: 'NOT_ENTITLED',
      attempts: 0,
    });
    const written = await eventsAfter(mailing.muster, head);
    expect(written.map(({ type }) => type)).to.deep.equal([
      'UserNotified',
      'MailRequested',
      'MailSuppressed',
    ]);
    await mailing.pass(DAY_MS);
    await mailing.restart();
    await mailing.pass(DAY_MS);
    expect(subjects(), 'not later, and not after a restart').to.deep.equal(['Acme: Before']);
  });

  it('PP-3 asked for while active, but not yet sent: whoever is inactive by then gets none', async () => {
    mailing.post.refusal = { at: 'RCPT', code: 451 };
    await notify('On its way');
    await mailing.pass();
    applied(await act('deactivateUser'));
    mailing.post.refusal = null;
    await mailing.pass(DAY_MS);
    expect(subjects()).to.deep.equal([]);
    const [{ status, reason }] = await ledger();
    expect({ status, reason }).to.deep.equal({ status: 'SUPPRESSED', reason: 'NOT_ENTITLED' });
  });

  it('PP-3 of this partner only: where he is active he gets his mail', async () => {
    const other = await accountWorld(mailing.muster, { preset: 'PARTNER_PORTAL', name: 'Other' });
    await joinAccount(other, partner.carl.userId);
    applied(await act('deactivateUser'));
    await notify('Here');
    applied(
      await mailing.muster.root.mutate('notifyUser', {
        accountId: other.accountId,
        userId: partner.carl.userId,
        subject: 'There',
        text: 'It is news.',
      }),
    );
    await mailing.pass();
    expect(subjects()).to.deep.equal(['Other: There']);
  });

  it('PP-3 the others of the partner get theirs, and deactivating itself mails nobody', async () => {
    const before = mailing.post.received.length;
    applied(await act('deactivateUser'));
    await mailing.pass();
    expect(mailing.post.received).to.have.lengthOf(before);
    expect(await ledger()).to.deep.equal([]);
    applied(await act('notifyUser', { userId: partner.rita.userId, subject: 'Hello', text: 'It is news.' }));
    await mailing.pass();
    expect(mailing.post.received.slice(before).flatMap((mail) => mail.recipients)).to.have.lengthOf(1);
  });

  it('PP-17 reactivation restores log-in and mail: the next one is sent, the suppressed ones are not', async () => {
    const { accountId, olga, carl } = partner;
    applied(await act('deactivateUser'));
    for (const subject of ['One', 'Two']) await notify(subject);
    await mailing.pass();
    expect(await accessOf(olga.client, accountId, carl.userId)).to.include({ mayStartSession: false });
    applied(await act('reactivateUser'));
    expect(await accessOf(olga.client, accountId, carl.userId)).to.include({
      state: 'GRANTED',
      mayStartSession: true,
    });
    await mailing.pass(DAY_MS);
    expect(subjects()).to.deep.equal([]);
    await notify('Three');
    await mailing.pass();
    expect(subjects()).to.deep.equal(['Acme: Three']);
    await mailing.restart();
    await mailing.pass(DAY_MS);
    expect(subjects()).to.deep.equal(['Acme: Three']);
    expect((await ledger()).map(({ status }: { status: string }) => status)).to.deep.equal([
      'SUPPRESSED',
      'SUPPRESSED',
      'SENT',
    ]);
  });

  it('PP-17 he can work again at once, with what he could before', async () => {
    const { accountId, adam } = partner;
    const admin = { userId: adam.userId };
    applied(await act('deactivateUser', admin));
    const group = { accountId, name: 'Sales' };
    expect((await adam.client.mutate('createGroup', group)).outcome).to.equal('REJECTED');
    applied(await act('reactivateUser', admin));
    applied(await adam.client.mutate('createGroup', group));
  });

  it('PP-14 reactivation sends no welcome mail: nothing is asked for and nothing goes out', async () => {
    applied(await act('deactivateUser'));
    await mailing.pass();
    const before = mailing.post.received.length;
    const head = await mailing.muster.core.store.head();
    expect(typesOf(applied(await act('reactivateUser')))).to.deep.equal(['UserReactivated']);
    await mailing.pass(DAY_MS);
    await mailing.restart();
    await mailing.pass(DAY_MS);
    expect(mailing.post.received).to.have.lengthOf(before);
    expect((await eventsAfter(mailing.muster, head)).map(({ type }) => type)).to.deep.equal([
      'UserReactivated',
    ]);
    expect(await ledger()).to.deep.equal([]);
  });

  it('PP-14 nor in bulk', async () => {
    const { accountId, carl, rita } = partner;
    const selection = [{ accountId, users: [carl.userId, rita.userId] }];
    const { root } = mailing.muster;
    await root.bulk('deactivateUsers', { selection, phrase: 'DEACTIVATE' });
    await mailing.pass();
    const before = mailing.post.received.length;
    expect((await root.bulk('reactivateUsers', { selection })).counts).to.include({ applied: 2 });
    await mailing.pass(DAY_MS);
    expect(mailing.post.received).to.have.lengthOf(before);
  });
});
