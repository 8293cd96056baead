import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { auditEntries } from '../support/audit-entries.js';
import { liveUrl, subscribeLive } from '../support/live-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

describe('the sockets of subscriptions', function () {
  this.timeout(60_000);
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    const liveLimits = {
      initMs: 200,
      pingMs: 300,
      sendingMs: 300,
      connectionsOfCaller: 3,
      subscriptionsOfConnection: 2,
      subscriptionsOfCaller: 3,
    };
    muster = await startMuster({ liveLimits });
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  /** Speaks the protocol by hand. */
  async function open({ token = world.olga.client.token, isSilent = false, autoPong = true } = {}) {
    const socket = new WebSocket(liveUrl(muster.url), 'graphql-transport-ws', { autoPong });
    const messages: Message[] = [];
    let wake = () => {};
    socket.on('message', (text) => {
      messages.push(JSON.parse(String(text)) as Message);
      wake();
    });
    const closed = once(socket, 'close').then(([code]) => Number(code));
    await once(socket, 'open');
    const say = (message: object) => socket.send(JSON.stringify(message));
    const until = async (fits: (message: Message) => boolean): Promise<Message> => {
      for (;;) {
        const found = messages.find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    if (!isSilent) say({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    return {
      socket,
      messages,
      closed,
      say,
      until,
      opened: () => until(({ type }) => type === 'connection_ack'),
    };
  }

  const subscribe = (id: string, query?: string, variables?: object) => ({
    id,
    type: 'subscribe',
    payload: {
      query: query ?? `subscription { membershipEvents(accountId: "${world.accountId}", after: "0") { id } }`,
      variables,
    },
  });
  const codeIn = (message: Message): unknown => {
    const { payload } = message;
    const errors = Array.isArray(payload) ? payload : (payload as { errors?: unknown[] }).errors;
    return (errors?.[0] as { extensions?: { code?: string } } | undefined)?.extensions?.code;
  };

  it('close with 4408 when nobody says who he is', async () => {
    expect(await (await open({ isSilent: true })).closed).to.equal(4408);
  });

  it('close with 4401 when something is asked before', async () => {
    const { say, closed } = await open({ isSilent: true });
    say(subscribe('1'));
    expect(await closed).to.equal(4401);
  });

  it('close with 4400 when it is no message', async () => {
    const { opened, socket, closed } = await open();
    await opened();
    socket.send('{');
    expect(await closed).to.equal(4400);
  });

  it('close with 1009 when a message is longer than 100 kB', async () => {
    const { opened, say, closed } = await open();
    await opened();
    say({ type: 'ping', payload: { text: 'x'.repeat(100_001) } });
    expect(await closed).to.equal(1009);
  });

  it('answer the ping of the protocol', async () => {
    const { opened, say, until, socket } = await open();
    await opened();
    say({ type: 'ping' });
    await until(({ type }) => type === 'pong');
    socket.terminate();
  });

  it('are cut off when a ping is not answered', async () => {
    const { opened, closed } = await open({ autoPong: false });
    await opened();
    expect(await closed).to.equal(1006);
  });

  it('stay while pings are answered', async () => {
    const { opened, socket } = await open();
    await opened();
    for (let pings = 0; pings < 3; pings += 1) await once(socket, 'ping');
    expect(socket.readyState).to.equal(WebSocket.OPEN);
    socket.terminate();
  });

  it('give everybody else a turn between two messages of a burst', async () => {
    const { socket, say, until } = await open();
    await until(({ type }) => type === 'connection_ack');
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    count();
    for (let n = 0; n < 200; n += 1)
      say({ type: 'subscribe', id: `${n}`, payload: { query: '{ nothing }' } });
    await until(({ type, id }) => type === 'error' && id === '199');
    isOver = true;
    expect(turns).to.be.at.least(200);
    socket.close();
  });

  for (const after of ['-1', '99999999999999999999', '1e3', '', -5])
    it(`say what is wrong with the variable ${JSON.stringify(after)}`, async () => {
      const { socket, say, until } = await open();
      const query =
        'subscription ($a: ID!, $p: Position) { membershipEvents(accountId: $a, after: $p) { position } }';
      await until(({ type }) => type === 'connection_ack');
      say({ type: 'subscribe', id: 'x', payload: { query, variables: { a: world.accountId, p: after } } });
      const { payload } = await until(({ type }) => type === 'error');
      const [error] = payload as { extensions: { code: string; field: string } }[];
      expect(error?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'after' });
      socket.close();
    });

  it('are to be had at /graphql only', async () => {
    const socket = new WebSocket(`${muster.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).to.include('404');
  });

  it('are few for one caller: one more is closed with 1013', async () => {
    const sockets = [await open(), await open(), await open()];
    for (const { opened } of sockets) await opened();
    expect(await (await open()).closed).to.equal(1013);
    const other = await open({ token: world.adam.client.token });
    await other.opened();
    for (const { socket, closed } of [...sockets, other]) {
      socket.close();
      await closed;
    }
  });

  it('carry few subscriptions, and a caller has few in all: one more is OVERLOADED', async () => {
    const [first, second] = [await open(), await open()];
    await first.opened();
    await second.opened();
    for (const id of ['1', '2', '3']) first.say(subscribe(id));
    expect(codeIn(await first.until(({ type, id }) => type === 'error' && id === '3'))).to.equal(
      'OVERLOADED',
    );
    for (const id of ['4', '5']) second.say(subscribe(id));
    expect(codeIn(await second.until(({ type, id }) => type === 'error' && id === '5'))).to.equal(
      'OVERLOADED',
    );
    first.say({ type: 'complete', id: '1' });
    second.say(subscribe('6'));
    await second.until(({ type, id }) => type === 'next' && id === '6');
    for (const { socket, closed } of [first, second]) {
      socket.close();
      await closed;
    }
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ['a query', '{ viewer { issuer } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what is no GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['too many tokens', `{ ${'__typename '.repeat(1_000)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'many aliases',
      `subscription { membershipEvents(accountId: "x") { ${Array.from({ length: 40 }, (_, i) => `a${i}: id`).join(' ')} } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'fragments that double and double',
      `subscription { membershipEvents(accountId: "x") { ...f0 } } ${Array.from(
        { length: 60 },
        (_, i) => `fragment f${i} on AuditEntry { ...f${i + 1} ...f${i + 1} }`,
      ).join(' ')} fragment f60 on AuditEntry { id }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'too many list items',
      'subscription { membershipEvents(accountId: "x") { subject { memberships(first: 200) { nodes { user { memberships(first: 200) { nodes { id } } } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ];
  for (const [what, query, code] of refused)
    it(`refuse ${what}, like HTTP does`, async () => {
      const { opened, say, until, socket, closed } = await open();
      await opened();
      const started = performance.now();
      say(subscribe('1', query));
      expect(codeIn(await until(({ type }) => type === 'error'))).to.equal(code);
      expect(performance.now() - started).to.be.lessThan(500);
      socket.close();
      await closed;
    });

  it('are where a subscription belongs: HTTP says so', async () => {
    const { errors } = await world.olga.client.send(String(subscribe('1').payload.query));
    expect(errors?.[0]?.extensions.code).to.equal('GRAPHQL_VALIDATION_FAILED');
    expect(errors?.[0]?.message).to.include('graphql-transport-ws');
  });
});

describe('a reader of subscriptions who does not read', function () {
  this.timeout(60_000);

  let muster: TestMuster;
  before(async () => {
    muster = await startMuster({ liveLimits: { sendingMs: 300, closingMs: 10_000 } });
  });
  after(() => muster.close());

  it('is closed with 1013, and goes on where he was', async () => {
    const world = await accountWorld(muster);
    const { accountId, olga } = world;
    // Far more than sockets hold by themselves.
    for (let n = 0; n < 500; n += 1)
      applied(await olga.client.mutate('changePolicy', { accountId, policy: { bulkLimit: 100 + (n % 2) } }));
    const asked = { url: muster.url, token: olga.client.token, accountId };
    const aliases = Array.from({ length: 30 }, (_, i) => `a${i}: data`).join(' ');
    const slow = await subscribeLive({ ...asked, after: '0', fields: `id position type ${aliases}` });
    await slow.received(1);
    slow.socket.pause();
    // Longer than a message may take to leave.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    slow.socket.resume();
    expect(await slow.closed).to.equal(1013);
    const all = await auditEntries(world);
    expect(slow.entries.length).to.be.lessThan(all.length);
    const rest = await subscribeLive({ ...asked, after: slow.entries.at(-1)?.position ?? null });
    await rest.received(all.length - slow.entries.length);
    expect([...slow.entries, ...rest.entries].map(({ id }) => id)).to.deep.equal(all.map(({ id }) => id));
    await rest.stop();
  });
});
