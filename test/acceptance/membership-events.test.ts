import { expect } from 'chai';
import fc from 'fast-check';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { auditEntries } from '../support/audit-entries.js';
import {
  type LiveEntry,
  type LiveOptions,
  type LiveSubscription,
  subscribeLive,
} from '../support/live-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { addSupplier } from '../support/supplier.js';

describe('membershipEvents', function () {
  this.timeout(60_000);
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const follow = (token: string, more: Partial<LiveOptions> = {}): Promise<LiveSubscription> =>
    subscribeLive({ url: muster.url, token, accountId: world.accountId, after: '0', ...more });
  const idsOf = (entries: readonly LiveEntry[]) => entries.map(({ id }) => id);
  const audited = (): Promise<readonly LiveEntry[]> => auditEntries(world);
  let groups = 0;
  const happen = () => {
    groups += 1;
    return world.olga.client
      .mutate('createGroup', { accountId: world.accountId, name: `Group ${groups}` })
      .then(applied);
  };

  it('gives what auditLog lists, oldest first, then each entry as it happens', async () => {
    const before = await audited();
    const live = await follow(world.olga.client.token);
    await live.received(before.length);
    await happen();
    await live.received(before.length + 1);
    expect(idsOf(live.entries)).to.deep.equal(idsOf(await audited()));
    await live.stop();
  });

  it('begins now when no position is named', async () => {
    const live = await follow(world.olga.client.token, { after: null });
    // The connection is acknowledged before the subscription: it is there when it gives something.
    while (live.entries.length === 0) await happen();
    expect(live.entries.map(({ type }) => type))
      .to.include('GroupCreated')
      .and.not.include('AccountOpened');
    await live.stop();
  });

  it('gives nothing of another account', async () => {
    const other = await accountWorld(muster);
    const live = await follow(world.olga.client.token);
    applied(await other.olga.client.mutate('createGroup', { accountId: other.accountId, name: 'Elsewhere' }));
    const last = applied(await happen());
    await live.received((await audited()).length);
    expect(live.entries.at(-1)?.position).to.equal(last.position);
    expect(idsOf(live.entries)).to.deep.equal(idsOf(await audited()));
    await live.stop();
  });

  it('goes on after the last position without gap or repeat, wherever it was cut off', async () => {
    const client = world.olga.client;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ writes: fc.nat(6), reads: fc.nat(5), isKilled: fc.boolean() }), {
          minLength: 2,
          maxLength: 6,
        }),
        async (stretches) => {
          const seen: LiveEntry[] = [];
          const writing: Promise<PromiseSettledResult<unknown>[]>[] = [];
          for (const { writes, reads, isKilled } of stretches) {
            const live = await follow(client.token, { after: seen.at(-1)?.position ?? '0' });
            writing.push(Promise.allSettled(Array.from({ length: writes }, happen)));
            const left = (await audited()).length - seen.length;
            await live.received(Math.min(reads, left));
            if (isKilled) live.socket.terminate();
            else await live.stop();
            await live.closed;
            seen.push(...live.entries);
          }
          const failed = (await Promise.all(writing)).flat().filter(({ status }) => status === 'rejected');
          expect(failed).to.deep.equal([]);
          const all = await audited();
          const rest = await follow(client.token, { after: seen.at(-1)?.position ?? '0' });
          await rest.received(all.length - seen.length);
          await rest.stop();
          expect(idsOf([...seen, ...rest.entries])).to.deep.equal(idsOf(all));
        },
      ),
      { numRuns: 8 },
    );
  });

  describe('is closed with 4403, before anything more is given,', () => {
    const endings: readonly (readonly [string, (world: AccountWorld) => Promise<unknown>])[] = [
      ['when the membership is removed', (w) => end('removeUser', w)],
      ['when it is deactivated', (w) => end('deactivateUser', w)],
      [
        'when it is frozen',
        ({ accountId, adam, olga }) =>
          olga.client.mutate('freezeUser', { accountId, userId: adam.userId }).then(applied),
      ],
      [
        'when the role no longer carries audit.read',
        (w) =>
          w.olga.client
            .mutate('changeRole', { accountId: w.accountId, userId: w.adam.userId, role: 'REVIEWER' })
            .then(applied),
      ],
    ];
    for (const [when, revoke] of endings)
      it(when, async () => {
        const live = await follow(world.adam.client.token);
        const before = (await audited()).length;
        await live.received(before);
        await revoke(world);
        expect(await live.closed).to.equal(4403);
        expect(live.entries).to.have.lengthOf(before);
      });

    it('when the link of the operator account ends', async () => {
      const supplier = await addSupplier(muster, [world]);
      const live = await follow(supplier.client.token);
      await live.received(1);
      const { accountId } = world;
      applied(
        await muster.root.mutate('unlinkOperator', { accountId, operatorAccountId: supplier.accountId }),
      );
      expect(await live.closed).to.equal(4403);
    });

    it('when the right ends in the operator account, where the followed one has no event', async () => {
      const supplier = await addSupplier(muster, [world]);
      const live = await follow(supplier.client.token);
      await live.received((await audited()).length);
      applied(
        await muster.root.mutate('freezeUser', { accountId: supplier.accountId, userId: supplier.userId }),
      );
      expect(await live.closed).to.equal(4403);
    });

    const end = (mutation: string, { accountId, adam, olga }: AccountWorld) =>
      olga.client.mutate(mutation, { accountId, userId: adam.userId, confirmed: true }).then(applied);
  });

  describe('is refused', () => {
    it('alike to whom the right is missing, for an account of others and for one that does not exist', async () => {
      const accountId = '00000000-0000-4000-8000-000000000000';
      const all = [
        await follow(world.rita.client.token),
        await follow(world.stranger.token),
        await follow(world.olga.client.token, { accountId }),
      ];
      for (const live of all) {
        await live.completed;
        expect([live.codes, live.entries]).to.deep.equal([['PERMISSION_DENIED'], []]);
        await live.stop();
      }
    });

    it('with 4401 without a good token', async () => {
      for (const token of ['', 'x', `${world.olga.client.token}x`])
        expect(await (await follow(token)).closed, token).to.equal(4401);
    });

    it('for a position that the log never had', async () => {
      const live = await follow(world.olga.client.token, { after: '9007199254740991' });
      await live.completed;
      expect(live.codes).to.deep.equal(['PROJECTION_LAGGING']);
      await live.stop();
    });

    it('for an id that is none', async () => {
      const live = await follow(world.olga.client.token, { accountId: 'x' });
      await live.completed;
      expect(live.codes).to.deep.equal(['BAD_USER_INPUT']);
      await live.stop();
    });
  });

  it('is closed with 4401 when the token ends', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const [, claims = ''] = world.olga.client.token.split('.');
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const live = await follow(await muster.issuer.token({ ...said, exp }));
    await live.received(1);
    expect(await live.closed).to.equal(4401);
    expect(Date.now()).to.be.within(exp * 1000, exp * 1000 + 1_000);
  });

  it('is closed with 1013 when the read model stops, for rights cannot be looked up any more', async () => {
    const other = await startMuster();
    const { accountId, olga } = await accountWorld(other);
    const live = await subscribeLive({ url: other.url, token: olga.client.token, accountId, after: '0' });
    await live.received(1);
    other.readModel.fail({ message: 'broken for this test', event: null });
    await olga.client.send(
      'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }',
      { input: { accountId, name: 'Unseen' } },
    );
    expect(await live.closed).to.equal(1013);
    await other.close();
  });

  it('is closed with 1001 when the server goes', async () => {
    const other = await startMuster();
    const { accountId, olga } = await accountWorld(other);
    const live = await subscribeLive({ url: other.url, token: olga.client.token, accountId, after: '0' });
    await live.received(1);
    const started = performance.now();
    await other.close();
    expect(performance.now() - started).to.be.lessThan(1_500);
    expect(await live.closed).to.equal(1001);
  });
});
