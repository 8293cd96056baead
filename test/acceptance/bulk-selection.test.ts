import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { auditedTypes } from '../support/audited-types.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const confirmed = { confirmed: true };

describe('a selection for a bulk mutation', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const select = (...users: readonly string[]) => [{ accountId: world.accountId, users }];
  const written = () => auditedTypes(muster.root, world.accountId);

  describe('has its limits', () => {
    /** Members straight into the log: what is measured is the bulk operation. */
    const addMembers = async (count: number): Promise<readonly string[]> => {
      const { application } = muster.core;
      const userIds = Array.from({ length: count }, () => crypto.randomUUID());
      for (let from = 0; from < count; from += 250)
        await application.accounts.execute({
          accountId: world.accountId,
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

    it('PP-13 the account’s own: BULK_LIMIT_EXCEEDED with the numbers, and nothing is looked at', async () => {
      world = await accountWorld(muster, { policy: { bulkLimit: 2 } });
      const { olga, adam, carl, rita } = world;
      const before = await written();
      const answer = await olga.client.bulk('deactivateUsers', {
        ...confirmed,
        selection: select(adam.userId, carl.userId, rita.userId),
      });
      expect(answer).to.deep.include({ outcome: 'REJECTED', items: [], bulkOperationId: null });
      expect(answer.userErrors[0]).to.include({
        __typename: 'BulkLimitExceeded',
        code: 'BULK_LIMIT_EXCEEDED',
        limit: 2,
        requested: 3,
      });
      expect(await written()).to.deep.equal(before);
    });

    it('PP-13 a thousand at once pass, over several appends; one more is refused', async () => {
      const userIds = await addMembers(1_001);
      const { client } = world.olga;
      const refused = await client.bulk('deactivateUsers', { ...confirmed, selection: select(...userIds) });
      expect(refused.userErrors[0]).to.include({
        code: 'BULK_LIMIT_EXCEEDED',
        limit: 1_000,
        requested: 1_001,
      });
      const answer = await client.bulk('deactivateUsers', {
        ...confirmed,
        selection: select(...userIds.slice(1)),
      });
      expect(answer.counts).to.include({ applied: 1_000 });
      expect(answer.items.map(({ userId }) => userId)).to.deep.equal(userIds.slice(1));
    }).timeout(60_000);

    it('a thousand people in a thousand accounts get through, with tokens and successors', async () => {
      const selection = Array.from({ length: 1_000 }, () => ({
        accountId: crypto.randomUUID(),
        items: [{ userId: crypto.randomUUID(), previewToken: 'f'.repeat(64) }],
        successors: { forAll: crypto.randomUUID() },
      }));
      const answer = await world.olga.client.bulk('removeUsers', { ...confirmed, selection });
      expect(answer.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
    }).timeout(60_000);
  });

  it('gets through with as many people in as many accounts as it may name', async () => {
    const selection = Array.from({ length: 1_000 }, () => ({
      accountId: crypto.randomUUID(),
      users: Array.from({ length: 5 }, () => crypto.randomUUID()),
    }));
    expect(selection.flatMap(({ users }) => users)).to.have.length(5_000);
    const answer = await world.olga.client.bulk('deactivateUsers', { ...confirmed, selection });
    expect(answer.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
  }).timeout(60_000);

  describe('of the wrong shape is refused, naming the field', () => {
    const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
    const a = 'f0f0f0f0-0000-4000-8000-00000000000f';
    const [u = '', v = ''] = ids(2);
    const faults: readonly (readonly [string, string, unknown])[] = [
      ['nobody at all', 'input.selection', []],
      ['an account without people', 'input.selection.0.users', [{ accountId: a, users: [] }]],
      ['neither users nor items', 'input.selection.0.users', [{ accountId: a }]],
      ['users and items', 'input.selection.0.users', [{ accountId: a, users: [u], items: [{ userId: v }] }]],
      [
        'an account twice',
        'input.selection.1.accountId',
        [
          { accountId: a, users: [u] },
          { accountId: a, users: [v] },
        ],
      ],
      ['a user twice', 'input.selection.0.users.1', [{ accountId: a, users: [u, u] }]],
      ['a malformed id', 'input.selection.0.users.0', [{ accountId: a, users: ['x'] }]],
      ['more people than a request takes', 'input.selection.0.users', [{ accountId: a, users: ids(5_001) }]],
      [
        'more over all accounts',
        'input.selection',
        [
          { accountId: a, users: ids(2_501) },
          { accountId: u, users: ids(2_500) },
        ],
      ],
      [
        'more tokens than one preview gives',
        'input.selection.0.items',
        [{ accountId: a, items: ids(1_001).map((userId) => ({ userId })) }],
      ],
      [
        'more tokens over all accounts',
        'input.selection',
        [
          { accountId: a, items: ids(501).map((userId) => ({ userId })) },
          { accountId: u, items: ids(500).map((userId) => ({ userId })) },
        ],
      ],
      [
        'a token that is none',
        'input.selection.0.items.0.previewToken',
        [{ accountId: a, items: [{ userId: u, previewToken: 'x'.repeat(201) }] }],
      ],
    ];
    for (const [what, field, selection] of faults)
      it(what, async () => {
        const document = 'mutation ($input: RemoveUsersInput!) { removeUsers(input: $input) { outcome } }';
        const { errors } = await world.olga.client.send(document, { input: { selection } });
        expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
      });
  });
});
