import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';
const confirmed = { confirmed: true };

const query = `query ($id: ID!, $first: Int, $after: String, $p: Position) {
  bulkOperation(id: $id, minPosition: $p) {
    id operation errorPolicy status undoes startedAt finishedAt startedPosition requested
    counts { applied unchanged rejected notAttempted } actor { id }
    items(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
      nodes { accountId userId outcome code membership { status user { name } } } } } }`;

describe('a bulk operation', () => {
  let muster: TestMuster;
  let one: AccountWorld;
  let two: AccountWorld;
  let id: string;
  before(async () => {
    muster = await startMuster();
    one = await accountWorld(muster);
    two = await accountWorld(muster);
    const selection = [
      { accountId: one.accountId, users: [one.carl.userId, one.rita.userId] },
      { accountId: two.accountId, users: [two.carl.userId, unknownId] },
    ];
    const answer = await muster.root.bulk('deactivateUsers', { selection, ...confirmed });
    id = answer.bulkOperationId ?? '';
  });
  after(() => muster.close());

  const asked = async ({ query: send }: GraphqlClient, variables: object = {}) =>
    (await send(query, { id, ...variables })).bulkOperation;

  it('is told in full to whoever asked for it', async () => {
    const { startedAt, finishedAt, startedPosition, ...operation } = await asked(muster.root);
    expect(operation).to.deep.equal({
      id,
      operation: 'DEACTIVATE',
      errorPolicy: 'REJECT_FAILED_ITEMS',
      status: 'FINISHED',
      undoes: null,
      requested: 4,
      counts: { applied: 3, unchanged: 0, rejected: 1, notAttempted: 0 },
      actor: { id: muster.rootUserId },
      items: {
        totalCount: 4,
        pageInfo: { hasNextPage: false, endCursor: operation.items.pageInfo.endCursor },
        nodes: [
          [one, one.carl.userId, 'carl'],
          [one, one.rita.userId, 'rita'],
          [two, two.carl.userId, 'carl'],
        ]
          .map(([world, userId, name]) => ({
            accountId: (world as AccountWorld).accountId,
            userId,
            outcome: 'APPLIED',
            code: null as string | null,
            membership: { status: 'INACTIVE', user: { name } } as object | null,
          }))
          .concat([
            {
              accountId: two.accountId,
              userId: unknownId,
              outcome: 'REJECTED',
              code: 'NOT_FOUND',
              membership: null,
            },
          ]),
      },
    });
    expect(Date.parse(finishedAt)).to.be.at.least(Date.parse(startedAt));
    expect(Number(startedPosition)).to.be.greaterThan(0);
  });

  it('comes page by page', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { items } = await asked(muster.root, { first: 3, after });
      seen.push(...items.nodes.map(({ userId }: { userId: string }) => userId));
      after = items.pageInfo.hasNextPage ? items.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).to.deep.equal([one.carl.userId, one.rita.userId, two.carl.userId, unknownId]);
  });

  it('is told to an auditor of one account with the people of that account, and no numbers of the rest', async () => {
    const operation = await asked(one.adam.client);
    expect(operation).to.include({ requested: null, counts: null });
    expect(operation.items.totalCount).to.equal(2);
    expect(operation.items.nodes.map(({ accountId }: { accountId: string }) => accountId)).to.deep.equal([
      one.accountId,
      one.accountId,
    ]);
    expect((await asked(two.olga.client)).items.totalCount).to.equal(2);
  });

  it('is told with its numbers to an auditor of every account in it', async () => {
    const selection = [{ accountId: one.accountId, users: [one.olga.userId, one.adam.userId] }];
    const { bulkOperationId } = await muster.root.bulk('deactivateUsers', { selection, ...confirmed });
    const operation = await asked(one.olga.client, { id: bulkOperationId });
    expect(operation).to.deep.include({
      requested: 2,
      counts: { applied: 1, unchanged: 0, rejected: 1, notAttempted: 0 },
    });
    await muster.root.bulk('reactivateUsers', {
      selection: [{ accountId: one.accountId, users: [one.adam.userId] }],
      ...confirmed,
    });
  });

  it('is unknown to everybody else', async () => {
    const elsewhere = await accountWorld(muster);
    for (const client of [elsewhere.olga.client, one.stranger, one.carl.client, two.rita.client])
      expect(await asked(client)).to.equal(null);
    expect(await asked(muster.root, { id: unknownId })).to.equal(null);
  });

  it('is no longer told to an auditor who is out', async () => {
    const world = await accountWorld(muster);
    const selection = [{ accountId: world.accountId, users: [world.carl.userId] }];
    const { bulkOperationId } = await muster.root.bulk('removeUsers', { selection, ...confirmed });
    const ask = { id: bulkOperationId };
    expect(await asked(world.adam.client, ask)).not.to.equal(null);
    const { accountId, adam } = world;
    applied(await muster.root.mutate('removeUser', { accountId, userId: adam.userId, ...confirmed }));
    expect(await asked(adam.client, ask)).to.equal(null);
  });

  it('leaves no trace when it would change nothing', async () => {
    const selection = [{ accountId: one.accountId, users: [one.carl.userId] }];
    const answer = await muster.root.bulk('deactivateUsers', { selection, ...confirmed });
    expect(answer).to.include({ outcome: 'UNCHANGED', bulkOperationId: null });
  });

  it('is told to whoever asked for it as far as he may still see the accounts, by its id as by its key', async () => {
    const [home, away] = [await accountWorld(muster), await accountWorld(muster)];
    const { adam } = home;
    const { user } = await muster.root.query('query ($u: ID!) { user(id: $u) { email } }', {
      u: adam.userId,
    });
    const input = { accountId: away.accountId, person: { email: user.email }, role: 'ADMIN' };
    applied(await away.olga.client.mutate('addUser', input));
    const selection = [home, away].map(({ accountId, carl }) => ({ accountId, users: [carl.userId] }));
    const order = { selection, ...confirmed, idempotencyKey: 'left' };
    const { bulkOperationId } = await adam.client.bulk('deactivateUsers', order);
    const told = () => asked(adam.client, { id: bulkOperationId });
    expect((await told()).requested).to.equal(2);

    const leave = (world: AccountWorld) =>
      world.olga.client.mutate('removeUser', {
        accountId: world.accountId,
        userId: adam.userId,
        ...confirmed,
      });
    applied(await leave(home));
    const { requested, counts, items } = await told();
    expect({ requested, counts }).to.deep.equal({ requested: null, counts: null });
    expect(items.nodes.map(({ accountId }: { accountId: string }) => accountId)).to.deep.equal([
      away.accountId,
    ]);
    const again = await adam.client.bulk('deactivateUsers', order);
    expect(again.items.map(({ outcome }) => outcome)).to.deep.equal(['REJECTED', 'APPLIED']);

    applied(await leave(away));
    expect(await told()).to.equal(null);
    const last = await adam.client.bulk('deactivateUsers', order);
    expect(last.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
  });
});

describe('undoBulkOperation', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const done = async (mutation: string) => {
    const { accountId, olga, carl, rita } = world;
    const selection = [{ accountId, users: [carl.userId, rita.userId] }];
    const answer = await olga.client.bulk(mutation, { selection, ...confirmed });
    expect(answer).to.deep.include({ outcome: 'APPLIED' });
    return answer.bulkOperationId ?? '';
  };
  const undo = (bulkOperationId: string, fields: object = {}, client = world.olga.client) =>
    client.bulk('undoBulkOperation', { bulkOperationId, ...fields });
  const statusOf = async (userId: string) => {
    const document = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { status role } }';
    return (await muster.root.query(document, { a: world.accountId, u: userId })).membership;
  };

  for (const mutation of ['deactivateUsers', 'removeUsers'])
    it(`gives back what ${mutation} took, and says what it undoes`, async () => {
      const undone = await done(mutation);
      const answer = await undo(undone);
      expect(answer).to.deep.include({
        outcome: 'APPLIED',
        message: '2 of 2 users have been restored.',
        counts: { applied: 2, unchanged: 0, rejected: 0, notAttempted: 0 },
      });
      expect(await statusOf(world.carl.userId)).to.deep.equal({ status: 'ACTIVE', role: 'CONTRIBUTOR' });
      const document = 'query ($id: ID!) { bulkOperation(id: $id) { undoes } }';
      const { bulkOperation } = await world.olga.client.query(document, { id: answer.bulkOperationId });
      expect(bulkOperation.undoes).to.equal(undone);
    });

  describe('finds what there is to undo', () => {
    const document = `query ($a: ID!, $first: Int = 50, $after: String) { account(id: $a) {
      bulkOperations(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id operation requested counts { applied } undoes undoneBy { id } canUndo undoRefusal { code } } } } }`;
    const listed = async (client = world.olga.client, page: object = {}) =>
      (await client.query(document, { a: world.accountId, ...page })).account.bulkOperations;
    const undoable = { undoneBy: null, canUndo: true, undoRefusal: null };

    it('among the operations of the account, newest first', async () => {
      expect(await listed()).to.deep.include({ totalCount: 0, nodes: [] });
      const off = await done('deactivateUsers');
      const on = await done('reactivateUsers');
      const { nodes, totalCount } = await listed();
      expect(totalCount).to.equal(2);
      const common = { requested: 2, counts: { applied: 2 }, undoes: null };
      expect(nodes).to.deep.equal([
        { id: on, operation: 'REACTIVATE', ...common, ...undoable },
        {
          id: off,
          operation: 'DEACTIVATE',
          ...common,
          undoneBy: null,
          canUndo: false,
          undoRefusal: { code: 'ALREADY_DONE' },
        },
      ]);
      const first = await listed(world.adam.client, { first: 1 });
      expect(first.pageInfo.hasNextPage).to.equal(true);
      expect(first.nodes.map(({ id }: { id: string }) => id)).to.deep.equal([on]);
      const after = first.pageInfo.endCursor;
      const rest = await listed(world.adam.client, { first: 1, after });
      expect(rest.nodes.map(({ id }: { id: string }) => id)).to.deep.equal([off]);
    });

    it('and what undid it, which can be undone in its turn', async () => {
      const undone = await done('deactivateUsers');
      const { bulkOperationId: id } = await undo(undone);
      const [undoing, first] = (await listed()).nodes;
      expect(undoing).to.deep.include({ id, undoes: undone, ...undoable });
      expect(first).to.deep.include({
        id: undone,
        undoneBy: { id },
        canUndo: false,
        undoRefusal: { code: 'ALREADY_DONE' },
      });
    });

    it('says that all have changed since, and follows at once', async () => {
      const { accountId, olga, carl, rita } = world;
      await done('deactivateUsers');
      for (const [userId, refusal] of [
        [carl.userId, null],
        [rita.userId, { code: 'STALE_VALUE' }],
      ] as const) {
        applied(await olga.client.mutate('removeUser', { accountId, userId, ...confirmed }));
        const [node] = (await listed()).nodes;
        expect(node).to.deep.include({ canUndo: refusal === null, undoRefusal: refusal });
      }
    });

    it('D3-6 says that a deletion is for good', async () => {
      const policy = { deletionRequiresInactive: false, confirmation: { delete: { bulk: 'FLAG' } } };
      world = await accountWorld(muster, { policy });
      await done('deleteUsers');
      expect((await listed()).nodes[0]).to.deep.include({
        canUndo: false,
        undoRefusal: { code: 'UNDO_IMPOSSIBLE' },
      });
    });

    it('shows of an operation over several accounts no numbers of the others', async () => {
      const other = await accountWorld(muster);
      const selection = [world, other].map(({ accountId, carl }) => ({ accountId, users: [carl.userId] }));
      const { bulkOperationId } = await muster.root.bulk('deactivateUsers', { selection, ...confirmed });
      const [node] = (await listed()).nodes;
      expect(node).to.deep.include({ id: bulkOperationId, requested: null, counts: null, canUndo: true });
      expect((await listed(muster.root)).nodes[0]).to.include({ requested: 2 });
    });

    it('for holders of bulk.run only', async () => {
      const variables = { a: world.accountId };
      const { errors } = await world.rita.client.send(document, variables);
      expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'bulk.run' });
      expect((await world.stranger.query(document, variables)).account).to.equal(null);
    });
  });

  it('leaves alone whoever has changed since, and says so', async () => {
    const { accountId, olga, carl } = world;
    const undone = await done('deactivateUsers');
    applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, ...confirmed }));
    const answer = await undo(undone);
    expect(answer.items.map(({ outcome }) => outcome)).to.deep.equal(['REJECTED', 'APPLIED']);
    expect(answer.items[0]?.userErrors.map(({ code }) => code)).to.deep.equal(['STALE_VALUE']);
    expect((await statusOf(carl.userId)).status).to.equal('REMOVED');
  });

  it('D3-6 is refused for a deletion', async () => {
    const policy = { deletionRequiresInactive: false, confirmation: { delete: { bulk: 'FLAG' } } };
    world = await accountWorld(muster, { policy });
    const answer = await undo(await done('deleteUsers'));
    expect(answer).to.include({ outcome: 'REJECTED' });
    expect(answer.userErrors.map(({ code }) => code)).to.deep.equal(['UNDO_IMPOSSIBLE']);
    expect((await statusOf(world.carl.userId)).status).to.equal('DELETED');
  });

  it('tells in a dry run what would come back', async () => {
    const answer = await undo(await done('deactivateUsers'), { dryRun: true });
    expect(answer).to.include({ outcome: 'WOULD_APPLY', bulkOperationId: null });
    expect((await statusOf(world.carl.userId)).status).to.equal('INACTIVE');
  });

  it('gives the first result again for the same key', async () => {
    const undone = await done('deactivateUsers');
    const first = await undo(undone, { idempotencyKey: 'once' });
    const second = await undo(undone, { idempotencyKey: 'once' });
    expect(second).to.deep.include({ replayed: true, bulkOperationId: first.bulkOperationId });
  });

  it('looks to strangers like one that does not exist', async () => {
    const undone = await done('deactivateUsers');
    const foreign = await undo(undone, {}, world.stranger);
    const unknown = await undo(unknownId, {}, world.stranger);
    expect(foreign.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
    expect(foreign.userErrors).to.deep.equal(unknown.userErrors);
  });
});
