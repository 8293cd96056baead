import { connect } from 'node:net';
import { expect } from 'chai';
import { createLog } from '../../src/http/log.js';
import { accountWorld } from '../support/account-world.js';
import { subscribeLive } from '../support/live-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const CANARY = 'QuetzalCanary';
const ADDRESS = `${CANARY}@example.com`;

describe('the log, at its most talkative,', () => {
  const lines: string[] = [];
  let muster: TestMuster;
  let accountId = '';
  let token = '';
  before(async () => {
    muster = await startMuster({ log: createLog('trace', { write: (line) => void lines.push(line) }) });
    const world = await accountWorld(muster);
    accountId = world.accountId;
    token = world.olga.client.token;
  });
  after(() => muster.close());

  const post = (body: string, headers: Readonly<Record<string, string>> = {}, path = '/graphql') =>
    fetch(`${muster.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body,
    }).then((response) => response.text());
  const ask = (query: string, variables: object = {}) => post(JSON.stringify({ query, variables }));

  it('shows nothing of what was sent, wherever in a request it stood', async () => {
    const input = { accountId, person: { email: ADDRESS, name: CANARY }, role: 'CONTRIBUTOR' };
    await ask('mutation ($input: AddUserInput!) { addUser(input: $input) { outcome } }', { input });
    await ask(`mutation { addUser(input: {accountId: "${CANARY}"}) { outcome } }`);
    await ask(`{ ${CANARY}: viewer { user { id } } }`);
    await ask(`query ${CANARY} { nonsense(a: "${ADDRESS}") }`);
    await ask(`{ account(id: "${accountId}") { users(search: "${CANARY}") { nodes { userId } } } }`);
    await ask('query ($a: ID!) { account(id: $a) { id } }', { a: { [CANARY]: ADDRESS } });
    await ask(`{ viewer { user { id } } # ${CANARY}`);
    await post(`{"query": ${CANARY}`);
    await post(CANARY, { 'content-type': `text/${CANARY}` });
    await post('{}', { 'x-name': CANARY, cookie: `name=${CANARY}`, traceparent: CANARY });
    await post('{}', { authorization: `Bearer ${CANARY}` });
    await post('{}', {}, `/graphql?email=${ADDRESS}`);
    await fetch(`${muster.url}/${CANARY}?name=${CANARY}`);
    await fetch(`${muster.url}/graphql?query={${CANARY}}`, { headers: { authorization: `Bearer ${token}` } });
    await malformed(muster, `GET /${CANARY} HTTP/9.9\r\n${CANARY}: ${ADDRESS}\r\n\r\n`);
    await malformed(muster, `${CANARY} ${ADDRESS}\r\n\r\n`);
    const live = await subscribeLive({ url: muster.url, token, accountId }).catch(() => null);
    await live?.stop();
    expect(lines.length).to.be.greaterThan(5);
    expect(lines.filter((line) => line.includes(CANARY))).to.deep.equal([]);
  });

  it('shows nothing of it when an error nobody foresaw holds it', async () => {
    const seen = lines.length;
    const { accounts } = muster.core.application;
    const { execute } = accounts;
    accounts.execute = () => Promise.reject(new Error(`no room for ${ADDRESS} (Bearer ${token})`));
    try {
      const input = { accountId, name: CANARY };
      const answer = await ask(
        `mutation ($input: CreateGroupInput!) { ${CANARY}: createGroup(input: $input) { outcome } }`,
        { input },
      );
      expect(answer).to.include('INTERNAL_SERVER_ERROR');
    } finally {
      accounts.execute = execute;
    }
    const news = lines.slice(seen);
    expect(news.join('')).to.include('no room for [address] (Bearer [token])');
    expect(news.filter((line) => line.includes(CANARY) || line.includes(token))).to.deep.equal([]);
    for (const line of news) expect(() => JSON.parse(line)).not.to.throw();
  });

  it('names every request by its id, and how it was answered', async () => {
    const response = await fetch(`${muster.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query": "{ viewer { user { id } } }"}',
    });
    await response.text();
    const requestId = response.headers.get('x-request-id');
    const find = () => lines.find((line) => line.includes(String(requestId)));
    while (find() === undefined) await new Promise(setImmediate);
    expect(JSON.parse(String(find()))).to.include({ requestId, operation: 'query', status: 200 });
  });
});

/** Bytes that are no HTTP; resolves when the server has hung up. */
function malformed({ url }: TestMuster, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.resume();
    socket.once('close', () => resolve());
    socket.once('error', () => resolve());
  });
}
