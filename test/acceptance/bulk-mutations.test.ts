import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { auditedTypes } from '../support/audited-types.js';
import type { BulkAnswer, GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';
const confirmed = { confirmed: true };

const codesOf = ({ userErrors }: Pick<BulkAnswer, 'userErrors'>) => userErrors.map(({ code }) => code);
const outcomesOf = ({ items }: BulkAnswer) => items.map(({ outcome }) => outcome);

describe('bulk mutations', () => {
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
  const statusOf = async (userId: string, { accountId } = world) => {
    const query = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { status } }';
    return (await muster.root.query(query, { a: accountId, u: userId })).membership.status;
  };
  const written = () => auditedTypes(muster.root, world.accountId);

  const operations = [
    ['deactivateUsers', 'ACTIVE', 'INACTIVE', 'UserDeactivated', 'deactivated'],
    ['reactivateUsers', 'INACTIVE', 'ACTIVE', 'UserReactivated', 'reactivated'],
    ['removeUsers', 'ACTIVE', 'REMOVED', 'UserRemoved', 'removed'],
  ] as const;
  for (const [mutation, from, to, event, word] of operations)
    describe(mutation, () => {
      let selection: object[];
      beforeEach(async () => {
        const { carl, rita, olga } = world;
        selection = select(carl.userId, rita.userId);
        if (from === 'INACTIVE')
          expect(await olga.client.bulk('deactivateUsers', { selection, ...confirmed })).to.include({
            outcome: 'APPLIED',
          });
      });

      it(`writes ${event} for each, and is readable when it answers`, async () => {
        const { accountId, adam, carl, rita } = world;
        const before = await written();
        const answer = await adam.client.bulk(mutation, { selection, ...confirmed });
        expect(answer).to.deep.include({
          outcome: 'APPLIED',
          readable: true,
          replayed: false,
          userErrors: [],
          message: `2 of 2 users have been ${word}.`,
          counts: { applied: 2, unchanged: 0, rejected: 0, notAttempted: 0 },
          items: [carl, rita].map(({ userId }) => ({
            accountId,
            userId,
            outcome: 'APPLIED',
            userErrors: [],
          })),
        });
        expect(answer.bulkOperationId).to.be.a('string');
        expect((await written()).slice(before.length).filter((type) => type === event)).to.have.lengthOf(2);
        for (const { userId } of [carl, rita]) expect(await statusOf(userId)).to.equal(to);
      });

      it('asks for a confirmation, and does nothing without', async () => {
        const before = await written();
        const answer = await world.olga.client.bulk(mutation, { selection });
        expect(answer.outcome).to.equal('REJECTED');
        expect(codesOf(answer)).to.deep.equal(['CONFIRMATION_REQUIRED']);
        expect(answer.userErrors[0]).to.include({ confirmation: 'FLAG' });
        expect(answer).to.deep.include({ items: [], message: answer.userErrors[0]?.message });
        expect(await written()).to.deep.equal(before);
      });

      it('tells in a dry run what would become of each, and writes nothing', async () => {
        const before = await written();
        const answer = await world.olga.client.bulk(mutation, { selection, ...confirmed, dryRun: true });
        expect(answer).to.deep.include({
          outcome: 'WOULD_APPLY',
          bulkOperationId: null,
          position: null,
          message: `2 of 2 users would be ${word}.`,
        });
        expect(outcomesOf(answer)).to.deep.equal(['APPLIED', 'APPLIED']);
        expect(await written()).to.deep.equal(before);
      });

      it('gives the first result again for the same key and input, and refuses the key for another', async () => {
        const { client } = world.olga;
        const input = { selection, ...confirmed, idempotencyKey: 'once' };
        const first = await client.bulk(mutation, input);
        const before = await written();
        const second = await client.bulk(mutation, input);
        expect(second).to.deep.include({
          outcome: 'APPLIED',
          replayed: true,
          bulkOperationId: first.bulkOperationId,
          items: first.items,
          position: first.position,
        });
        const other = await client.bulk(mutation, { ...input, selection: select(world.carl.userId) });
        expect(codesOf(other)).to.deep.equal(['IDEMPOTENCY_KEY_REUSED']);
        expect(await written()).to.deep.equal(before);
      });

      it('is UNCHANGED when all of it is so already', async () => {
        const { client } = world.olga;
        await client.bulk(mutation, { selection, ...confirmed });
        const before = await written();
        const again = await client.bulk(mutation, { selection, ...confirmed });
        expect(again).to.deep.include({ outcome: 'UNCHANGED', userErrors: [] });
        expect(outcomesOf(again)).to.deep.equal(['UNCHANGED', 'UNCHANGED']);
        expect(await written()).to.deep.equal(before);
      });

      it('names the permission bulk.run to a member without it', async () => {
        const before = await written();
        const answer = await world.rita.client.bulk(mutation, { selection, ...confirmed });
        // Deactivated herself she is no member: then not even the account is told of.
        const [error] = answer.userErrors;
        if (from === 'INACTIVE') expect(error?.code).to.equal('NOT_FOUND');
        else expect(error).to.include({ code: 'PERMISSION_DENIED', permission: 'bulk.run' });
        expect(await written()).to.deep.equal(before);
      });

      it('answers a stranger as if there were no such account', async () => {
        const foreign = await world.stranger.bulk(mutation, { selection, ...confirmed });
        const unknown = await world.stranger.bulk(mutation, {
          ...confirmed,
          selection: [{ accountId: unknownId, users: [world.carl.userId, world.rita.userId] }],
        });
        expect(codesOf(foreign)).to.deep.equal(['NOT_FOUND']);
        expect(foreign.userErrors).to.deep.equal(unknown.userErrors);
      });
    });

  describe('deleteUsers', () => {
    const previewed = async (client: GraphqlClient, userIds: readonly string[]) => {
      const query = `query ($s: [MembersInput!]!) { bulkPreview(operation: DELETE, selection: $s) {
        items { userId token } } }`;
      const { bulkPreview } = await client.query(query, { s: [{ accountId: world.accountId, userIds }] });
      return (bulkPreview.items as { userId: string; token: string }[]).map(({ userId, token }) => ({
        userId,
        previewToken: token,
      }));
    };

    it('D3-34 deletes several inactive users, each with the token of a preview', async () => {
      const { accountId, olga, carl, rita } = world;
      const users = [carl.userId, rita.userId];
      await olga.client.bulk('deactivateUsers', { selection: select(...users), ...confirmed });
      const items = await previewed(olga.client, users);
      const answer = await olga.client.bulk('deleteUsers', { selection: [{ accountId, items }] });
      expect(answer).to.include({ outcome: 'APPLIED', message: '2 of 2 users have been deleted.' });
      expect((await written()).slice(-2)).to.deep.equal(['UserDeleted', 'UserDeleted']);
    });

    it('asks for the token where there is something to delete, and names the query that gives it', async () => {
      const { olga, carl } = world;
      const ask = () => olga.client.bulk('deleteUsers', { selection: select(carl.userId), ...confirmed });
      await olga.client.bulk('deactivateUsers', { selection: select(carl.userId), ...confirmed });
      const refused = await ask();
      expect(refused).to.deep.include({ outcome: 'REJECTED', items: [] });
      expect(refused.userErrors[0]).to.include({ confirmation: 'PREVIEW_TOKEN' });
      expect(refused.message).to.include('bulkPreview').and.not.include('offboardingPreview');
      const items = await previewed(olga.client, [carl.userId]);
      await olga.client.bulk('deleteUsers', { selection: [{ accountId: world.accountId, items }] });
      expect(await ask()).to.deep.include({ outcome: 'UNCHANGED', userErrors: [] });
    });

    it('refuses a token whose facts have changed', async () => {
      const { accountId, olga, carl, rita } = world;
      const users = [carl.userId, rita.userId];
      await olga.client.bulk('deactivateUsers', { selection: select(...users), ...confirmed });
      const items = await previewed(olga.client, users);
      applied(await olga.client.mutate('changeRole', { accountId, userId: rita.userId, role: 'ADMIN' }));
      const answer = await olga.client.bulk('deleteUsers', { selection: [{ accountId, items }] });
      expect(outcomesOf(answer)).to.deep.equal(['APPLIED', 'REJECTED']);
      expect(answer.items[1]?.userErrors.map(({ code }) => code)).to.deep.equal(['STALE_PREVIEW']);
    });
  });

  describe('one refusal among several', () => {
    const mixed = (errorPolicy?: string) => {
      const { olga, carl, rita } = world;
      return olga.client.bulk('deactivateUsers', {
        ...confirmed,
        selection: select(carl.userId, olga.userId, rita.userId),
        ...(errorPolicy === undefined ? {} : { errorPolicy }),
      });
    };

    it('lets the others go ahead, unless it is said otherwise', async () => {
      const answer = await mixed();
      expect(answer).to.deep.include({
        outcome: 'APPLIED',
        userErrors: [],
        message: '2 of 3 users have been deactivated; 1 was refused.',
        counts: { applied: 2, unchanged: 0, rejected: 1, notAttempted: 0 },
      });
      expect(outcomesOf(answer)).to.deep.equal(['APPLIED', 'REJECTED', 'APPLIED']);
      expect(answer.items[1]?.userErrors[0]?.code).to.equal('SELF_REMOVAL_FORBIDDEN');
    });

    it('refuses all of it under REJECT_EVERYTHING, and nothing is written', async () => {
      const before = await written();
      const answer = await mixed('REJECT_EVERYTHING');
      expect(answer).to.include({ outcome: 'REJECTED', bulkOperationId: null, position: null });
      expect(outcomesOf(answer)).to.deep.equal(['NOT_ATTEMPTED', 'REJECTED', 'NOT_ATTEMPTED']);
      expect(codesOf(answer)).to.deep.equal(['SELF_REMOVAL_FORBIDDEN']);
      expect(answer.message).to.equal(
        '0 of 3 users have been deactivated; 1 was refused; 2 were left alone because of that.',
      );
      expect(await written()).to.deep.equal(before);
    });
  });

  describe('a selection in which some are inactive', () => {
    const deactivateBoth = async (preset: string, phrase?: string) => {
      world = await accountWorld(muster, { preset });
      const { accountId, olga, carl, rita } = world;
      const userId = rita.userId;
      applied(await olga.client.mutate('deactivateUser', { accountId, userId, ...confirmed }));
      return olga.client.bulk('deactivateUsers', {
        ...confirmed,
        phrase,
        selection: select(carl.userId, rita.userId),
      });
    };

    it('D3-18 is refused as a whole where the policy says so, naming them', async () => {
      const answer = await deactivateBoth('DOCUMENT360');
      expect(answer.outcome).to.equal('REJECTED');
      expect(answer.userErrors[0]).to.deep.include({
        __typename: 'PeopleUserError',
        code: 'BULK_MIXED_SELECTION',
        userIds: [world.rita.userId],
      });
      expect(await statusOf(world.carl.userId)).to.equal('ACTIVE');
    });

    it('D3-18 says so once when two accounts refuse for the same reason, and by person when they do not', async () => {
      await deactivateBoth('DOCUMENT360');
      const first = world;
      await deactivateBoth('DOCUMENT360');
      const parts = [first, world].map(({ accountId, carl, rita }) => ({
        accountId,
        users: [carl.userId, rita.userId],
      }));
      const unconfirmed = await muster.root.bulk('deactivateUsers', { selection: parts });
      expect(unconfirmed).to.deep.include({ outcome: 'REJECTED', items: [] });
      expect(codesOf(unconfirmed)).to.deep.equal(['CONFIRMATION_REQUIRED']);
      const mixed = await muster.root.bulk('deactivateUsers', { selection: parts, ...confirmed });
      expect(codesOf(mixed)).to.deep.equal(['BULK_MIXED_SELECTION']);
      expect(mixed.items.map(({ userErrors }) => userErrors.length)).to.deep.equal([1, 1, 1, 1]);
    });

    it('PP-7 goes past them where the policy says so; PP-13 the word is typed', async () => {
      const untyped = await deactivateBoth('PARTNER_PORTAL');
      expect(untyped.userErrors[0]).to.include({
        code: 'CONFIRMATION_REQUIRED',
        confirmation: 'TYPED_PHRASE',
      });
      const answer = await deactivateBoth('PARTNER_PORTAL', 'DEACTIVATE');
      expect(outcomesOf(answer)).to.deep.equal(['APPLIED', 'UNCHANGED']);
      expect(answer.message).to.equal('1 of 2 users has been deactivated; 1 was so already.');
    });
  });

  describe('PP-7 whom the operation does not apply to, where the policy passes over', () => {
    beforeEach(async () => {
      world = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
      const { accountId, olga, rita } = world;
      const input = { accountId, userId: rita.userId, ...confirmed };
      applied(await olga.client.mutate('deactivateUser', input));
    });
    const passed = ({ userId }: { userId: string }) => ({ userId, code: 'DELETE_REQUIRES_INACTIVE' });
    const reasonsOf = ({ items }: BulkAnswer) =>
      items.flatMap(({ userId, outcome, userErrors }) =>
        outcome === 'UNCHANGED' ? userErrors.map(({ code }) => ({ userId, code })) : [],
      );
    const inPreview = async (operation: string, userId: string) => {
      const query = `query ($o: ConfirmedOperation!, $s: [MembersInput!]!) {
        bulkPreview(operation: $o, selection: $s) { items { available reason { code } } } }`;
      const s = [{ accountId: world.accountId, userIds: [userId] }];
      return (await world.olga.client.query(query, { o: operation, s })).bulkPreview.items;
    };

    it('is told with the code of the single mutation, in the answer and in the preview', async () => {
      const { olga, adam } = world;
      const answer = await olga.client.bulk('deleteUsers', { selection: select(adam.userId), ...confirmed });
      expect(answer).to.deep.include({
        outcome: 'UNCHANGED',
        bulkOperationId: null,
        message: '0 of 1 user has been deleted; 1 was passed over.',
      });
      expect(reasonsOf(answer)).to.deep.equal([passed(adam)]);
      expect(codesOf(answer)).to.deep.equal(['DELETE_REQUIRES_INACTIVE']);
      const single = { accountId: world.accountId, userId: adam.userId, ...confirmed };
      expect(codesOf(await olga.client.mutate('deleteUser', single))).to.deep.equal(codesOf(answer));
      expect(await inPreview('DELETE', adam.userId)).to.deep.equal([
        { available: false, reason: { code: 'DELETE_REQUIRES_INACTIVE' } },
      ]);
    });

    it('is told of an invited one whom nobody can deactivate', async () => {
      const { accountId, olga } = world;
      const person = { email: `ivy@${accountId}.example`, name: 'Ivy' };
      const invited = await olga.client.mutate('inviteUser', { accountId, person, role: 'REVIEWER' });
      const ivy = applied(invited).events.find(({ type }) => type === 'UserInvited')?.data.userId;
      expect(await inPreview('DEACTIVATE', ivy)).to.deep.equal([
        { available: false, reason: { code: 'INVITATION_PENDING' } },
      ]);
    });

    for (const errorPolicy of ['REJECT_EVERYTHING', 'REJECT_FAILED_ITEMS'])
      it(`holds nobody up under ${errorPolicy}, and is recorded with the reason`, async () => {
        const { olga, carl, rita } = world;
        const input = { ...confirmed, errorPolicy, idempotencyKey: 'once' };
        const ask = () =>
          olga.client.bulk('deleteUsers', { ...input, selection: select(rita.userId, carl.userId) });
        const answer = await ask();
        expect(outcomesOf(answer)).to.deep.equal(['APPLIED', 'UNCHANGED']);
        expect(answer).to.deep.include({
          outcome: 'APPLIED',
          userErrors: [],
          message: '1 of 2 users has been deleted; 1 was passed over.',
          counts: { applied: 1, unchanged: 1, rejected: 0, notAttempted: 0 },
        });
        expect(reasonsOf(answer)).to.deep.equal([passed(carl)]);
        const again = await ask();
        expect(again).to.include({ replayed: true, message: answer.message });
        expect(reasonsOf(again)).to.deep.equal([passed(carl)]);
        const query = 'query ($id: ID!) { bulkOperation(id: $id) { items { nodes { outcome code } } } }';
        const { bulkOperation } = await olga.client.query(query, { id: answer.bulkOperationId });
        expect(bulkOperation.items.nodes).to.deep.equal([
          { outcome: 'APPLIED', code: null },
          { outcome: 'UNCHANGED', code: 'DELETE_REQUIRES_INACTIVE' },
        ]);
      });

    it('is told apart from what is so already', async () => {
      const { olga, carl, rita } = world;
      const first = { ...confirmed, selection: select(rita.userId) };
      expect(await olga.client.bulk('deleteUsers', first)).to.include({ outcome: 'APPLIED' });
      const answer = await olga.client.bulk('deleteUsers', {
        ...confirmed,
        selection: select(rita.userId, carl.userId),
      });
      expect(answer.message).to.equal('0 of 2 users have been deleted; 1 was so already; 1 was passed over.');
      expect(reasonsOf(answer)).to.deep.equal([passed(carl)]);
    });
  });

  describe('over several accounts', () => {
    it('PP-7, PP-12 are carried out by an operator, each account in a stream of its own', async () => {
      const other = await accountWorld(muster);
      const selection = [
        ...select(world.carl.userId),
        { accountId: other.accountId, users: [other.carl.userId] },
      ];
      const answer = await muster.root.bulk('deactivateUsers', { selection, ...confirmed });
      expect(answer).to.deep.include({ outcome: 'APPLIED' });
      expect(outcomesOf(answer)).to.deep.equal(['APPLIED', 'APPLIED']);
      for (const each of [world, other]) {
        expect(await statusOf(each.carl.userId, each)).to.equal('INACTIVE');
        expect((await auditedTypes(muster.root, each.accountId)).at(-1)).to.equal('UserDeactivated');
      }
    });

    it('leave out what the caller may not see, which looks like an account that does not exist', async () => {
      const other = await accountWorld(muster);
      const ask = (accountId: string) =>
        world.olga.client.bulk('deactivateUsers', {
          ...confirmed,
          dryRun: true,
          selection: [...select(world.carl.userId), { accountId, users: [other.carl.userId] }],
        });
      const foreign = await ask(other.accountId);
      expect(outcomesOf(foreign)).to.deep.equal(['APPLIED', 'REJECTED']);
      const unknown = await ask(unknownId);
      expect(foreign.items[1]?.userErrors).to.deep.equal(unknown.items[1]?.userErrors);
      expect(await statusOf(other.carl.userId, other)).to.equal('ACTIVE');
    });
  });

  it('SO-9 take successors for the contact duties of an account', async () => {
    const { accountId, olga, adam, carl, rita } = world;
    await world.registerApplication('Shop', carl.userId);
    const input = { ...confirmed, selection: select(carl.userId, rita.userId) };
    const refused = await olga.client.bulk('removeUsers', input);
    expect(outcomesOf(refused)).to.deep.equal(['REJECTED', 'APPLIED']);
    expect(refused.items[0]?.userErrors[0]?.code).to.equal('REASSIGNMENT_REQUIRED');
    const successors = { forAll: adam.userId };
    const answer = await olga.client.bulk('removeUsers', {
      ...confirmed,
      selection: [{ accountId, users: [carl.userId], successors }],
    });
    expect(outcomesOf(answer)).to.deep.equal(['APPLIED']);
    expect((await written()).slice(-2)).to.deep.equal(['ContactReassigned', 'UserRemoved']);
  });
});
