import { expect } from 'chai';
import { allowedPrivateFrom } from '../../src/webhooks/addresses.js';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { auditEntries } from '../support/audit-entries.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { isSigned, Receiver, refuse, take } from '../webhooks/receiver.js';

const webhooksQuery = `query ($a: ID!, $m: Position) { account(id: $a, minPosition: $m) { webhooks {
  id url host types status disabledBecause secretGeneration oldSecretUntil registeredBy { id } settledUpTo
  lastTakenAt failingSince failures nextAttemptAt lastFailureCode lastPing { status attempts code }
  deadLetters(first: 10) { totalCount nodes { eventId type position status attempts code } } } } }`;

describe('webhooks over HTTP', function () {
  this.timeout(60_000);
  let muster: TestMuster;
  let world: AccountWorld;
  let receiver: Receiver;
  const clock = { ms: Date.parse('2030-01-01T00:00:00.000Z') };

  before(async () => {
    const listed = allowedPrivateFrom(['127.0.0.1']);
    if ('wrong' in listed) throw new Error('not taken');
    const { v7 } = await import('uuid');
    muster = await startMuster({
      webhookAllowPrivate: listed.allowed,
      environment: { now: () => clock.ms, newId: () => v7() },
      random: () => 0.5,
    });
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    for (const { id: webhookId } of await listed()) await mutate('removeWebhook', { webhookId });
    await muster.processManagers.settled();
    await receiver.stop();
  });

  const mutate = async (mutation: string, input: object, fields = '') =>
    applied(await world.olga.client.mutate(mutation, { accountId: world.accountId, ...input }, fields));
  const register = async (input: object = {}) => {
    const fields = 'secret webhook { id }';
    const { secret, webhook } = await mutate('registerWebhook', { url: receiver.url, ...input }, fields);
    return { secret: secret as string, webhookId: webhook.id as string };
  };
  const listed = async (client = world.olga.client) =>
    (await client.query(webhooksQuery, { a: world.accountId })).account.webhooks;
  let groups = 0;
  const happen = () => {
    groups += 1;
    return mutate('createGroup', { name: `Group ${groups}` });
  };
  const pass = async (ms = 0) => {
    clock.ms += ms;
    await muster.processManagers.settled();
  };

  it('are posted what auditLog shows, from the registration on, and say so', async () => {
    const { secret, webhookId } = await register();
    expect(secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await happen();
    await happen();
    await pass();
    const entries = await auditEntries(world);
    const since = entries.slice(entries.findIndex(({ type }) => type === 'WebhookRegistered') + 1);
    expect(receiver.ids).to.deep.equal(since.map(({ id }) => id));
    expect(receiver.posts.map(({ body }) => JSON.parse(body).data.position)).to.deep.equal(
      since.map(({ position }) => position),
    );
    for (const post of receiver.posts) expect(isSigned(secret, post)).to.equal(true);
    const [webhook] = await listed();
    expect(webhook).to.deep.include({
      id: webhookId,
      url: receiver.url,
      host: new URL(receiver.url).host,
      types: [],
      status: 'ENABLED',
      disabledBecause: null,
      secretGeneration: 1,
      oldSecretUntil: null,
      registeredBy: { id: world.olga.userId },
      settledUpTo: since.at(-1)?.position,
      lastTakenAt: new Date(clock.ms).toISOString(),
      failingSince: null,
      failures: 0,
      nextAttemptAt: null,
      lastFailureCode: null,
      lastPing: null,
      deadLetters: { totalCount: 0, nodes: [] },
    });
  });

  it('show a secret once: to its maker, and to a repeat under the same key', async () => {
    const ask = () => register({ idempotencyKey: 'once' });
    const first = await ask();
    expect(await ask()).to.deep.equal(first);
    const again = await mutate(
      'rotateWebhookSecret',
      { webhookId: first.webhookId, secretGeneration: 1 },
      'secret webhook { secretGeneration oldSecretUntil }',
    );
    expect(again.secret)
      .to.match(/^whsec_/)
      .and.not.equal(first.secret);
    const oldSecretUntil = new Date(clock.ms + 24 * 3600 * 1000).toISOString();
    expect(again.webhook).to.deep.equal({ secretGeneration: 2, oldSecretUntil });
    const log = JSON.stringify(await auditEntries(world));
    for (const text of [first.secret, again.secret, receiver.url, '/hook']) expect(log).not.to.include(text);
  });

  it('have an index of their address that no other webhook shares, and that stays with the address', async () => {
    const indexes = async (of: AccountWorld) =>
      (await auditEntries(of))
        .filter(({ type }) => type === 'WebhookRegistered')
        .map(({ data }) => data.urlIndex);
    const { webhookId } = await register();
    await register();
    const elsewhere = await accountWorld(muster);
    const input = { accountId: elsewhere.accountId, url: receiver.url };
    const { webhook } = applied(
      await elsewhere.olga.client.mutate('registerWebhook', input, 'webhook { id }'),
    );
    const found = [...(await indexes(world)), ...(await indexes(elsewhere))];
    expect(found).to.have.length(3);
    expect(new Set(found).size).to.equal(3);
    const again = { accountId: world.accountId, webhookId, url: receiver.url };
    expect((await world.olga.client.mutate('changeWebhook', again)).outcome).to.equal('UNCHANGED');
    const gone = { accountId: elsewhere.accountId, webhookId: webhook.id };
    applied(await elsewhere.olga.client.mutate('removeWebhook', gone));
  });

  it('become dead letters, are listed, and posted again one by one or all', async () => {
    const { webhookId } = await register({ types: ['GroupCreated', 'GroupDeleted'] });
    receiver.answer = refuse(400);
    await happen();
    for (let n = 0; n < 6; n += 1) await pass(3600_000);
    const [{ deadLetters, lastFailureCode, failingSince }] = await listed();
    const [letter] = deadLetters.nodes;
    expect(deadLetters.totalCount).to.equal(1);
    expect(letter).to.deep.equal({
      eventId: receiver.ids[0],
      type: 'GroupCreated',
      position: letter.position,
      status: 'GIVEN_UP',
      attempts: 6,
      code: 'HTTP_400',
    });
    expect([lastFailureCode, failingSince === null]).to.deep.equal(['HTTP_400', false]);
    await mutate('redeliverWebhookEvents', { webhookId, eventId: letter.eventId });
    await pass();
    expect((await listed())[0].deadLetters.nodes[0]).to.include({ status: 'GIVEN_UP', attempts: 7 });
    receiver.answer = take;
    await mutate('redeliverWebhookEvents', { webhookId, since: letter.position });
    await pass();
    expect(receiver.ids).to.deep.equal(Array(8).fill(letter.eventId));
    expect((await listed())[0].deadLetters).to.deep.equal({ totalCount: 0, nodes: [] });
    const redeliver = (input: object) =>
      world.olga.client.mutate('redeliverWebhookEvents', { accountId: world.accountId, webhookId, ...input });
    expect(await redeliver({})).to.include({ outcome: 'UNCHANGED' });
    expect((await redeliver({ eventId: letter.eventId })).userErrors[0]).to.include({
      code: 'NOT_FOUND',
      field: 'input.eventId',
    });
  });

  it('show what became of a ping', async () => {
    const { webhookId } = await register({ types: ['GroupDeleted'] });
    receiver.answer = refuse(500);
    await mutate('pingWebhook', { webhookId });
    await pass();
    expect((await listed())[0].lastPing).to.deep.equal({ status: 'GIVEN_UP', attempts: 1, code: 'HTTP_500' });
    receiver.answer = take;
    await pass(10_000);
    await mutate('pingWebhook', { webhookId });
    await pass();
    expect((await listed())[0].lastPing).to.deep.equal({ status: 'TAKEN', attempts: 1, code: null });
    expect(receiver.types).to.deep.equal(['WebhookPinged', 'WebhookPinged']);
  });

  it('say that Muster disabled them, and are enabled again', async () => {
    const { webhookId } = await register({ types: ['GroupCreated'] });
    receiver.answer = refuse(410);
    await happen();
    await pass();
    expect((await listed())[0]).to.include({ status: 'DISABLED', disabledBecause: 'GONE' });
    receiver.answer = take;
    await mutate('changeWebhook', { webhookId, enabled: true });
    await pass();
    expect((await listed())[0]).to.include({ status: 'ENABLED', disabledBecause: null, failures: 0 });
    expect(receiver.posts).to.have.lengthOf(2);
  });

  it('go on when who registered them has left', async () => {
    await register({ types: ['GroupCreated'] });
    const { accountId } = world;
    const input = { accountId, userId: world.olga.userId, confirmed: true };
    applied(
      await muster.root.mutate('addUser', {
        accountId,
        person: { email: `omar.${accountId}@example.test`, name: 'Omar' },
        role: 'OWNER',
      }),
    );
    applied(await muster.root.mutate('removeUser', input));
    applied(await muster.root.mutate('createGroup', { accountId, name: 'After' }));
    await pass();
    expect(receiver.types).to.deep.equal(['GroupCreated']);
    const [{ id: webhookId }] = await listed(muster.root);
    applied(await muster.root.mutate('removeWebhook', { accountId, webhookId }));
    world = await accountWorld(muster);
  });

  describe('are refused', () => {
    const refusal = async (url: string, extra: object = {}) => {
      const input = { accountId: world.accountId, url, ...extra };
      const { userErrors } = await world.olga.client.mutate('registerWebhook', input);
      return userErrors[0];
    };
    for (const url of [
      'https://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://0x7f000002/',
      'https://user:password@hooks.example.test/',
      'https://hooks.example.test/#x',
      'ftp://hooks.example.test/',
      'hooks.example.test',
    ])
      it(`at ${url}`, async () => {
        expect(await refusal(url)).to.include({ code: 'INVALID_INPUT', field: 'input.url' });
        expect(await listed()).to.deep.equal([]);
      });

    it('for events that are not posted', async () => {
      expect(await refusal(receiver.url, { types: ['WebhookDelivered'] })).to.include({
        code: 'INVALID_INPUT',
        field: 'input.types',
      });
    });

    it('to whom audit.export is missing, who sees none either', async () => {
      await register();
      const { accountId, adam } = world;
      const { data, errors } = await adam.client.send(webhooksQuery, { a: accountId });
      expect(data.account.webhooks).to.equal(null);
      expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'audit.export' });
    });
  });
});
