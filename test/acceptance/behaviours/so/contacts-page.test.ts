import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import {
  assign,
  type Duty,
  dutiesOf,
  holdersOf,
  partnerAdministrative,
  partnerTechnical,
  technicalOf,
} from '../../../support/contact-duties.js';
import { accountEvents } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

interface Contact {
  readonly userId: string;
  readonly applicationCount: number;
  readonly isTechnicalContact: boolean;
  readonly isAdministrativeContact: boolean;
}

describe('SUPEROFFICE: the page of contacts', () => {
  let muster: TestMuster;
  let partner: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
  });

  const to = (userId: string) => (responsibility: Duty) => ({ responsibility, userId });
  const reassign = (reassignments: readonly object[]) => {
    const { accountId, adam } = partner;
    return adam.client.mutate('reassignContacts', { accountId, reassignments });
  };
  const removeCarl = (fields: object = {}) => {
    const { accountId, olga, carl } = partner;
    return olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true, ...fields });
  };
  const applicationsOf = async (userId: string, names: readonly string[]): Promise<readonly Duty[]> => {
    const duties: Duty[] = [];
    for (const name of names) duties.push(technicalOf(await partner.registerApplication(name, userId)));
    return duties;
  };
  const contacts = async (page = ''): Promise<readonly Contact[]> => {
    const query = `query ($a: ID!) { account(id: $a) { contacts${page} {
      totalCount nodes { userId applicationCount isTechnicalContact isAdministrativeContact } } } }`;
    const { account } = await partner.rita.client.query(query, { a: partner.accountId });
    return account.contacts.nodes;
  };
  const contact = (userId: string, applicationCount: number, also: Partial<Contact> = {}): Contact => ({
    userId,
    applicationCount,
    isTechnicalContact: false,
    isAdministrativeContact: false,
    ...also,
  });

  it('SO-14 all technical contacts are reviewed and updated first, then a plain remove passes', async () => {
    const { adam, carl } = partner;
    const technical = [...(await applicationsOf(carl.userId, ['Shop', 'Wiki'])), partnerTechnical];
    await assign(partner, carl.userId, [partnerTechnical]);
    expect(codesOf(await removeCarl())).to.deep.equal(['REASSIGNMENT_REQUIRED']);
    const updated = applied(await reassign(technical.map(to(adam.userId))));
    expect(typesOf(updated)).to.deep.equal(Array(3).fill('ContactReassigned'));
    expect(updated.message).to.equal('The contacts have been reassigned.');
    expect(typesOf(applied(await removeCarl()))).to.deep.equal(['UserRemoved']);
    expect(await holdersOf(partner, technical)).to.deep.equal(Array(3).fill(adam.userId));
  });

  it('SO-14 the page needs no removal: whoever handed everything over stays', async () => {
    const { accountId, adam, carl, olga } = partner;
    const [shop] = (await applicationsOf(carl.userId, ['Shop'])) as [Duty];
    applied(await reassign([to(adam.userId)(shop)]));
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status responsibilities { kind } } }`;
    const { membership } = await olga.client.query(query, { a: accountId, u: carl.userId });
    expect(membership).to.deep.equal({ status: 'ACTIVE', responsibilities: [] });
    expect((await accountEvents(muster, accountId)).map(({ type }) => type)).not.to.include('UserRemoved');
  });

  it('SO-19 lists the contacts, each with the number of applications', async () => {
    const { adam, carl, rita } = partner;
    await applicationsOf(carl.userId, ['Shop', 'Wiki', 'Crm']);
    await applicationsOf(adam.userId, ['Desk']);
    await assign(partner, carl.userId, [partnerAdministrative]);
    await assign(partner, rita.userId, [partnerTechnical]);
    const everybody = [
      contact(adam.userId, 1),
      contact(carl.userId, 3, { isAdministrativeContact: true }),
      contact(rita.userId, 0, { isTechnicalContact: true }),
    ];
    expect(await contacts()).to.have.deep.members(everybody);
    const elsewhere = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    await elsewhere.registerApplication('Elsewhere', elsewhere.carl.userId);
    expect(await contacts(), 'only this partner’s').to.have.deep.members(everybody);
  });

  it('SO-19 comes page by page, each once, and counts', async () => {
    const { accountId, adam, carl, rita, olga } = partner;
    for (const [i, { userId }] of [adam, carl, rita, olga].entries())
      await applicationsOf(userId, [`Application ${i}`]);
    const query = `query ($a: ID!, $after: String) { account(id: $a) { contacts(first: 3, after: $after) {
      totalCount nodes { userId } pageInfo { endCursor hasNextPage } } } }`;
    const first = (await rita.client.query(query, { a: accountId })).account.contacts;
    expect(first).to.deep.include({ totalCount: 4 });
    expect(first.pageInfo.hasNextPage).to.equal(true);
    const after = first.pageInfo.endCursor;
    const rest = (await rita.client.query(query, { a: accountId, after })).account.contacts;
    expect(rest.pageInfo.hasNextPage).to.equal(false);
    const ids = [...first.nodes, ...rest.nodes].map(({ userId }: { userId: string }) => userId);
    expect(ids).to.have.lengthOf(4);
    expect(ids).to.have.members([adam, carl, rita, olga].map(({ userId }) => userId));
  });

  it('SO-19 a subset may be reassigned, repeatedly, to several successors; the rest stays', async () => {
    const { adam, carl, rita } = partner;
    const duties = await applicationsOf(carl.userId, ['Shop', 'Wiki', 'Crm', 'Desk', 'Blog']);
    const [shop, wiki, crm] = duties as [Duty, Duty, Duty];
    applied(await reassign([to(adam.userId)(shop), to(rita.userId)(wiki)]));
    expect(await contacts()).to.have.deep.members([
      contact(carl.userId, 3),
      contact(adam.userId, 1),
      contact(rita.userId, 1),
    ]);
    applied(await reassign([to(rita.userId)(crm), to(rita.userId)(shop)]));
    expect(await contacts()).to.have.deep.members([contact(carl.userId, 2), contact(rita.userId, 3)]);
    expect(await holdersOf(partner, duties)).to.deep.equal([
      ...Array(3).fill(rita.userId),
      ...Array(2).fill(carl.userId),
    ]);
    const still = await removeCarl();
    expect(still.userErrors[0]?.responsibilities, 'the rest still needs somebody').to.have.deep.members(
      duties.slice(3),
    );
  });

  it('SO-19 each time all or none; what is so already writes nothing', async () => {
    const { accountId, adam, carl, stranger } = partner;
    const [shop, wiki] = (await applicationsOf(carl.userId, ['Shop', 'Wiki'])) as [Duty, Duty];
    const outsider = (await stranger.query('{ viewer { user { id } } }')).viewer.user.id;
    const refused = await appendingNothing(muster, adam.client, () =>
      reassign([to(adam.userId)(shop), to(outsider)(wiki)]),
    );
    expect(refused.userErrors[0]).to.include({
      code: 'INVALID_SUCCESSOR',
      field: 'input.reassignments.1.userId',
    });
    const unchanged = await appendingNothing(muster, adam.client, () => reassign([to(carl.userId)(shop)]));
    expect(unchanged.outcome).to.equal('UNCHANGED');
    const denied = await appendingNothing(muster, carl.client, (client) =>
      client.mutate('reassignContacts', { accountId, reassignments: [to(adam.userId)(shop)] }),
    );
    expect(denied.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'contacts.reassign' });
  });

  it('SO-20 an application has a technical contact from the start', async () => {
    const { accountId, olga, carl } = partner;
    const none = await appendingNothing(muster, olga.client, (client) =>
      client.mutate('registerApplication', { accountId, name: 'Shop' }),
    );
    expect(codesOf(none)).to.deep.equal(['CONTACT_REQUIRED']);
    const [shop] = (await applicationsOf(carl.userId, ['Shop'])) as [Duty];
    const types = (await accountEvents(muster, accountId)).slice(-2).map(({ type }) => type);
    expect(types, 'in one append').to.deep.equal(['ApplicationRegistered', 'ContactAssigned']);
    expect(await holdersOf(partner, [shop])).to.deep.equal([carl.userId]);
  });

  it('SO-20 exactly one: a second one beside the first is refused, for application and partner', async () => {
    const { accountId, adam, carl, olga } = partner;
    const duties = [...(await applicationsOf(carl.userId, ['Shop'])), partnerTechnical];
    await assign(partner, carl.userId, [partnerTechnical]);
    for (const responsibility of duties) {
      const answer = await appendingNothing(muster, olga.client, (client) =>
        client.mutate('assignContact', { accountId, responsibility, userId: adam.userId }),
      );
      expect(codesOf(answer)).to.deep.equal(['CONTACT_ALREADY_ASSIGNED']);
    }
    const listed = (await dutiesOf(partner)).filter(({ kind }) => kind !== 'ACCOUNT_ADMINISTRATIVE_CONTACT');
    expect(listed).to.have.deep.members(duties.map((duty) => ({ ...duty, holder: carl.userId })));
  });

  it('SO-20 two who give it away at the same time: one after the other, and one holds it', async () => {
    const { accountId, adam, olga, carl, rita } = partner;
    const [shop] = (await applicationsOf(carl.userId, ['Shop'])) as [Duty];
    const give = (userId: string) =>
      olga.client.mutate('reassignContacts', { accountId, reassignments: [to(userId)(shop)] });
    await Promise.all([adam, rita, olga, adam, rita].map(({ userId }) => give(userId)));
    const moves = (await accountEvents(muster, accountId)).filter(({ type }) => type === 'ContactReassigned');
    let holder = carl.userId;
    for (const { data } of moves) {
      expect(data.fromUserId, 'each takes it from whom the one before gave it to').to.equal(holder);
      holder = data.toUserId;
    }
    expect(await holdersOf(partner, [shop])).to.deep.equal([holder]);
  });

  it('SO-20 is never shown vacant: not after a removal, nor at any moment of it', async () => {
    const { accountId, adam, carl, olga } = partner;
    const duties = [...(await applicationsOf(carl.userId, ['Shop', 'Wiki'])), partnerTechnical];
    await assign(partner, carl.userId, [partnerTechnical]);
    applied(await removeCarl({ successors: { forAll: adam.userId } }));
    const query = `query ($a: ID!, $at: AsOfInput) { account(id: $a) {
      responsibilities(asOf: $at) { nodes { kind user { id } } }
      applications { nodes { technicalContact { id } } } } }`;
    const steps = (await accountEvents(muster, accountId)).filter(({ type }) =>
      ['ContactReassigned', 'UserRemoved'].includes(type),
    );
    expect(steps).to.have.lengthOf(4);
    const read = async (at: { at: string; knownAt: string } | null) => {
      const variables = { a: accountId, at };
      const { account } = await olga.client.query(query, variables);
      const holders = account.responsibilities.nodes
        .filter(({ kind }: { kind: string }) => kind !== 'ACCOUNT_ADMINISTRATIVE_CONTACT')
        .map(({ user }: { user: { id: string } | null }) => user?.id);
      expect(holders).to.deep.equal(Array(duties.length).fill(adam.userId));
      return account.applications.nodes;
    };
    for (const { occurredAt, recordedAt } of steps) await read({ at: occurredAt, knownAt: recordedAt });
    expect(await read(null)).to.deep.equal(Array(2).fill({ technicalContact: { id: adam.userId } }));
  });

  it('SO-20 an account in which one is vacant cannot take these rules on', async () => {
    const vacant = await accountWorld(muster, {
      policy: {
        responsibilities: { remove: 'ALLOW_VACANT', deactivate: 'ALLOW_VACANT', delete: 'ALLOW_VACANT' },
      },
    });
    const { accountId, olga, adam, carl } = vacant;
    const shop = technicalOf(await vacant.registerApplication('Shop', carl.userId));
    const removal = { accountId, userId: carl.userId, confirmed: true };
    expect(typesOf(applied(await olga.client.mutate('removeUser', removal)))).to.include('ContactVacated');
    const change = { accountId, preset: 'SUPEROFFICE' };
    const refused = await appendingNothing(muster, olga.client, (client) =>
      client.mutate('changePolicy', change),
    );
    expect(refused.userErrors[0]).to.deep.include({
      code: 'CONTACT_WOULD_BE_VACANT',
      responsibilities: [shop],
    });
    await assign(vacant, adam.userId, [shop]);
    applied(await olga.client.mutate('changePolicy', change));
  });

  it('SO-23 covers technical contacts only: removal asks for the administrative one afterwards', async () => {
    const { adam, olga, carl } = partner;
    const technical = [...(await applicationsOf(carl.userId, ['Shop', 'Wiki'])), partnerTechnical];
    await assign(partner, carl.userId, [partnerTechnical, partnerAdministrative]);
    const all = await removeCarl();
    expect(all.userErrors[0]?.responsibilities).to.have.deep.members([...technical, partnerAdministrative]);
    applied(await reassign(technical.map(to(adam.userId))));
    const answer = await appendingNothing(muster, olga.client, () => removeCarl());
    expect(answer.userErrors[0]).to.deep.include({
      code: 'REASSIGNMENT_REQUIRED',
      responsibilities: [partnerAdministrative],
    });
    const settled = { successors: { each: [to(adam.userId)(partnerAdministrative)] } };
    expect(typesOf(applied(await removeCarl(settled)))).to.deep.equal(['ContactReassigned', 'UserRemoved']);
  });
});
