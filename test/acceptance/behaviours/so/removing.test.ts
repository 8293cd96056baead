import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { assign, partnerTechnical } from '../../../support/contact-duties.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

describe('SUPEROFFICE: removing', () => {
  let muster: TestMuster;
  let partner: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
  });

  const found = async (args: string) => {
    const { accountId, olga } = partner;
    const query = `query ($a: ID!) { account(id: $a) { users(${args}) {
      totalCount nodes { userId user { name email } } } } }`;
    const { users } = (await olga.client.query(query, { a: accountId })).account;
    expect(users.totalCount).to.equal(users.nodes.length);
    return users.nodes as readonly { userId: string; user: { name: string; email: string } }[];
  };
  const namesOf = (nodes: Awaited<ReturnType<typeof found>>) => nodes.map(({ user }) => user.name);
  const preview = async (userId: string) => {
    const { accountId, olga } = partner;
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) {
      token canCommit reassignmentRequired responsibilities { kind } missingSuccessors { kind } } }`;
    return (await olga.client.query(query, { a: accountId, u: userId })).offboardingPreview;
  };

  it('SO-7 finds the user in the partner’s list, by any part of name or address', async () => {
    const named = (name: string, email: string) => ({ person: { name, email: `${email}@example.test` } });
    await partner.add('Åse', named('Åse Nordmann', 'aase.nordmann'));
    await partner.add('Ole', named('Ole Nordmann', 'on'));
    const elsewhere = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    await elsewhere.add('Another Åse', named('Åse Nordmann', 'another.nordmann'));
    const nordmanns = ['Åse Nordmann', 'Ole Nordmann'];
    expect(namesOf(await found('first: 50'))).to.deep.equal(['olga', 'adam', 'carl', 'rita', ...nordmanns]);
    expect(namesOf(await found('search: "NORDM"'))).to.deep.equal(nordmanns);
    expect(namesOf(await found('search: "åse n"')), 'only this partner’s').to.deep.equal(['Åse Nordmann']);
    expect(namesOf(await found('search: "ON@EX"')), 'by address').to.deep.equal(['Ole Nordmann']);
    expect(await found('search: "nobody"')).to.deep.equal([]);
  });

  it('SO-7 the user found is the one removed, and is found among the removed from then on', async () => {
    const { accountId, olga } = partner;
    await partner.add('Lea Leaver');
    const [lea, ...others] = await found('search: "leaver"');
    expect(others).to.deep.equal([]);
    applied(await olga.client.mutate('removeUser', { accountId, userId: lea?.userId, confirmed: true }));
    expect(await found('search: "leaver"')).to.deep.equal([]);
    expect(await found('search: "leaver", status: [REMOVED]')).to.deep.equal([lea]);
    expect(namesOf(await found('status: [ACTIVE]'))).to.deep.equal(['olga', 'adam', 'carl', 'rita']);
  });

  it('SO-8 does nothing before YES, whatever else is sent along', async () => {
    const { accountId, olga, carl } = partner;
    for (const fields of [{}, { confirmed: false }, { confirmed: null }, { phrase: 'REMOVE' }]) {
      const answer = await appendingNothing(muster, olga.client, (client) =>
        client.mutate('removeUser', { accountId, userId: carl.userId, ...fields }),
      );
      expect(answer.outcome).to.equal('REJECTED');
      expect(answer.userErrors).to.have.lengthOf(1);
      expect(answer.userErrors[0], JSON.stringify(fields)).to.include({
        __typename: 'ConfirmationUserError',
        code: 'CONFIRMATION_REQUIRED',
        confirmation: 'FLAG',
        field: 'input.confirmed',
      });
      expect(await accessOf(olga.client, accountId, carl.userId)).to.include({ state: 'GRANTED' });
    }
    const yes = await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true });
    expect(typesOf(applied(yes))).to.deep.equal(['UserRemoved']);
    expect(await accessOf(olga.client, accountId, carl.userId)).to.include({ state: 'NONE' });
  });

  it('SO-8 asks for YES before it asks who takes over', async () => {
    const { accountId, olga, carl } = partner;
    await assign(partner, carl.userId, [partnerTechnical]);
    const answer = await appendingNothing(muster, olga.client, (client) =>
      client.mutate('removeUser', { accountId, userId: carl.userId }),
    );
    expect(answer.userErrors.map(({ code }) => code)).to.deep.equal(['CONFIRMATION_REQUIRED']);
  });

  it('SO-8 asks once for a selection too', async () => {
    const { accountId, olga, carl, rita } = partner;
    const before = await accountEvents(muster, accountId);
    const selection = [{ accountId, users: [carl.userId, rita.userId] }];
    const answer = await olga.client.bulk('removeUsers', { selection });
    expect(answer.outcome).to.equal('REJECTED');
    expect(answer.userErrors.map(({ code }) => code)).to.deep.equal(['CONFIRMATION_REQUIRED']);
    expect(await accountEvents(muster, accountId)).to.deep.equal(before);
    const yes = await olga.client.bulk('removeUsers', { selection, confirmed: true });
    expect(yes.counts).to.include({ applied: 2 });
  });

  it('SO-16 is one step for somebody who is no contact: exactly one UserRemoved', async () => {
    const { accountId, olga, adam, carl } = partner;
    await assign(partner, adam.userId, [partnerTechnical]);
    expect(await preview(carl.userId)).to.deep.include({
      canCommit: true,
      reassignmentRequired: false,
      responsibilities: [],
      missingSuccessors: [],
    });
    const head = await muster.core.store.head();
    const answer = await olga.client.mutate('removeUser', {
      accountId,
      userId: carl.userId,
      confirmed: true,
    });
    const written = await eventsAfter(muster, head);
    expect(written.map(({ type }) => type)).to.deep.equal(['UserRemoved']);
    expect(written[0]).to.deep.nested.include({
      accountId,
      subjectId: carl.userId,
      'actor.id': olga.userId,
      'data.userId': carl.userId,
      'data.snapshot.responsibilities': [],
    });
    expect(typesOf(applied(answer))).to.deep.equal(['UserRemoved']);
  });

  it('SO-16 asks for no successor, and passes over one who is named for all', async () => {
    const { accountId, olga, adam, carl, rita } = partner;
    const input = { accountId, confirmed: true, successors: { forAll: adam.userId } };
    const answer = applied(await olga.client.mutate('removeUser', { ...input, userId: carl.userId }));
    expect(typesOf(answer)).to.deep.equal(['UserRemoved']);
    const each = [{ responsibility: { kind: 'ACCOUNT_TECHNICAL_CONTACT' }, userId: adam.userId }];
    const refused = await appendingNothing(muster, olga.client, (client) =>
      client.mutate('removeUser', { ...input, userId: rita.userId, successors: { each } }),
    );
    expect(refused.userErrors[0]).to.include({
      code: 'RESPONSIBILITY_NOT_HELD',
      field: 'input.successors.each.0',
    });
  });

  it('SO-16 once is enough: a repeat writes nothing', async () => {
    const { accountId, olga, carl } = partner;
    const input = { accountId, userId: carl.userId, confirmed: true };
    applied(await olga.client.mutate('removeUser', input));
    const again = await appendingNothing(muster, olga.client, (client) => client.mutate('removeUser', input));
    expect(again.outcome).to.equal('UNCHANGED');
  });

  it('SO-16 twice at the same time writes it once', async () => {
    const { accountId, olga, adam, carl } = partner;
    const input = { accountId, userId: carl.userId, confirmed: true };
    const answers = await Promise.all(
      [olga, adam, olga, adam].map(({ client }) => client.mutate('removeUser', input)),
    );
    expect(answers.map(({ outcome }) => outcome).sort()).to.deep.equal([
      'APPLIED',
      ...Array(3).fill('UNCHANGED'),
    ]);
    const removals = (await accountEvents(muster, accountId)).filter(({ type }) => type === 'UserRemoved');
    expect(removals).to.have.lengthOf(1);
  });
});
