import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('operator accounts', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let operatorAccountId: string;
  let opal: GraphqlClient;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  beforeEach(async () => {
    world = await accountWorld(muster);
    const { account } = applied(
      await muster.root.mutate('createAccount', { name: 'Operators', kind: 'OPERATOR' }, 'account { id }'),
    );
    operatorAccountId = account.id;
    const email = `opal.${operatorAccountId}@example.test`;
    const opalAsAdmin = {
      accountId: operatorAccountId,
      person: { email, name: 'Opal' },
      role: 'ADMIN',
      permissions: ['accounts.operate'],
    };
    applied(await muster.root.mutate('addUser', opalAsAdmin));
    opal = await muster.client({ subject: email, email });
  });

  const link = () => muster.root.mutate('linkOperator', { accountId: world.accountId, operatorAccountId });
  const unlink = () =>
    muster.root.mutate('unlinkOperator', { accountId: world.accountId, operatorAccountId });
  const accountSeenByOpal = async () =>
    (await opal.query('query ($a: ID!) { account(id: $a) { users { totalCount } } }', { a: world.accountId }))
      .account;

  it('PP-12 let their members see and act on the accounts they operate, and on no others', async () => {
    expect(await accountSeenByOpal()).to.equal(null);
    expect(applied(await link()).events.map(({ type }) => type)).to.deep.equal(['OperatorLinked']);
    expect(await accountSeenByOpal()).to.deep.equal({ users: { totalCount: 4 } });
    const { accountId, carl } = world;
    applied(await opal.mutate('deactivateUser', { accountId, userId: carl.userId, confirmed: true }));
    const elsewhere = await accountWorld(muster);
    const refused = await opal.mutate('createGroup', { accountId: elsewhere.accountId, name: 'Mine' });
    expect(refused.userErrors[0]?.code).to.equal('NOT_FOUND');
  });

  it('are listed with the account, by name only for whoever may see them', async () => {
    applied(await link());
    const query =
      'query ($a: ID!) { account(id: $a) { operators { totalCount nodes { accountId account { name } } } } }';
    const seenBy = async (client: GraphqlClient) =>
      (await client.query(query, { a: world.accountId })).account.operators;
    const root = { accountId: muster.rootAccountId, account: null };
    const nodes = (name: { name: string } | null) =>
      [root, { accountId: operatorAccountId, account: name }].sort((a, b) =>
        a.accountId < b.accountId ? -1 : 1,
      );
    expect(await seenBy(opal)).to.deep.equal({ totalCount: 2, nodes: nodes({ name: 'Operators' }) });
    expect(await seenBy(world.rita.client)).to.deep.equal({ totalCount: 2, nodes: nodes(null) });
  });

  it('are named in the audit log of what their members have done', async () => {
    applied(await link());
    const { accountId, olga, carl, rita } = world;
    const { position } = applied(await opal.mutate('freezeUser', { accountId, userId: carl.userId }));
    applied(await olga.client.mutate('freezeUser', { accountId, userId: rita.userId }));
    const query = `query ($a: ID!, $p: Position) { auditLog(accountId: $a, minPosition: $p, filter: { types: ["UserFrozen"] }) {
      nodes { subject { id } authority { via operatorAccountId operatorAccount { name } } } } }`;
    const entries = async (client: GraphqlClient) =>
      (await client.query(query, { a: accountId, p: position })).auditLog.nodes;
    const own = {
      subject: { id: rita.userId },
      authority: { via: 'OWN', operatorAccountId: null, operatorAccount: null },
    };
    const asOperator = (operatorAccount: object | null) => ({
      subject: { id: carl.userId },
      authority: { via: 'OPERATOR', operatorAccountId, operatorAccount },
    });
    expect(await entries(opal)).to.deep.equal([own, asOperator({ name: 'Operators' })]);
    expect(await entries(olga.client)).to.deep.equal([own, asOperator(null)]);
  });

  it('list what they operate among the accounts of their members, page by page', async () => {
    const others = [await accountWorld(muster), await accountWorld(muster)].map(({ accountId }) => accountId);
    const all = [world.accountId, ...others];
    for (const accountId of all)
      applied(await muster.root.mutate('linkOperator', { accountId, operatorAccountId }));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { accounts } = await opal.query(
        'query ($after: String) { accounts(first: 1, after: $after) { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }',
        { after },
      );
      expect(accounts.totalCount).to.equal(4);
      seen.push(...accounts.nodes.map(({ id }: { id: string }) => id));
      after = accounts.pageInfo.hasNextPage ? accounts.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).to.deep.equal([operatorAccountId, ...all].sort());
  });

  it('can do nothing any more when they are unlinked', async () => {
    applied(await link());
    expect(applied(await unlink()).events.map(({ type }) => type)).to.deep.equal(['OperatorUnlinked']);
    expect(await accountSeenByOpal()).to.equal(null);
    const refused = await opal.mutate('createGroup', { accountId: world.accountId, name: 'Mine' });
    expect(refused.userErrors[0]?.code).to.equal('NOT_FOUND');
  });

  it('give a member who lacks accounts.operate nothing', async () => {
    applied(await link());
    const email = `ella.${operatorAccountId}@example.test`;
    const ella = { accountId: operatorAccountId, person: { email, name: 'Ella' }, role: 'OWNER' };
    applied(await muster.root.mutate('addUser', ella));
    const client = await muster.client({ subject: email, email });
    const { account } = await client.query('query ($a: ID!) { account(id: $a) { id } }', {
      a: world.accountId,
    });
    expect(account).to.equal(null);
  });

  it('stop at once to give rights to a member who is deactivated', async () => {
    applied(await link());
    const opalId = (await opal.query('{ viewer { user { id } } }')).viewer.user.id;
    applied(
      await muster.root.mutate('deactivateUser', {
        accountId: operatorAccountId,
        userId: opalId,
        confirmed: true,
      }),
    );
    expect(await accountSeenByOpal()).to.equal(null);
    expect((await opal.query('{ accounts { nodes { id } } }')).accounts.nodes).to.deep.equal([]);
    const refused = await opal.mutate('createGroup', { accountId: world.accountId, name: 'Mine' });
    expect(refused.userErrors[0]?.code).to.equal('NOT_FOUND');
  });

  it('are linked and unlinked by the root account only; linking twice changes nothing', async () => {
    const { userErrors } = await world.olga.client.mutate('linkOperator', {
      accountId: world.accountId,
      operatorAccountId,
    });
    expect(userErrors).to.have.lengthOf(1);
    applied(await link());
    expect((await link()).outcome).to.equal('UNCHANGED');
    expect(
      (await world.olga.client.mutate('unlinkOperator', { accountId: world.accountId, operatorAccountId }))
        .userErrors,
    ).to.have.lengthOf(1);
    applied(await unlink());
    expect((await unlink()).outcome).to.equal('UNCHANGED');
  });

  it('are of kind OPERATOR', async () => {
    const standard = await accountWorld(muster);
    const answer = await muster.root.mutate('linkOperator', {
      accountId: world.accountId,
      operatorAccountId: standard.accountId,
    });
    expect(answer.userErrors[0]?.code).to.equal('OPERATOR_LINK_INVALID');
  });
});
