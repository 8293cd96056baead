import { expect } from 'chai';
import fc from 'fast-check';
import type { RequestActor } from '../../src/application/account-commands.js';
import { OLD_SECRET_MS } from '../../src/domain/account/webhooks.js';
import type { StoredEvent } from '../../src/domain/event.js';
import {
  type DeliveryProgress,
  type WebhookDeliveryEvent,
  webhookStream,
} from '../../src/domain/webhook/events.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { webhookListsOf } from '../../src/webhook-lists.js';
import { webhookPoster } from '../../src/webhook-poster.js';
import { nothingPrivate } from '../../src/webhooks/addresses.js';
import { applied } from '../application/installed-muster.js';
import { isSigned, Receiver, refuse, take } from '../webhooks/receiver.js';
import { DAY_MS, onThisMachine, PostalMuster, sharedStore } from './postal-muster.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

describe('webhooks', function () {
  this.timeout(60_000);
  let muster: PostalMuster;
  let receiver: Receiver;
  let accountId: string;
  let olga: RequestActor;

  beforeEach(async () => {
    muster = await PostalMuster.start();
    receiver = await Receiver.start();
    ({ accountId, olga } = await muster.openAccount());
  });
  afterEach(async () => {
    await muster.remove();
    await receiver.stop();
  });

  const register = async ({ types = [] as readonly string[], url = receiver.url } = {}) => {
    const { outcome, secret } = await muster.application.webhooks.register({
      actor: olga,
      accountId,
      url,
      types,
    });
    const [event] = applied(outcome).events;
    if (event?.type !== 'WebhookRegistered' || secret === null) throw new Error('not registered');
    return { webhookId: event.data.webhookId, secret };
  };
  let groups = 0;
  /** Gives the ids of the events written. */
  const happen = async (times = 1): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < times; n += 1) {
      groups += 1;
      const name = `Group ${groups}`;
      const { events } = await muster.execute(accountId, olga, {
        type: 'createGroup',
        groupId: name,
        name,
        parentId: null,
      });
      ids.push(...events.map(({ eventId }) => eventId));
    }
    return ids;
  };
  const deliveryEvents = async (webhookId: string): Promise<readonly StoredEvent<WebhookDeliveryEvent>[]> => {
    const events = await muster.store.readStream(webhookStream(webhookId), { maxCount: 1_000 });
    return events.map(({ body }) => JSON.parse(body) as StoredEvent<WebhookDeliveryEvent>);
  };
  const typesOf = async (webhookId: string) => (await deliveryEvents(webhookId)).map(({ type }) => type);
  const progressOf = async (webhookId: string): Promise<DeliveryProgress | undefined> =>
    (await deliveryEvents(webhookId)).at(-1)?.data.progress;
  const pass = async (ms: number) => {
    muster.clock.now += ms;
    await muster.settled();
  };
  const stateOf = (webhookId: string) =>
    muster.application.accounts.read(accountId, ({ state }) => state.webhooks.get(webhookId));
  const change = (webhookId: string, changes: object) =>
    muster.application.webhooks
      .change({ actor: olga, accountId, webhookId, url: null, types: null, isEnabled: null, ...changes })
      .then(applied);

  it('are posted what happens after they were registered, in order, by event id, and signed', async () => {
    await happen();
    const { webhookId, secret } = await register();
    const ids = await happen(3);
    await muster.settled();
    expect(receiver.ids).to.deep.equal(ids);
    for (const post of receiver.posts) expect(isSigned(secret, post)).to.equal(true);
    const [{ headers }] = receiver.posts as [(typeof receiver.posts)[0]];
    expect(headers['webhook-timestamp']).to.equal(String(muster.clock.now / 1_000));
    expect(headers['content-type']).to.equal('application/json');
    expect(new Set(await typesOf(webhookId))).to.deep.equal(new Set(['WebhookDelivered']));
  });

  it('tell ids only', async () => {
    await register();
    const userId = await muster.add(accountId, olga, 'rita@acme.example');
    await muster.settled();
    const bodies = receiver.posts.map(({ body }) => JSON.parse(body));
    const [recorded] = (await muster.accountEvents(accountId, 'UserAdded')).slice(-1);
    expect(bodies[0]).to.deep.equal({
      type: 'UserAdded',
      timestamp: recorded?.occurredAt,
      data: { accountId, eventId: recorded?.eventId, position: bodies[0].data.position, userId },
    });
    expect(bodies[0].data.position).to.match(/^\d+$/);
  });

  it('are posted the types they ask for only, none of what becomes of posts', async () => {
    await register({ types: ['GroupRenamed', 'GroupDeleted'] });
    const [, groupId] = [await happen(), `Group ${groups}`];
    await muster.settled();
    expect(receiver.posts).to.deep.equal([]);
    await muster.execute(accountId, olga, { type: 'renameGroup', groupId, name: `Other ${groups}` });
    await happen();
    await muster.execute(accountId, olga, { type: 'deleteGroup', groupId });
    await muster.settled();
    expect(receiver.types).to.deep.equal(['GroupRenamed', 'GroupDeleted']);
  });

  it('cost nothing when nothing happens: no event, no post', async () => {
    const { webhookId } = await register();
    await happen();
    await muster.settled();
    const head = await muster.store.head();
    await pass(30 * DAY_MS);
    expect(await muster.store.head()).to.equal(head);
    expect(await typesOf(webhookId)).to.deep.equal(['WebhookDelivered']);
  });

  describe('that are not taken', () => {
    it('are tried again after longer and longer, under the same id, and hold up those after them', async () => {
      const { webhookId } = await register();
      receiver.answer = refuse(500);
      const [first, second] = await happen(2);
      await muster.settled();
      const pauses = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS];
      for (const [n, pause] of pauses.entries()) {
        await pass(pause - 1);
        expect(receiver.posts).to.have.lengthOf(n + 1);
        await pass(1);
        expect(receiver.posts).to.have.lengthOf(n + 2);
      }
      receiver.answer = take;
      await pass(30 * MINUTE_MS);
      expect(receiver.ids).to.deep.equal([...Array(6).fill(first), second]);
      expect(await progressOf(webhookId)).to.include({
        failures: 0,
        failingSince: null,
        nextAttemptAt: null,
      });
    });

    it('are tried no sooner than the receiver asks for, up to an hour', async () => {
      await register();
      receiver.answer = refuse(429, { 'retry-after': '600' });
      await happen();
      await muster.settled();
      await pass(10 * MINUTE_MS - 1);
      expect(receiver.posts).to.have.lengthOf(1);
      receiver.answer = refuse(503, { 'retry-after': '999999' });
      await pass(1);
      await pass(HOUR_MS - 1);
      expect(receiver.posts).to.have.lengthOf(2);
      await pass(1);
      expect(receiver.posts).to.have.lengthOf(3);
    });

    it('are given up after the sixth attempt; then the next has its turn', async () => {
      const { webhookId } = await register();
      receiver.answer = (response, post) => (post.id === poison ? refuse(400) : take)(response, post);
      const [poison = '', ...others] = await happen(3);
      for (let n = 0; n < 6; n += 1) await pass(HOUR_MS);
      expect(receiver.ids).to.deep.equal([...Array(6).fill(poison), ...others]);
      expect((await typesOf(webhookId)).slice(-2)).to.deep.equal(['WebhookEventGivenUp', 'WebhookDelivered']);
      expect(await progressOf(webhookId)).to.include({ isGivingUp: false, failingSince: null });
    });

    it('are given up one a day while nothing at all is taken: it is not the event', async () => {
      const { webhookId } = await register();
      receiver.answer = refuse(502);
      await happen(10);
      for (let hours = 0; hours < 48; hours += 1) await pass(75 * MINUTE_MS);
      const given = (await typesOf(webhookId)).filter((type) => type === 'WebhookEventGivenUp');
      expect(given).to.have.lengthOf(2);
    });

    it('are posted again when somebody asks for it, each once, out of turn', async () => {
      const { webhookId } = await register();
      receiver.answer = (response, post) => (poisons.includes(post.id) ? refuse(400) : take)(response, post);
      const [first = '', , third = ''] = await happen(3);
      const poisons = [first, third];
      await happen();
      for (let n = 0; n < 14; n += 1) await pass(HOUR_MS);
      const redeliver = (eventIds: readonly string[]) =>
        muster.execute(accountId, olga, {
          type: 'redeliverWebhookEvents',
          webhookId,
          eventIds,
          named: null,
        });
      const asked = async (eventIds: readonly string[]) => {
        const before = receiver.posts.length;
        await redeliver(eventIds);
        await muster.settled();
        return receiver.posts.slice(before).filter(({ type }) => type === 'GroupCreated');
      };
      expect((await asked(poisons)).map(({ id }) => id)).to.deep.equal(poisons);
      receiver.answer = take;
      expect((await asked([first])).map(({ id }) => id)).to.deep.equal([first]);
      const posts = (await deliveryEvents(webhookId)).flatMap((event) =>
        event.type === 'WebhookSentOnRequest' ? [[event.data.eventId, event.data.code]] : [],
      );
      expect(posts).to.deep.equal([
        [first, 'HTTP_400'],
        [third, 'HTTP_400'],
        [first, null],
      ]);
    });

    it('disable the webhook after five days without anything taken', async () => {
      const { webhookId } = await register();
      receiver.answer = refuse(500);
      await happen();
      for (let hours = 0; hours < 5 * 24; hours += 1) {
        await pass(HOUR_MS);
        expect((await stateOf(webhookId))?.isEnabled).to.equal(true);
        await happen();
      }
      await pass(HOUR_MS);
      await pass(HOUR_MS);
      expect((await stateOf(webhookId))?.isEnabled).to.equal(false);
      const [disabled] = await muster.accountEvents(accountId, 'WebhookDisabled');
      expect(disabled?.data).to.deep.equal({ webhookId, cause: 'FAILING' });
      expect(disabled?.actor).to.include({ kind: 'SCHEDULER', id: 'webhooks' });
      const posts = receiver.posts.length;
      await pass(DAY_MS);
      expect(receiver.posts).to.have.lengthOf(posts);
    });

    it('disable the webhook at once when it is gone; enabled again it goes on where it stood', async () => {
      const { webhookId } = await register();
      receiver.answer = refuse(410);
      const ids = await happen(3);
      await muster.settled();
      const [disabled] = await muster.accountEvents(accountId, 'WebhookDisabled');
      expect(disabled?.data).to.deep.equal({ webhookId, cause: 'GONE' });
      ids.push(...(await happen()));
      await pass(DAY_MS);
      expect(receiver.posts).to.have.lengthOf(1);
      receiver.answer = take;
      await change(webhookId, { isEnabled: true });
      await muster.settled();
      expect(receiver.ids.filter((id) => ids.includes(id))).to.deep.equal([ids[0], ...ids]);
    });
  });

  it('are pinged ahead of what waits, disabled or not', async () => {
    const { webhookId } = await register();
    receiver.answer = refuse(500);
    await happen();
    await muster.settled();
    const ping = () => muster.execute(accountId, olga, { type: 'pingWebhook', webhookId });
    const [pinged] = (await ping()).events;
    await muster.settled();
    expect(receiver.ids.at(-1)).to.equal(pinged?.eventId);
    expect(receiver.types).to.deep.equal(['GroupCreated', 'WebhookPinged']);
    await change(webhookId, { isEnabled: false });
    muster.clock.now += MINUTE_MS;
    receiver.answer = take;
    await ping();
    await muster.settled();
    expect(receiver.types).to.deep.equal(['GroupCreated', 'WebhookPinged', 'WebhookPinged']);
    const codes = (await deliveryEvents(webhookId)).flatMap((event) =>
      event.type === 'WebhookSentOnRequest' ? [event.data.code] : [],
    );
    expect(codes).to.deep.equal(['HTTP_500', null]);
  });

  it('are signed by both secrets for a day after a new one was made', async () => {
    const { webhookId, secret: old } = await register({ types: ['GroupCreated'] });
    const rotated = await muster.application.webhooks.rotateSecret({
      actor: olga,
      accountId,
      webhookId,
      generation: 1,
    });
    applied(rotated.outcome);
    const secret = rotated.secret ?? '';
    expect(secret)
      .to.match(/^whsec_[A-Za-z0-9+/]{43}=$/)
      .and.not.equal(old);
    muster.clock.now += OLD_SECRET_MS - 1;
    await happen();
    await muster.settled();
    muster.clock.now += 1;
    await happen();
    await muster.settled();
    expect(receiver.posts.map((post) => [isSigned(old, post), isSigned(secret, post)])).to.deep.equal([
      [true, true],
      [false, true],
    ]);
  });

  it('are forgotten when they are removed: address and secrets are destroyed, nothing more is posted', async () => {
    const { webhookId } = await register();
    await happen();
    await muster.settled();
    const sealedUrl = (await stateOf(webhookId))?.sealedUrl ?? '';
    const { webhooks } = muster.application;
    expect(await webhooks.urlOf({ webhookId, sealedUrl })).to.equal(receiver.url);
    await muster.execute(accountId, olga, { type: 'removeWebhook', webhookId });
    await muster.settled();
    await happen();
    await muster.settled();
    expect(receiver.posts).to.have.lengthOf(1);
    expect(await typesOf(webhookId)).to.deep.equal(['WebhookDelivered', 'WebhookDeliveryEnded']);
    expect(await webhooks.urlOf({ webhookId, sealedUrl })).to.equal(null);
    const { webhookVault } = muster.application.parts;
    expect(await webhookVault.secret({ webhookId, generation: 1 })).to.equal(null);
  });

  it('hold up nobody else when one of them hangs', async () => {
    const quick = await Receiver.start();
    await register({ types: ['GroupCreated'] });
    await register({ types: ['GroupCreated'], url: quick.url });
    receiver.answer = () => undefined;
    const node = muster.begin({ webhookPoster: webhookPoster(onThisMachine, { timeoutMs: 1_500 }) });
    await happen();
    await node.settled();
    const began = performance.now();
    const waiting = node.settled();
    await happen(2);
    await quick.received(3);
    expect(performance.now() - began).to.be.lessThan(1_000);
    await waiting;
    await quick.stop();
  });

  it('hold up nobody else when one of them hangs for the first time', async () => {
    const quick = await Receiver.start();
    await register({ types: ['GroupCreated'] });
    await register({ types: ['GroupCreated'], url: quick.url });
    receiver.answer = () => undefined;
    const node = muster.begin({ webhookPoster: webhookPoster(onThisMachine, { timeoutMs: 4_000 }) });
    await happen();
    await Promise.all([receiver.received(1), quick.received(1)]);
    const began = performance.now();
    await happen(2);
    await quick.received(3);
    expect(performance.now() - began).to.be.lessThan(2_500);
    expect(receiver.posts).to.have.lengthOf(1);
    await node.settled();
    await quick.stop();
  });

  it('are posted nothing in a private range that is not allowed', async () => {
    const { webhookId } = await register();
    const node = muster.begin({ webhookPoster: webhookPoster(nothingPrivate) });
    await happen();
    await node.settled();
    expect(receiver.posts).to.deep.equal([]);
    const [post] = (await deliveryEvents(webhookId)).slice(-1);
    expect(post?.type).to.equal('WebhookAttemptFailed');
    expect(post?.data).to.include({ code: 'ADDRESS_FORBIDDEN' });
  });

  it('are posted nothing where a redirect leads', async () => {
    const elsewhere = await Receiver.start();
    const { webhookId } = await register();
    receiver.answer = refuse(302, { location: elsewhere.url });
    await happen();
    await muster.settled();
    expect(elsewhere.posts).to.deep.equal([]);
    await muster.restart();
    const [post] = (await deliveryEvents(webhookId)).slice(-1);
    expect(post?.data).to.include({ code: 'HTTP_302' });
    await elsewhere.stop();
  });

  describe('survive', () => {
    it('a restart: nothing is lost, nothing that was recorded is posted again', async () => {
      await register();
      const ids = [...(await happen(2))];
      await muster.settled();
      ids.push(...(await happen(2)));
      await muster.restart();
      ids.push(...(await happen()));
      await muster.settled();
      expect(receiver.ids).to.deep.equal(ids);
    });

    it('a crash between the answer and its record: the same id again', async () => {
      const { webhookId } = await register();
      const ids = await happen(2);
      await muster.readModel.waitFor(await muster.store.head(), 10_000);
      const crashing = muster.begin({
        store: sharedStore(
          muster.store,
          (request) =>
            request.stream === webhookStream(webhookId)
              ? Promise.reject(new Error('crash'))
              : muster.store.append(request),
          true,
        ),
      });
      await crashing.settled();
      expect(receiver.ids).to.deep.equal(ids);
      await muster.restart();
      expect(muster.failures.splice(0).map(String)).to.deep.equal(['Error: crash']);
      ids.push(...(await happen()));
      await muster.settled();
      expect(receiver.ids).to.deep.equal([...ids.slice(0, 2), ...ids]);
    });

    it('a log that is carried to a store where events have other places', async () => {
      const { webhookId } = await register({ types: ['GroupCreated'] });
      receiver.answer = (response, post) => (post.id === poison ? refuse(400) : take)(response, post);
      const [poison = '', ...others] = await happen(3);
      for (let n = 0; n < 6; n += 1) await pass(HOUR_MS);
      await muster.restart(() => {
        muster.spreadLog();
        muster.dropReadModel();
      });
      receiver.answer = take;
      receiver.posts.length = 0;
      const [next] = await happen();
      const letter = { type: 'redeliverWebhookEvents', webhookId, eventIds: [poison], named: null } as const;
      await muster.execute(accountId, olga, letter);
      await muster.settled();
      expect(others).to.have.lengthOf(2);
      expect(receiver.ids).to.have.members([poison, next]);
    });

    it('a read model that does not know yet what another node has settled', async () => {
      const { webhookId } = await register({ types: ['GroupCreated'] });
      const [first] = await happen();
      await muster.settled();
      const next = (lastSettled: string | null) =>
        webhookListsOf(muster.readModel)
          .entries({ webhookId, types: ['GroupCreated'], lastSettled, limit: 9 })
          .map(({ eventId }) => eventId);
      expect(next(null)).to.deep.equal([first]);
      expect(next('0196f0a0-0000-7000-8000-000000000000')).to.deep.equal([]);
    });

    it('a rebuild of the read model', async () => {
      await register();
      const ids = await happen(3);
      await muster.settled();
      await muster.restart(() => muster.dropReadModel());
      await muster.settled();
      expect(receiver.ids).to.deep.equal(ids);
    });
  });

  describe('on several nodes', () => {
    it('are posted each event by one of them', async () => {
      await register({ types: ['GroupCreated'] });
      const nodes = [1, 2, 3].map(() => muster.begin({ store: sharedStore(muster.store) }));
      const ids: string[] = [];
      for (let n = 0; n < 10; n += 1) {
        ids.push(...(await happen()));
        await Promise.all(nodes.map((node) => node.settled()));
      }
      await muster.settled();
      expect(receiver.ids).to.deep.equal(ids);
    });

    it('are taken over from a node that is gone when its claim has run out', async () => {
      const { webhookId } = await register();
      const lost = muster.begin({
        store: sharedStore(muster.store),
        webhookPoster: { ...webhookPoster(onThisMachine), post: () => Promise.reject(new Error('gone')) },
      });
      const ids = await happen();
      await lost.settled();
      await lost.close();
      expect(await typesOf(webhookId)).to.deep.equal(['WebhookDeliveryClaimed']);
      muster.clock.now += 90 * SECOND_MS - 1;
      const early = muster.begin({ store: sharedStore(muster.store) });
      await early.settled();
      await early.close();
      expect(receiver.posts).to.deep.equal([]);
      muster.clock.now += 1;
      await muster.begin({ store: sharedStore(muster.store) }).settled();
      expect(receiver.ids).to.deep.equal(ids);
      expect(muster.failures.splice(0).map(String)).to.deep.equal(['Error: gone']);
    });

    it('are posted no further by a node whose claim ran out while it was held up', async () => {
      const { webhookId } = await register({ types: ['GroupCreated'] });
      const poster = webhookPoster(onThisMachine);
      const node = muster.begin({
        store: sharedStore(muster.store),
        webhookPoster: {
          ...poster,
          post: async (post) => {
            const answer = await poster.post(post);
            muster.clock.now += 90 * SECOND_MS;
            return answer;
          },
        },
      });
      const ids = await happen(3);
      await node.settled();
      expect(receiver.ids).to.deep.equal(ids);
      const own = await deliveryEvents(webhookId);
      const counts = own.flatMap((event) => (event.type === 'WebhookDelivered' ? [event.data.count] : []));
      expect(counts).to.deep.equal([1, 1, 1]);
      expect(own.filter(({ type }) => type === 'WebhookDeliveryClaimed')).to.have.lengthOf(3);
    });

    it('are left to whoever wrote to the stream meanwhile', async () => {
      const { webhookId } = await register();
      const ids = await happen();
      let raced = false;
      const slow = muster.begin({
        store: sharedStore(muster.store, async (request) => {
          if (request.events[0]?.type === 'WebhookDelivered' && !raced) {
            raced = true;
            muster.clock.now += 2 * MINUTE_MS;
            await muster.begin({ store: sharedStore(muster.store) }).settled();
          }
          return muster.store.append(request);
        }),
      });
      await slow.settled();
      expect(receiver.ids).to.deep.equal([...ids, ...ids]);
      expect((await typesOf(webhookId)).filter((type) => type === 'WebhookDelivered')).to.have.lengthOf(1);
    });
  });

  for (const [what, changes] of [
    ['UnknownEventType', { type: 'WebhookPaused' }],
    ['UnknownEventVersion', { schemaVersion: 99 }],
  ] as const)
    it(`are left alone where a newer build has written to their stream: ${what}`, async () => {
      const { webhookId } = await register({ types: ['GroupCreated'] });
      const ids = await happen();
      await muster.settled();
      const readStream: EventStore['readStream'] = async (stream, options) =>
        (await muster.store.readStream(stream, options)).map((event) => {
          if (event.stream !== webhookStream(webhookId)) return event;
          const body = JSON.stringify({ ...(JSON.parse(event.body) as StoredEvent), ...changes });
          return { ...event, body, ...('type' in changes ? { type: changes.type } : {}) };
        });
      await muster.restart();
      await happen();
      await muster.begin({ store: { ...sharedStore(muster.store), readStream } }).settled();
      const names = muster.failures.splice(0).map((error) => String(error).split(':')[0]);
      expect(names).to.deep.equal([what]);
      expect(receiver.ids).to.deep.equal(ids);
    });

  it('give every event once in order, or as a dead letter, whatever fails: no gap, no other order', async () => {
    const kinds = ['TAKE', 'TAKE', 'REFUSE', 'DROP', 'SLOW'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            events: fc.nat(3),
            answers: fc.array(fc.constantFrom(...kinds), { maxLength: 6 }),
            minutes: fc.nat(90),
            isRestarted: fc.nat(4).map((n) => n === 0),
          }),
          { minLength: 3, maxLength: 8 },
        ),
        async (steps) => {
          receiver.posts.length = 0;
          const { webhookId } = await register({ types: ['GroupCreated'] });
          const taken: string[] = [];
          const written: string[] = [];
          for (const { events, answers, minutes, isRestarted } of steps) {
            const left = [...answers];
            receiver.answer = (response, post) => {
              switch (left.shift() ?? 'TAKE') {
                case 'TAKE':
                case 'SLOW':
                  taken.push(post.id);
                  return take(response, post);
                case 'REFUSE':
                  return refuse(500)(response, post);
                case 'DROP':
                  response.destroy();
              }
            };
            written.push(...(await happen(events)));
            if (isRestarted) await muster.restart();
            await pass(minutes * MINUTE_MS);
          }
          receiver.answer = (response, post) => {
            taken.push(post.id);
            take(response, post);
          };
          await pass(2 * HOUR_MS);
          const givenUp = (await deliveryEvents(webhookId)).flatMap((event) =>
            event.type === 'WebhookEventGivenUp' ? [event.data.eventId] : [],
          );
          expect(taken).to.deep.equal(written.filter((id) => !givenUp.includes(id)));
          await muster.execute(accountId, olga, { type: 'removeWebhook', webhookId });
          await muster.settled();
        },
      ),
      { numRuns: 6 },
    );
  });
});
