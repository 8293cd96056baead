import { expect } from 'chai';
import { headerOf } from '../../../mail/read-message.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { invite, tokenFor } from '../../../support/invitee.js';
import { joinAccount } from '../../../support/join-account.js';
import { eventsAfter } from '../../../support/logged-events.js';
import { MailingMuster } from '../../../support/mailing-muster.js';

const MINUTE_MS = 60_000;

describe('SOFTWAREONE: the mail of a removal', () => {
  let mailing: MailingMuster;
  let world: AccountWorld;
  before(async () => {
    mailing = await MailingMuster.start();
  });
  after(() => mailing.remove());
  beforeEach(async () => {
    world = await accountWorld(mailing.muster, { preset: 'SOFTWAREONE', name: 'Acme Ltd' });
  });
  /** What a test has left undelivered is no business of the next one. */
  afterEach(async () => {
    mailing.post.refusal = null;
    await mailing.pass(MINUTE_MS);
  });

  const remove = (userId: string, fields: object = {}) =>
    world.adam.client.mutate('removeUser', {
      accountId: world.accountId,
      userId,
      confirmed: true,
      ...fields,
    });
  const addressOf = async (userId: string): Promise<string> =>
    (await mailing.muster.root.query('query ($u: ID!) { user(id: $u) { email } }', { u: userId })).user.email;
  const ledger = async (userId: string) => {
    const query = `query ($a: ID!, $u: ID) { account(id: $a) { mails(userId: $u) { nodes {
      causeEventId causePosition kind userId status attempts } } } }`;
    const variables = { a: world.accountId, u: userId };
    return (await mailing.muster.root.query(query, variables)).account.mails.nodes;
  };
  const removalsTo = (address: string) =>
    mailing.mailsTo(address).filter((mail) => headerOf(mail, 'subject').includes('removed'));

  it('SW-11 tells the removed user of the account and all its groups, in exactly one mail', async () => {
    const { accountId, carl, adam } = world;
    for (const name of ['Purchasing', 'Licences']) {
      const groupId = await world.createGroup(name);
      applied(await adam.client.mutate('addGroupMember', { accountId, groupId, userId: carl.userId }));
    }
    await world.createGroup('Not his');
    const other = await accountWorld(mailing.muster, { preset: 'SOFTWAREONE', name: 'Other Inc' });
    await joinAccount(other, carl.userId, { groupIds: [await other.createGroup('Others')] });
    const address = await addressOf(carl.userId);
    const before = mailing.post.received.length;
    applied(await remove(carl.userId));
    await mailing.pass();
    const [mail, ...more] = mailing.post.received.slice(before);
    expect(more, 'one mail, and to nobody else').to.deep.equal([]);
    expect(mail?.recipients).to.deep.equal([address]);
    expect(mail?.headers).to.deep.include(['subject', 'You have been removed from Acme Ltd']);
    expect(mail?.body).to.include('Hello carl,').and.include('removed from the account “Acme Ltd”');
    const groups = mail?.body.split('\n').filter((line) => line.startsWith('  - '));
    expect(groups).to.have.members(['  - Everyone', '  - Purchasing', '  - Licences']);
    expect(mail?.body).not.to.match(/Other|Not his/);
    expect(await ledger(carl.userId)).to.have.lengthOf(1);
  });

  it('SW-11 exactly one, also after a repeat, a day, and a restart', async () => {
    const { userId } = world.carl;
    const address = await addressOf(userId);
    applied(await remove(userId, { idempotencyKey: 'once' }));
    await mailing.pass();
    expect((await remove(userId, { idempotencyKey: 'once' })).replayed).to.equal(true);
    expect((await remove(userId)).outcome).to.equal('UNCHANGED');
    await mailing.pass(24 * 60 * MINUTE_MS);
    await mailing.restart();
    await mailing.pass(24 * 60 * MINUTE_MS);
    expect(removalsTo(address)).to.have.lengthOf(1);
    expect((await ledger(userId)).map(({ status }: { status: string }) => status)).to.deep.equal(['SENT']);
  });

  it('SW-11 is sent after a restart when nobody took it before: once, under one Message-ID', async () => {
    const { userId } = world.carl;
    const address = await addressOf(userId);
    mailing.post.refusal = { at: 'RCPT', code: 451 };
    applied(await remove(userId));
    await mailing.pass();
    expect(removalsTo(address)).to.deep.equal([]);
    mailing.post.refusal = null;
    await mailing.restart();
    await mailing.pass(MINUTE_MS);
    const [mail, ...more] = removalsTo(address);
    expect(more).to.deep.equal([]);
    const [{ causeEventId, status, attempts }] = await ledger(userId);
    expect({ status, attempts }).to.deep.equal({ status: 'SENT', attempts: 2 });
    expect(mail === undefined ? '' : headerOf(mail, 'message-id')).to.include(causeEventId);
  });

  it('SW-11 every one of many removed at once gets his own', async () => {
    const { accountId, adam, carl, rita } = world;
    const users = [carl.userId, rita.userId, await world.add('Lea')];
    const before = mailing.post.received.length;
    const selection = [{ accountId, users }];
    const { counts } = await adam.client.bulk('removeUsers', { selection, confirmed: true });
    expect(counts).to.include({ applied: 3 });
    await mailing.pass();
    const recipients = mailing.post.received.slice(before).flatMap((mail) => mail.recipients);
    expect(recipients).to.have.lengthOf(3);
    expect(recipients).to.have.members(await Promise.all(users.map(addressOf)));
  });

  it('SW-13 follows the removal: its cause is the UserRemoved event', async () => {
    const { userId } = world.carl;
    const address = await addressOf(userId);
    const head = await mailing.muster.core.store.head();
    await world.adam.client.query('{ viewer { subject } }');
    const { events, position } = applied(await remove(userId));
    await mailing.pass();
    const removed = events.at(-1);
    expect(removed?.type).to.equal('UserRemoved');
    const [entry, ...more] = await ledger(userId);
    expect(more).to.deep.equal([]);
    expect(entry).to.deep.equal({
      causeEventId: removed?.id,
      causePosition: position,
      kind: 'REMOVAL',
      userId,
      status: 'SENT',
      attempts: 1,
    });
    const written = (await eventsAfter(mailing.muster, head)).filter(({ subjectId }) => subjectId === userId);
    expect(
      written.map(({ type }) => type),
      'in this order',
    ).to.deep.equal(['UserRemoved', 'MailRequested', 'MailSent']);
    for (const event of written.slice(1))
      expect(event).to.deep.nested.include({
        causationId: removed?.id,
        correlationId: written[0]?.correlationId,
        'data.causeEventId': removed?.id,
        stream: `effect-${removed?.id}`,
      });
    const [mail] = removalsTo(address);
    expect(mail === undefined ? '' : headerOf(mail, 'message-id')).to.equal(
      `<${removed?.id}@muster.example>`,
    );
  });

  it('SW-13 no removal, no mail: refused, tried out or not confirmed', async () => {
    const { carl, adam } = world;
    const before = mailing.post.received.length;
    await appendingNothing(mailing.muster, adam.client, async () => {
      expect((await remove(carl.userId, { dryRun: true })).outcome).to.equal('WOULD_APPLY');
      expect((await remove(carl.userId, { confirmed: false })).outcome).to.equal('REJECTED');
      expect((await remove(adam.userId)).outcome).to.equal('REJECTED');
    });
    await mailing.pass();
    expect(mailing.post.received).to.have.lengthOf(before);
    expect(await ledger(carl.userId)).to.deep.equal([]);
  });

  it('SW-13 the removal does not wait for it: who is removed is out, mail server or not', async () => {
    const { accountId, carl } = world;
    mailing.post.refusal = { at: 'DATA', code: 451 };
    applied(await remove(carl.userId));
    const query = 'query ($a: ID!, $u: ID!) { access(accountId: $a, userId: $u) { state } }';
    const asked = { a: accountId, u: carl.userId };
    expect((await carl.client.query(query, asked)).access).to.deep.equal({ state: 'NONE' });
    await mailing.pass();
    expect((await ledger(carl.userId)).map(({ status }: { status: string }) => status)).to.deep.equal([
      'REQUESTED',
    ]);
  });

  it('SW-13 is not sent to somebody who is in again before it went out', async () => {
    const { accountId, carl, olga } = world;
    const address = await addressOf(carl.userId);
    mailing.post.refusal = { at: 'RCPT', code: 451 };
    applied(await remove(carl.userId));
    await mailing.pass();
    applied(await olga.client.mutate('reinstateUser', { accountId, userId: carl.userId }));
    mailing.post.refusal = null;
    await mailing.pass(MINUTE_MS);
    expect(removalsTo(address)).to.deep.equal([]);
    expect((await ledger(carl.userId)).map(({ status }: { status: string }) => status)).to.deep.equal([
      'SUPPRESSED',
    ]);
  });

  it('SW-19 goes to somebody who was only invited too: exactly one, and the link is dead', async () => {
    const ivy = await invite(world, 'ivy', { groupIds: [await world.createGroup('Team')] });
    await mailing.pass();
    expect(mailing.mailsTo(ivy.email), 'the invitation').to.have.lengthOf(1);
    const token = await tokenFor(world, ivy.userId);
    expect(mailing.mailsTo(ivy.email)[0]?.body).to.include(token);
    const { events, message } = applied(await remove(ivy.userId));
    expect(message).to.equal(`${ivy.email} has been removed.`);
    await mailing.pass();
    const [mail, ...more] = removalsTo(ivy.email);
    expect(more).to.deep.equal([]);
    expect(mailing.mailsTo(ivy.email)).to.have.lengthOf(2);
    expect(mail?.headers).to.deep.include(['subject', 'You have been removed from Acme Ltd']);
    expect(mail?.body).to.include('You were in none of its groups.').and.not.include('Team');
    const removals = (await ledger(ivy.userId)).filter(({ kind }: { kind: string }) => kind === 'REMOVAL');
    expect(removals).to.have.lengthOf(1);
    expect(removals[0]).to.include({ causeEventId: events[0]?.id, status: 'SENT' });
    const late = await appendingNothing(mailing.muster, ivy.client, (client) =>
      client.mutate('acceptInvitation', { token }),
    );
    expect(late.userErrors.map(({ code }) => code)).to.deep.equal(['INVITATION_ENDED']);
    await mailing.restart();
    await mailing.pass();
    expect(mailing.mailsTo(ivy.email)).to.have.lengthOf(2);
  });

  it('SW-19 removed before the invitation went out, he hears of the removal only', async () => {
    mailing.post.refusal = { at: 'RCPT', code: 451 };
    const ivy = await invite(world, 'ida', { groupIds: [await world.createGroup('Team')] });
    applied(await remove(ivy.userId));
    await mailing.pass();
    mailing.post.refusal = null;
    await mailing.pass(MINUTE_MS);
    const subjects = mailing.mailsTo(ivy.email).map((mail) => headerOf(mail, 'subject'));
    expect(subjects).to.deep.equal(['You have been removed from Acme Ltd']);
    const query = `query ($a: ID!, $u: ID) { account(id: $a) { mails(userId: $u) { nodes { kind status reason } } } }`;
    const variables = { a: world.accountId, u: ivy.userId };
    expect((await mailing.muster.root.query(query, variables)).account.mails.nodes).to.have.deep.members([
      { kind: 'INVITATION', status: 'SUPPRESSED', reason: 'SUPERSEDED' },
      { kind: 'REMOVAL', status: 'SENT', reason: null },
    ]);
  });
});
