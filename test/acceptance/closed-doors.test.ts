import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('doors that stay closed', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const codesOf = (errors: readonly { readonly extensions: { readonly code?: unknown } }[] | undefined) =>
    errors?.map(({ extensions }) => extensions.code);

  it('a list inside the payload of a mutation counts like any other', async () => {
    const nested = 'users(first: 200) { nodes { account { users(first: 200) { nodes { id } } } } }';
    const { errors } = await world.olga.client.send(
      `mutation ($input: ChangePolicyInput!) { changePolicy(input: $input) { account { ${nested} } } }`,
      { input: { accountId: world.accountId, policy: { notifyOnRemove: true } } },
    );
    expect(codesOf(errors)).to.deep.equal(['GRAPHQL_VALIDATION_FAILED']);
    expect(errors?.[0]?.message).to.include('changePolicy.account.users.nodes.account.users:');
  });

  it('the default of a variable counts when the variable is not sent', async () => {
    const query = `query ($id: ID!, $n: Int! = 200) { account(id: $id) { users(first: 3) { nodes { account {
      users(first: $n) { nodes { account { users(first: $n) { nodes { id } } } } } } } } } }`;
    const { errors } = await world.rita.client.send(query, { id: world.accountId });
    expect(codesOf(errors)).to.deep.equal(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('a subscription and a null page size are the caller’s mistake, not a fault', async () => {
    const subscription = await world.rita.client.send('subscription { x }', {});
    expect(codesOf(subscription.errors)?.[0]).to.not.equal('INTERNAL_SERVER_ERROR');
    const query = 'query ($id: ID!, $n: Int) { account(id: $id) { users(first: $n) { nodes { id } } } }';
    const page = await world.rita.client.send(query, { id: world.accountId, n: null });
    expect(codesOf(page.errors)).to.deep.equal(['BAD_USER_INPUT']);
  });

  it('half a character in an address is refused', async () => {
    const { errors } = await world.olga.client.send(
      'mutation ($input: AddUserInput!) { addUser(input: $input) { outcome } }',
      { input: { accountId: world.accountId, role: 'REVIEWER', person: { email: 'v\ud800@zz.test' } } },
    );
    expect(codesOf(errors)).to.deep.equal(['BAD_USER_INPUT']);
  });

  it('names that cannot be seen, turn the text, or only look different are refused', async () => {
    const { accountId } = world;
    const create = (name: string) => world.olga.client.mutate('createGroup', { accountId, name });
    applied(await create('Keepers'));
    for (const name of ['\u200d', '\u200b', 'a\u202eb', 'keepers\u200b'])
      expect((await create(name)).userErrors, JSON.stringify(name)).to.have.nested.property(
        '0.code',
        'INVALID_INPUT',
      );
    for (const name of ['keepers\u200d', 'KEEPERS', '\uff2beepers'])
      expect((await create(name)).userErrors, name).to.have.nested.property('0.code', 'GROUP_NAME_TAKEN');
  });

  it('a dry run does not tell whether an address is known elsewhere', async () => {
    const other = await accountWorld(muster);
    const { accountId } = world;
    const known = 'query ($u: ID!) { user(id: $u) { email } }';
    const { email } = (await muster.root.query(known, { u: other.carl.userId })).user;
    const tried = await world.olga.client.mutate(
      'addUser',
      { accountId, role: 'REVIEWER', person: { email }, dryRun: true },
      'events { data }',
    );
    expect(tried.outcome).to.equal('WOULD_APPLY');
    expect(JSON.stringify(tried)).to.not.include(other.carl.userId);
  });

  it('a person of another account cannot be pulled in by id', async () => {
    const other = await accountWorld(muster);
    const { accountId } = world;
    const pull = (userId: string) =>
      world.olga.client.mutate('addUser', { accountId, role: 'REVIEWER', person: { userId } });
    const stranger = await pull(other.carl.userId);
    expect(stranger.userErrors).to.have.nested.property('0.code', 'NOT_FOUND');
    expect(stranger.userErrors).to.deep.equal(
      (await pull('00000000-0000-4000-8000-000000000000')).userErrors,
    );
  });

  it('a read model that has stopped answers nobody: it would tell of rights taken away since', async () => {
    const own = await startMuster();
    try {
      own.readModel.fail({ message: 'stopped by the test', event: null });
      const { errors } = await own.root.send('{ viewer { user { name } accounts { nodes { id } } } }', {});
      expect(codesOf(errors)?.[0]).to.equal('SERVICE_UNAVAILABLE');
      const ready = await fetch(`${own.url}/readyz`);
      expect(ready.status).to.equal(503);
    } finally {
      await own.close();
    }
  });
});
