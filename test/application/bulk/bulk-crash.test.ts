import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { BulkRequest } from '../../../src/application/application.js';
import type { BulkErrorPolicy, BulkItemOutcome, BulkItemResult } from '../../../src/domain/bulk/events.js';
import type { StoredEvent } from '../../../src/domain/event.js';
import { end } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  openBulkWorld,
  people,
  request,
  sharedStore,
  told,
} from './bulk-world.js';
import { type Death, dyingStore } from './dying-store.js';

/** More than one append of the first account takes, so that an account can be left half done. */
const PEOPLE = 252;

describe('a bulk operation that a crash cuts off', () => {
  let world: BulkWorld;
  let scenarios = 0;

  beforeEach(async () => {
    world = await openBulkWorld();
  });

  afterEach(async () => {
    expect(world.failures).to.deep.equal([]);
    await world.close();
  });

  /** Fresh accounts: one in two appends, one with people who are refused or passed over. */
  const prepare = async (node: BulkNode, also: Partial<BulkRequest> = {}) => {
    scenarios += 1;
    const [acme, bolt] = [`acme-${scenarios}`, `bolt-${scenarios}`];
    await node.open(acme, { policy: { bulkMixedSelection: 'SKIP_INAPPLICABLE' } });
    await node.does(acme, ...people(PEOPLE).map((name) => adding(name)));
    await node.does(acme, end('removeUser', 'u1'));
    await node.open(bolt, { members: { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR' } });
    const selection = { [acme]: people(PEOPLE), [bolt]: ['ann', 'ben'] };
    return { acme, bolt, order: request(selection, { idempotencyKey: `key-${scenarios}`, ...also }) };
  };

  const unfinished = async (): Promise<readonly string[]> => {
    const bulk = (await world.events()).filter(({ stream }) => stream.startsWith('bulk-'));
    const finished = new Set(
      bulk.filter(({ type }) => type === 'BulkOperationFinished').map(({ stream }) => stream),
    );
    const started = bulk.filter(({ type }) => type === 'BulkOperationStarted').map(({ stream }) => stream);
    return started.filter((stream) => !finished.has(stream)).map((stream) => stream.slice('bulk-'.length));
  };

  /** Each item has one result, the one that the account's stream bears out; nobody was changed twice. */
  const expectAccountedFor = async (
    order: BulkRequest,
    expected: Readonly<Record<BulkItemOutcome, number>>,
  ) => {
    const events = await world.events();
    const outcomes: string[] = [];
    for (const { accountId, items } of order.selection) {
      const changes = events.filter(
        (event) => event.stream === `account-${accountId}` && event.actor.id === 'olga',
      );
      const changed = new Map(changes.map(({ subjectId, revision }) => [subjectId, revision]));
      expect(changes).to.have.length(changed.size);
      const results = resultsOf(events, accountId);
      expect(results.map(({ userId }) => userId)).to.deep.equal(items.map(({ userId }) => userId));
      for (const { userId, outcome, code, revision } of results) {
        outcomes.push(outcome);
        if (outcome === 'UNCHANGED') expect(code).to.equal('MEMBERSHIP_ENDED');
        expect(changed.get(userId) ?? null, `${accountId}/${userId} ${outcome}`).to.equal(revision);
        expect(outcome === 'APPLIED').to.equal(revision !== null);
      }
    }
    const counted = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
    for (const [outcome, count] of Object.entries(expected))
      expect(counted(outcome), outcome).to.equal(count);
  };

  const resultsOf = (events: readonly StoredEvent[], accountId: string): readonly BulkItemResult[] =>
    events.flatMap((event) =>
      event.type === 'BulkPartDone' && event.data.accountId === accountId ? event.data.results : [],
    );

  const scenariosOf: readonly {
    readonly errorPolicy: BulkErrorPolicy;
    readonly ghosts: readonly string[];
  }[] = [
    { errorPolicy: 'REJECT_EVERYTHING', ghosts: [] },
    { errorPolicy: 'REJECT_FAILED_ITEMS', ghosts: ['ghost'] },
  ];
  for (const { errorPolicy, ghosts } of scenariosOf)
    for (const death of ['BEFORE', 'AFTER'] as const satisfies readonly Death[])
      it(`is carried on to its end from any append, ${death} which it died, under ${errorPolicy}`, async () => {
        let finished = 0;
        for (let n = 1; finished === 0; n += 1) {
          const { order } = await prepare(world.newNode(), { errorPolicy });
          const withGhosts = {
            ...order,
            selection: order.selection.map((part) => ({
              ...part,
              // In the midst of the others, so that the events of the append say nothing of them.
              items: [...part.items.slice(0, 1), ...ghosts.map(ghost), ...part.items.slice(1)],
            })),
          };
          const dying = dyingStore(world.store, n, death);
          const outcome = await world
            .newNode(dying.store)
            .bulk.run(withGhosts)
            .then(
              () => 'ANSWERED',
              (error: Error) => error.name,
            );
          expect(outcome).to.equal(dying.isDead() ? 'OutcomeUnknown' : 'ANSWERED');
          if (!dying.isDead()) finished = n;

          const survivor = world.newNode();
          await survivor.bulk.resume(await unfinished());
          const head = await world.store.head();
          await survivor.bulk.resume(await unfinished());
          expect(await world.store.head()).to.equal(head);
          // Repeating it tells what is recorded; when it had not begun, that begins it.
          const repeated = done(await survivor.bulk.run(withGhosts));
          expect(repeated.replayed).to.equal(n > 1 || death === 'AFTER');
          await expectAccountedFor(withGhosts, {
            APPLIED: PEOPLE - 1 + 2,
            UNCHANGED: 1,
            REJECTED: 2 * ghosts.length,
            NOT_ATTEMPTED: 0,
          });
          expect(repeated.counts).to.deep.include({ APPLIED: PEOPLE + 1, UNCHANGED: 1 });
          expect(told(repeated).filter((line) => line.includes('ghost'))).to.have.length(2 * ghosts.length);
        }
        expect(finished).to.equal(8);
      }).timeout(60_000);

  it('is carried on when whoever carries it on dies as well, again and again', async () => {
    const { order } = await prepare(world.newNode());
    let lives = 0;
    for (const isDead = { now: true }; isDead.now; lives += 1) {
      // Every life gets one append further than it could be sure of.
      const dying = dyingStore(world.store, lives === 0 ? 2 : 1, 'AFTER');
      const node = world.newNode(dying.store);
      if (lives === 0) await node.bulk.run(order).catch(() => undefined);
      else await node.bulk.resume(await unfinished());
      isDead.now = dying.isDead();
    }
    expect(lives).to.equal(7);
    expect(world.failures.splice(0)).to.have.length(5);
    await expectAccountedFor(order, { APPLIED: PEOPLE + 1, UNCHANGED: 1, REJECTED: 0, NOT_ATTEMPTED: 0 });
  });

  it('goes on with what whoever ordered it may do by then, and forgets nothing that was done', async () => {
    const node = world.newNode();
    const { acme, bolt, order } = await prepare(node, { errorPolicy: 'REJECT_FAILED_ITEMS' });
    const dying = dyingStore(world.store, 2, 'AFTER');
    await world
      .newNode(dying.store)
      .bulk.run(order)
      .catch(() => undefined);
    await node.does(acme, adding('otto', 'OWNER'), end('removeUser', 'olga'));
    await world.newNode().bulk.resume(await unfinished());
    await expectAccountedFor(order, { APPLIED: 249 + 2, UNCHANGED: 0, REJECTED: 3, NOT_ATTEMPTED: 0 });
    const rejected = resultsOf(await world.events(), acme).filter(({ outcome }) => outcome === 'REJECTED');
    // The one who was passed over lay in the first append; nobody who may no longer see it is told so.
    expect(rejected.map(({ userId, code }) => [userId, code])).to.deep.equal([
      ['u1', 'NOT_FOUND'],
      ['u250', 'NOT_FOUND'],
      ['u251', 'NOT_FOUND'],
    ]);
    expect(await node.statusOf(bolt, 'ann')).to.equal('INACTIVE');
    const again = done(await node.bulk.run(order));
    expect(told(again).slice(0, 1)).to.deep.equal([`${acme}/u0 REJECTED NOT_FOUND`]);
    expect(told(again).slice(-1)).to.deep.equal([`${bolt}/ben APPLIED`]);
  });

  it('is left alone when it is under way, finished or unknown', async () => {
    const node = world.newNode();
    const { order } = await prepare(node);
    const running = node.bulk.run({ ...order, idempotencyKey: null });
    const watching = (async () => {
      let ids: readonly string[] = [];
      for (; ids.length === 0; ids = await unfinished()) await setImmediate();
      await node.bulk.resume([...ids, ...ids, 'nobody-knows']);
    })();
    const result = done(await running);
    await watching;
    expect(result.counts).to.deep.include({ APPLIED: PEOPLE + 1 });
    await expectAccountedFor(order, { APPLIED: PEOPLE + 1, UNCHANGED: 1, REJECTED: 0, NOT_ATTEMPTED: 0 });
    expect(await unfinished()).to.deep.equal([]);
  });

  it('is carried on by several nodes at once, and done once', async () => {
    const { order } = await prepare(world.newNode(), { errorPolicy: 'REJECT_FAILED_ITEMS' });
    await world
      .newNode(dyingStore(world.store, 2, 'BEFORE').store)
      .bulk.run(order)
      .catch(() => undefined);
    const ids = await unfinished();
    await Promise.all([1, 2, 3].map(() => world.newNode().bulk.resume(ids)));
    await expectAccountedFor(order, { APPLIED: PEOPLE + 1, UNCHANGED: 1, REJECTED: 0, NOT_ATTEMPTED: 0 });
  });

  it('is not carried on when its order is not the one that was written', async () => {
    const { order, acme } = await prepare(world.newNode());
    await world
      .newNode(dyingStore(world.store, 2, 'BEFORE').store)
      .bulk.run(order)
      .catch(() => undefined);
    const head = await world.store.head();
    const forged = sharedStore(world.store, {
      readStream: async (stream, options) =>
        (await world.store.readStream(stream, options)).map((event) =>
          stream.startsWith('bulk-') ? { ...event, body: event.body.replace('DEACTIVATE', 'DELETE') } : event,
        ),
    });
    const node = world.newNode(forged);
    await node.bulk.resume(await unfinished());
    expect(world.failures.splice(0).map((error) => (error as Error).name)).to.deep.equal(['LogDamaged']);
    expect(await world.store.head()).to.equal(head);
    expect(await node.statusOf(acme, 'u0')).to.equal('ACTIVE');
  });

  it('does not keep others from going on when one cannot', async () => {
    const node = world.newNode();
    const [first, second] = [await prepare(node), await prepare(node)];
    for (const { order } of [first, second])
      await world
        .newNode(dyingStore(world.store, 3, 'BEFORE').store)
        .bulk.run(order)
        .catch(() => undefined);
    const ids = await unfinished();
    const failing = world.newNode(dyingStore(world.store, 1, 'BEFORE').store);
    await failing.bulk.resume(ids);
    expect(world.failures.splice(0)).to.have.length(2);
    await world.newNode().bulk.resume(ids);
    for (const { order } of [first, second])
      await expectAccountedFor(order, { APPLIED: PEOPLE + 1, UNCHANGED: 1, REJECTED: 0, NOT_ATTEMPTED: 0 });
  });
});

const ghost = (userId: string) => ({ userId, previewToken: null });
