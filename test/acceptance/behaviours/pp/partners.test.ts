import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { invite } from '../../../support/invitee.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';
import { addSupplier, type Supplier } from '../../../support/supplier.js';

const phrase = 'DEACTIVATE';
const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';

const list = `query ($a: [ID!], $status: [MembershipStatus!], $role: [Role!], $kind: [MemberKind!],
    $search: String, $first: Int, $after: String) {
  memberships(accountIds: $a, status: $status, role: $role, kind: $kind, search: $search,
      first: $first, after: $after) {
    totalCount csv pageInfo { hasNextPage endCursor }
    nodes { accountId userId status user { name email } } } }`;

interface Node {
  readonly accountId: string;
  readonly userId: string;
  readonly status: string;
  readonly user: { readonly name: string; readonly email: string };
}

describe('PARTNER_PORTAL: the supplier works over all partners', () => {
  let muster: TestMuster;
  let partners: readonly AccountWorld[];
  let acme: AccountWorld;
  let beta: AccountWorld;
  let supplier: Supplier;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    acme = await accountWorld(muster, { preset: 'PARTNER_PORTAL', name: 'Acme' });
    beta = await accountWorld(muster, { preset: 'PARTNER_PORTAL', name: 'Beta' });
    partners = [acme, beta];
    supplier = await addSupplier(muster, partners);
  });

  const select = (...people: readonly (readonly [AccountWorld, ...string[]])[]) =>
    people.map(([{ accountId }, ...users]) => ({ accountId, users }));
  const carls = () => select([acme, acme.carl.userId], [beta, beta.carl.userId]);
  const bulk = (mutation: string, selection: readonly object[], fields: object = { phrase }) =>
    supplier.client.bulk(mutation, { selection, ...fields });
  const carlsAre = async (status: string) => {
    for (const partner of partners)
      expect(await membershipOf(partner, partner.carl.userId)).to.deep.equal({ status });
  };
  const ask = async (variables: Readonly<Record<string, unknown>> = {}, client = supplier.client) =>
    (await client.query(list, variables)).memberships as {
      readonly totalCount: number;
      readonly csv: string;
      readonly nodes: readonly Node[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  const names = async (variables: Readonly<Record<string, unknown>> = {}) =>
    (await ask(variables)).nodes.map(({ user }) => user.name);
  /** People straight into the log: what is measured is the bulk operation. */
  const addMany = async ({ accountId }: AccountWorld, count: number): Promise<readonly string[]> => {
    const userIds = Array.from({ length: count }, () => crypto.randomUUID());
    for (let from = 0; from < count; from += 250)
      await muster.core.application.accounts.execute({
        accountId,
        actor: { kind: 'SYSTEM', id: 'test' },
        commands: userIds.slice(from, from + 250).map((userId) => ({
          type: 'addUser',
          userId,
          membershipId: crypto.randomUUID(),
          kind: 'STANDARD',
          role: 'REVIEWER',
          permissions: [],
          groupIds: [],
        })),
      });
    return userIds;
  };

  it('PP-7 deactivates and activates users of several partners at once, each in its own stream', async () => {
    for (const [mutation, event, status] of [
      ['deactivateUsers', 'UserDeactivated', 'INACTIVE'],
      ['reactivateUsers', 'UserReactivated', 'ACTIVE'],
    ] as const) {
      const head = await muster.core.store.head();
      const answer = await bulk(mutation, carls());
      expect(answer).to.deep.include({
        outcome: 'APPLIED',
        counts: { applied: 2, unchanged: 0, rejected: 0, notAttempted: 0 },
      });
      const written = (await eventsAfter(muster, head)).filter(({ stream }) => stream.startsWith('account-'));
      expect(written.map(({ type, stream, subjectId }) => [type, stream, subjectId])).to.have.deep.members(
        partners.map(({ accountId, carl }) => [event, `account-${accountId}`, carl.userId]),
      );
      await carlsAre(status);
    }
  });

  it('PP-7 a person in both partners is deactivated where he was named, and only there', async () => {
    await joinAccount(beta, acme.carl.userId);
    await bulk('deactivateUsers', select([acme, acme.carl.userId]));
    expect(await membershipOf(acme, acme.carl.userId)).to.deep.equal({ status: 'INACTIVE' });
    expect(await membershipOf(beta, acme.carl.userId)).to.deep.equal({ status: 'ACTIVE' });
  });

  it('PP-7 “as appropriate”: of a mix the active are deactivated and the inactive activated, the rest is passed over', async () => {
    await bulk('deactivateUsers', select([acme, acme.carl.userId]));
    const off = await bulk('deactivateUsers', carls());
    expect(off.items.map(({ outcome }) => outcome)).to.deep.equal(['UNCHANGED', 'APPLIED']);
    await bulk('reactivateUsers', select([beta, beta.carl.userId]));
    const on = await bulk('reactivateUsers', carls());
    expect(on.items.map(({ outcome }) => outcome)).to.deep.equal(['APPLIED', 'UNCHANGED']);
    const again = await bulk('reactivateUsers', carls());
    expect(again).to.deep.include({ outcome: 'UNCHANGED', userErrors: [] });
    await carlsAre('ACTIVE');
  });

  it('PP-7, D3-18 within one partner too, where another policy refuses the mix as a whole', async () => {
    const { accountId, olga, carl, rita } = acme;
    const both = select([acme, carl.userId, rita.userId]);
    await bulk('deactivateUsers', select([acme, carl.userId]));
    const policy = { bulkMixedSelection: 'REJECT' };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    const refused = await appendingNothing(muster, supplier.client, () => bulk('deactivateUsers', both));
    expect(refused.userErrors[0]?.code).to.equal('BULK_MIXED_SELECTION');
    const skip = { bulkMixedSelection: 'SKIP_INAPPLICABLE' };
    applied(await olga.client.mutate('changePolicy', { accountId, policy: skip }));
    const answer = await bulk('deactivateUsers', both);
    expect(answer.items.map(({ outcome }) => outcome)).to.deep.equal(['UNCHANGED', 'APPLIED']);
  });

  it('PP-7, PP-6 whom it does not apply to is passed over: the invited stay so, the active are not deleted', async () => {
    const { accountId, carl, rita } = acme;
    const { userId: ivy } = await invite(acme);
    const off = await bulk('deactivateUsers', select([acme, carl.userId, ivy]));
    expect(off.items.map(({ outcome }) => outcome)).to.deep.equal(['APPLIED', 'UNCHANGED']);
    const gone = await bulk('deleteUsers', select([acme, rita.userId, carl.userId]), {});
    expect(gone.items.map(({ outcome }) => outcome)).to.deep.equal(['UNCHANGED', 'APPLIED']);
    const ended = (await accountEvents(muster, accountId)).filter(({ type }) => type === 'UserDeleted');
    expect(ended.map(({ subjectId }) => subjectId)).to.deep.equal([carl.userId]);
    for (const [userId, status] of [
      [ivy, 'INVITED'],
      [rita.userId, 'ACTIVE'],
    ] as const)
      expect(await membershipOf(acme, userId)).to.deep.equal({ status });
  });

  it('PP-7 whom one may not see is refused like whom there is not; the others go ahead', async () => {
    const foreign = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const answers = [];
    for (const { accountId, userId } of [
      { accountId: foreign.accountId, userId: foreign.carl.userId },
      { accountId: unknownId, userId: foreign.carl.userId },
    ]) {
      const selection = [...select([acme, acme.carl.userId]), { accountId, users: [userId] }];
      answers.push((await bulk('deactivateUsers', selection, { phrase, dryRun: true })).items);
    }
    const [known, unknown] = answers;
    expect(known?.map(({ outcome }) => outcome)).to.deep.equal(['APPLIED', 'REJECTED']);
    expect(known?.[1]?.userErrors).to.deep.equal(unknown?.[1]?.userErrors);
    expect(await membershipOf(foreign, foreign.carl.userId)).to.deep.equal({ status: 'ACTIVE' });
  });

  it('PP-8 the list is filtered by status, over all partners and within one', async () => {
    const { carl, olga, rita } = acme;
    await bulk('deactivateUsers', select([acme, carl.userId, rita.userId], [beta, beta.adam.userId]));
    applied(await supplier.client.mutate('deleteUser', { accountId: acme.accountId, userId: rita.userId }));
    expect(await names({ status: ['INACTIVE'] })).to.deep.equal(['carl', 'adam']);
    expect(await names({ status: ['DELETED'] })).to.deep.equal(['rita']);
    expect(await names({ status: ['ACTIVE'], a: [acme.accountId] })).to.deep.equal(['olga', 'adam']);
    expect(await names({ status: ['ACTIVE', 'INACTIVE'], a: [acme.accountId] })).to.deep.equal([
      'olga',
      'adam',
      'carl',
    ]);
    expect((await ask({ status: ['INACTIVE'] })).totalCount).to.equal(2);
    const query = `query ($a: ID!, $s: [MembershipStatus!]) { account(id: $a) { users(status: $s) {
      nodes { user { name } } } } }`;
    const { account } = await olga.client.query(query, { a: acme.accountId, s: ['INACTIVE'] });
    expect(account.users.nodes).to.deep.equal([{ user: { name: 'carl' } }]);
  });

  it('PP-12 the supplier acts in every partner with what its role allows, as himself', async () => {
    for (const { accountId, carl } of partners) {
      const answer = applied(
        await supplier.client.mutate('deactivateUser', { accountId, userId: carl.userId }),
      );
      expect(typesOf(answer)).to.deep.equal(['UserDeactivated']);
      const event = (await accountEvents(muster, accountId)).at(-1);
      expect(event?.actor).to.include({ kind: 'USER', id: supplier.userId });
    }
  });

  it('PP-12 never above its rank, nor in partners it does not operate, nor of other suppliers', async () => {
    const foreign = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const other = await addSupplier(muster, [foreign]);
    const on = ({ accountId }: AccountWorld, userId: string, client = supplier.client) =>
      appendingNothing(muster, client, () => client.mutate('deactivateUser', { accountId, userId }));
    expect(codesOf(await on(acme, acme.olga.userId))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
    expect(codesOf(await on(foreign, foreign.carl.userId))).to.deep.equal(['NOT_FOUND']);
    expect(codesOf(await on(acme, acme.carl.userId, other.client))).to.deep.equal(['NOT_FOUND']);
    expect(
      codesOf(await on(beta, beta.carl.userId, acme.olga.client)),
      'nor a partner in another',
    ).to.deep.equal(['NOT_FOUND']);
  });

  it('PP-12 only with accounts.operate, only while a member there, only while linked', async () => {
    const { accountId, carl } = acme;
    const attempt = () => supplier.client.mutate('deactivateUser', { accountId, userId: carl.userId });
    const refused = async (client = supplier.client) =>
      expect(
        codesOf(
          await appendingNothing(muster, client, () =>
            client.mutate('deactivateUser', { accountId, userId: carl.userId }),
          ),
        ),
      ).to.deep.equal(['NOT_FOUND']);
    const unauthorised = await addSupplier(muster, [acme], { permissions: [] });
    await refused(unauthorised.client);
    const operator = { accountId: supplier.accountId, userId: supplier.userId, confirmed: true };
    applied(await muster.root.mutate('deactivateUser', operator));
    await refused();
    applied(await muster.root.mutate('reactivateUser', operator));
    const link = { accountId, operatorAccountId: supplier.accountId };
    applied(await muster.root.mutate('unlinkOperator', link));
    await refused();
    applied(await muster.root.mutate('linkOperator', link));
    applied(await attempt());
  });

  it('PP-13 to deactivate in bulk the word is typed; anything else is no confirmation', async () => {
    const wrong = [{}, { confirmed: true }, { phrase: '' }, { phrase: 'deactivate' }, { phrase: 'DELETE' }];
    for (const fields of wrong) {
      const answer = await appendingNothing(muster, supplier.client, () =>
        bulk('deactivateUsers', carls(), fields),
      );
      expect(answer.userErrors[0], JSON.stringify(fields)).to.include({
        code: 'CONFIRMATION_REQUIRED',
        confirmation: 'TYPED_PHRASE',
      });
    }
    await carlsAre('ACTIVE');
    expect((await bulk('deactivateUsers', carls())).counts).to.include({ applied: 2 });
    const back = await bulk('reactivateUsers', carls(), {});
    expect(back.counts, 'activating asks for nothing').to.include({ applied: 2 });
  });

  it('PP-13 a thousand at once, over several partners; one more is refused with the numbers', async () => {
    const inAcme = await addMany(acme, 500);
    const inBeta = await addMany(beta, 501);
    const refused = await appendingNothing(muster, supplier.client, () =>
      bulk('deactivateUsers', select([acme, ...inAcme], [beta, ...inBeta])),
    );
    expect(refused.userErrors[0]).to.include({
      code: 'BULK_LIMIT_EXCEEDED',
      limit: 1_000,
      requested: 1_001,
    });
    const answer = await bulk('deactivateUsers', select([acme, ...inAcme], [beta, ...inBeta.slice(1)]));
    expect(answer.counts).to.deep.equal({ applied: 1_000, unchanged: 0, rejected: 0, notAttempted: 0 });
    expect((await ask({ status: ['INACTIVE'] })).totalCount).to.equal(1_000);
  }).timeout(60_000);

  it('PP-16 one list holds all users of all partners, and nobody else’s', async () => {
    const foreign = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const { nodes, totalCount } = await ask();
    const everybody = ['olga', 'adam', 'carl', 'rita'] as const;
    const expected = [
      ...partners.flatMap((partner) =>
        everybody.map((name) => [partner.accountId, partner[name].userId] as const),
      ),
      [supplier.accountId, supplier.userId] as const,
    ];
    expect(nodes.map(({ accountId, userId }) => [accountId, userId])).to.have.deep.members(expected);
    expect(totalCount).to.equal(expected.length);
    expect(nodes.map(({ accountId }) => accountId)).not.to.include(foreign.accountId);
  });

  it('PP-16 page by page each comes once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo } = await ask({ first: 4, after });
      seen.push(...nodes.map(({ accountId, userId }) => `${accountId} ${userId}`));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).to.have.lengthOf(9);
    expect(new Set(seen).size).to.equal(9);
  });

  it('PP-16 it is filtered by partner, role, kind, name and address, and all of them together', async () => {
    await acme.add('Sasha Sommer', { kind: 'SSO' });
    await beta.add('Sasha Winter', { role: 'ADMIN' });
    const a = [beta.accountId];
    expect(await names({ a })).to.deep.equal(['olga', 'adam', 'carl', 'rita', 'Sasha Winter']);
    expect(await names({ role: ['OWNER'] })).to.deep.equal(['olga', 'olga']);
    expect(await names({ kind: ['SSO'] })).to.deep.equal(['Sasha Sommer']);
    expect(await names({ search: 'sasha' })).to.deep.equal(['Sasha Sommer', 'Sasha Winter']);
    const { nodes } = await ask({ search: 'sommer' });
    expect(await names({ search: nodes[0]?.user.email })).to.deep.equal(['Sasha Sommer']);
    expect(await names({ search: 'sasha', role: ['ADMIN'], status: ['ACTIVE'], a })).to.deep.equal([
      'Sasha Winter',
    ]);
    expect(await names({ search: 'sasha', role: ['OWNER'] })).to.deep.equal([]);
  });

  it('PP-16 it is exported with the same filters: a line for each, with name, partner and status', async () => {
    await bulk('deactivateUsers', carls());
    const { csv, nodes } = await ask({ status: ['INACTIVE'] });
    const [header, ...lines] = csv.trimEnd().split('\r\n');
    const columns = (header ?? '').split(',');
    const table = lines.map((line) => {
      const cells = line.split(',');
      return Object.fromEntries(columns.map((column, index) => [column, cells[index]]));
    });
    expect(table).to.have.lengthOf(2);
    for (const [index, { accountId, userId, user }] of nodes.entries())
      expect(table[index]).to.include({
        accountId,
        account: ['Acme', 'Beta'][index],
        userId,
        name: user.name,
        email: user.email,
        status: 'INACTIVE',
      });
  });
});
