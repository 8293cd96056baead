import { expect } from 'chai';
import { accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('createAccount', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  it('opens an account with the strict rules, operated by the root account', async () => {
    const answer = applied(
      await muster.root.mutate(
        'createAccount',
        { name: '  Harbour  ' },
        'account { name kind preset policyVersion policy { selfRemoval confirmation { delete { single } } } viewerPermissions }',
      ),
    );
    expect(answer.events.map(({ type }) => type)).to.deep.equal(['AccountOpened']);
    expect(answer.message).to.equal('The account Harbour has been created.');
    expect(answer.account).to.deep.include({
      name: 'Harbour',
      kind: 'STANDARD',
      preset: 'DEFAULT',
      policyVersion: 1,
      policy: { selfRemoval: 'FORBIDDEN', confirmation: { delete: { single: 'PREVIEW_TOKEN' } } },
    });
    expect(answer.account.viewerPermissions).to.include('users.manage');
  });

  it('starts from a preset, with rules that differ', async () => {
    const { account } = applied(
      await muster.root.mutate(
        'createAccount',
        {
          name: 'Northwind',
          preset: 'SUPEROFFICE',
          policy: { bulkLimit: 10, confirmation: { remove: { bulk: 'TYPED_PHRASE' } } },
        },
        'account { preset policy { operationsOffered bulkLimit confirmation { remove { single bulk } } } }',
      ),
    );
    expect(account).to.deep.equal({
      preset: 'SUPEROFFICE',
      policy: {
        operationsOffered: ['REMOVE'],
        bulkLimit: 10,
        confirmation: { remove: { single: 'FLAG', bulk: 'TYPED_PHRASE' } },
      },
    });
  });

  it('makes its first owner, who can sign in at once', async () => {
    const owner = { email: 'first.owner@example.test', name: 'First Owner' };
    const { account } = applied(
      await muster.root.mutate('createAccount', { name: 'Owned', owner }, 'account { id }'),
    );
    const client = await muster.client({ subject: 'first-owner', email: owner.email });
    const data = await client.query('{ viewer { user { name email } accounts { nodes { id } } } }');
    expect(data.viewer).to.deep.equal({
      user: owner.name ? { name: owner.name, email: owner.email } : null,
      accounts: { nodes: [{ id: account.id }] },
    });
  });

  it('makes one account for one key', async () => {
    const first = applied(
      await muster.root.mutate('createAccount', { name: 'Once', idempotencyKey: 'k' }, 'account { id }'),
    );
    const second = applied(
      await muster.root.mutate('createAccount', { name: 'Once', idempotencyKey: 'k' }, 'account { id }'),
    );
    expect(second.replayed).to.equal(true);
    expect(second.account.id).to.equal(first.account.id);
    const other = await muster.root.mutate('createAccount', { name: 'Twice', idempotencyKey: 'k' });
    expect(other.userErrors[0]?.code).to.equal('IDEMPOTENCY_KEY_REUSED');
  });

  it('only tells in a dry run', async () => {
    const count = async () => (await muster.root.query('{ accounts { totalCount } }')).accounts.totalCount;
    const before = await count();
    const owner = { email: 'never.made@example.test', name: 'Never' };
    const answer = await muster.root.mutate('createAccount', { name: 'Dry', owner, dryRun: true });
    expect(answer.outcome).to.equal('WOULD_APPLY');
    expect(answer.events.map(({ type }) => type)).to.deep.equal(['AccountOpened', 'UserAdded']);
    expect(await count()).to.equal(before);
  });

  it('needs accounts.create in the root account, which owners of other accounts do not have', async () => {
    const { olga } = await accountWorld(muster);
    const { userErrors } = await olga.client.mutate('createAccount', { name: 'Mine' });
    expect(userErrors).to.have.lengthOf(1);
    expect(userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'accounts.create' });
  });

  it('takes a name of 1 to 200 characters, and an owner named in one way', async () => {
    const send = (input: object) =>
      muster.root.send(
        'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { outcome userErrors { code field } } }',
        { input },
      );
    expect((await send({ name: 'n'.repeat(201) })).errors?.[0]?.extensions).to.include({
      field: 'input.name',
    });
    expect((await send({ name: ' ' })).data.createAccount.userErrors[0]).to.include({
      code: 'INVALID_INPUT',
      field: 'input.name',
    });
    for (const owner of [{}, { email: 'a@example.test', userId: muster.rootUserId }])
      expect((await send({ name: 'n', owner })).errors?.[0]?.extensions).to.include({
        code: 'BAD_USER_INPUT',
        field: 'input.owner',
      });
    const identity = { issuer: 'https://id.example.test', subject: 'robot' };
    expect((await send({ name: 'n', owner: { identity } })).data.createAccount.userErrors[0]).to.include({
      code: 'INVALID_INPUT',
      field: 'input.owner.identity',
    });
    for (const email of ['no address', 'a@', `${'a'.repeat(250)}@example.test`])
      expect((await send({ name: 'n', owner: { email } })).errors?.[0]?.extensions).to.include({
        code: 'BAD_USER_INPUT',
        field: 'input.owner.email',
      });
  });
});
