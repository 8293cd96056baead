import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';

const query = `query ($o: ConfirmedOperation!, $s: [MembersInput!]!) {
  bulkPreview(operation: $o, selection: $s) { operation
    accounts { accountId confirmation refusal { code ... on BulkLimitExceeded { limit requested } } }
    items { accountId userId available reassignmentRequired token responsibilities { kind applicationId }
      reason { code } membership { status user { name } } } } }`;

describe('bulkPreview', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const ask = async (client: GraphqlClient, o: string, userIds: readonly string[], a = world.accountId) =>
    (await client.query(query, { o, s: [{ accountId: a, userIds }] })).bulkPreview;

  it('D3-24 shows each person, whether it can be done, and a token', async () => {
    const { accountId, olga, carl } = world;
    const applicationId = await world.registerApplication('Shop', carl.userId);
    const preview = await ask(olga.client, 'REMOVE', [carl.userId, olga.userId]);
    expect(preview).to.deep.include({
      operation: 'REMOVE',
      accounts: [{ accountId, confirmation: 'FLAG', refusal: null }],
    });
    const [{ token, ...first }, second] = preview.items;
    expect(token).to.match(/^[0-9a-f]{64}$/);
    expect(first).to.deep.equal({
      accountId,
      userId: carl.userId,
      available: true,
      reassignmentRequired: true,
      responsibilities: [{ kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId }],
      reason: null,
      membership: { status: 'ACTIVE', user: { name: 'carl' } },
    });
    expect(second).to.deep.include({
      available: false,
      token: null,
      reason: { code: 'SELF_REMOVAL_FORBIDDEN' },
    });
  });

  it('says why the selection would be refused as a whole', async () => {
    const { accountId, olga, carl, rita } = world;
    const userId = rita.userId;
    applied(await olga.client.mutate('deactivateUser', { accountId, userId, confirmed: true }));
    const mixed = await ask(olga.client, 'DEACTIVATE', [carl.userId, userId]);
    expect(mixed.accounts[0].refusal).to.deep.equal({ code: 'BULK_MIXED_SELECTION' });
    const small = await accountWorld(muster, { policy: { bulkLimit: 1 } });
    const tooMany = await ask(
      small.olga.client,
      'DEACTIVATE',
      [small.carl.userId, small.rita.userId],
      small.accountId,
    );
    expect(tooMany.accounts[0].refusal).to.deep.equal({
      code: 'BULK_LIMIT_EXCEEDED',
      limit: 1,
      requested: 2,
    });
  });

  it('answers NOT_FOUND for what is unknown or not visible, and tells nothing of it', async () => {
    const { carl, stranger } = world;
    const foreign = await ask(stranger, 'REMOVE', [carl.userId]);
    expect(foreign.accounts[0].refusal).to.deep.equal({ code: 'NOT_FOUND' });
    expect(foreign.items[0]).to.deep.include({ available: false, token: null, membership: null });
    const unknown = await ask(stranger, 'REMOVE', [carl.userId], unknownId);
    expect(JSON.stringify(foreign).replaceAll(world.accountId, unknownId)).to.equal(JSON.stringify(unknown));
    const missing = await ask(world.olga.client, 'REMOVE', [carl.userId, unknownId]);
    expect(missing.items[1]).to.deep.include({
      available: false,
      reason: { code: 'NOT_FOUND' },
      token: null,
    });
  });

  it('names bulk.run to a member without it', async () => {
    const { accounts } = await ask(world.rita.client, 'REMOVE', [world.carl.userId]);
    expect(accounts[0].refusal).to.deep.equal({ code: 'PERMISSION_DENIED' });
  });

  it('counts everybody selected for the limit on list items', async () => {
    const userIds = Array.from({ length: 200 }, () => crypto.randomUUID());
    const document = `query ($s: [MembersInput!]!, $n: Int) { bulkPreview(operation: REMOVE, selection: $s) {
      items { membership { user { memberships(first: $n) { nodes { id } } } } } } }`;
    const s = [{ accountId: world.accountId, userIds }];
    const { errors } = await world.olga.client.send(document, { s, n: 50 });
    expect(errors?.[0]?.extensions.code).to.equal('GRAPHQL_VALIDATION_FAILED');
    expect((await world.olga.client.send(document, { s, n: 10 })).errors).to.equal(undefined);
  });

  it('takes each account and each person once, and somebody in each', async () => {
    const { accountId, carl } = world;
    const document =
      'query ($s: [MembersInput!]!) { bulkPreview(operation: REMOVE, selection: $s) { operation } }';
    const once = { accountId, userIds: [carl.userId] };
    for (const [field, s] of [
      ['selection', []],
      ['selection.0.userIds', [{ accountId, userIds: [] }]],
      ['selection.0.userIds.1', [{ accountId, userIds: [carl.userId, carl.userId] }]],
      ['selection.1.accountId', [once, once]],
    ] as const) {
      const { errors } = await world.olga.client.send(document, { s });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
    }
  });

  it('writes nothing', async () => {
    // The first sign-in links the identity.
    await world.olga.client.query('{ viewer { issuer } }');
    const before = await muster.core.store.head();
    await ask(world.olga.client, 'REMOVE', [world.carl.userId]);
    expect(await muster.core.store.head()).to.equal(before);
  });
});
