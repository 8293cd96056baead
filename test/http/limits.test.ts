import { expect } from 'chai';
import { getIntrospectionQuery } from 'graphql';
import { memberActions } from '../../src/application/application.js';
import { MAX_LIST_ITEMS } from '../../src/http/list-size-limit.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('what the API takes', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  const post = (body: string | object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${muster.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${muster.root.token}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('is no more than 300 kB', async () => {
    const response = await post({ query: '{ __typename }', variables: { x: 'x'.repeat(300_001) } });
    expect(response.status).to.equal(413);
    expect(await codesOf(response)).to.deep.equal(['BAD_REQUEST']);
  });

  it('is JSON; anything else is answered with 400 and no stack', async () => {
    for (const body of ['{', 'query', '[', '{"query": ']) {
      const response = await post(body);
      expect(response.status).to.equal(400);
      expect(await response.text()).not.to.match(/ at |node_modules|\.js|\.ts/);
    }
  });

  it('poisons no prototype', async () => {
    const response = await post('{"query": "{ __typename }", "__proto__": {"isRoot": true}}');
    expect(response.status).to.equal(400);
  });

  it('is one request at a time', async () => {
    const response = await post([{ query: '{ __typename }' }, { query: '{ __typename }' }]);
    expect(response.status).to.equal(400);
  });

  it('is never a persisted query', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    expect(await codesOf(await post({ extensions }))).to.deep.equal(['PERSISTED_QUERY_NOT_SUPPORTED']);
  });

  it('is no form that a browser would send by itself', async () => {
    const asForm = await post('query=%7B__typename%7D', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(asForm.status).to.equal(415);
    const asLink = await fetch(`${muster.url}/graphql?query=%7B__typename%7D`, {
      headers: { authorization: `Bearer ${muster.root.token}` },
    });
    expect(asLink.status).to.equal(400);
    expect(await asLink.text()).to.include('CSRF');
  });

  it('is no document of more than a thousand tokens: it is not even read to its end', async () => {
    const response = await post({ query: `{ ${'__typename '.repeat(1_000)} }` });
    expect(await codesOf(response)).to.deep.equal(['GRAPHQL_PARSE_FAILED']);
  });

  const hostile: readonly (readonly [string, string])[] = [
    ['of many aliases', `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: viewer { issuer }`).join(' ')} }`],
    [
      'of many aliases of __typename',
      `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
    ],
    [
      'nested deep',
      `{ viewer { user { ${'memberships(first: 1) { nodes { user { '.repeat(4)} id ${'} } }'.repeat(4)} } } }`,
    ],
    ['of many directives', `{ ${'__typename @skip(if: false) '.repeat(40)} }`],
    [
      'of fragments that double and double',
      `{ viewer { ...f0 } } ${Array.from(
        { length: 60 },
        (_, i) => `fragment f${i} on Viewer { ...f${i + 1} ...f${i + 1} }`,
      ).join(' ')} fragment f60 on Viewer { issuer }`,
    ],
    [
      'of fragments in a ring',
      '{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }',
    ],
    ['for too many list items', '{ accounts(first: 200) { nodes { users(first: 200) { nodes { id } } } } }'],
  ];
  for (const [what, query] of hostile)
    it(`is no document ${what}: refused in less than half a second`, async () => {
      const started = performance.now();
      const response = await post({ query }, { accept: 'application/graphql-response+json' });
      expect(performance.now() - started).to.be.lessThan(500);
      expect(response.status).to.equal(400);
      expect(await codesOf(response)).to.satisfy((codes: string[]) =>
        codes.every((code) => code === 'GRAPHQL_VALIDATION_FAILED'),
      );
    });

  it('counts list items in variables and in defaults too', async () => {
    const query =
      'query ($n: Int) { accounts(first: $n) { nodes { users(first: $n) { nodes { memberships: user { memberships { nodes { id } } } } } } } }';
    const { errors } = await muster.root.send(query, { n: 50 });
    expect(errors?.[0]?.message).to.include(`at most ${MAX_LIST_ITEMS}`);
    expect((await muster.root.send(query, { n: 5 })).errors).to.equal(undefined);
  });

  it('counts what has to be decided at its price, for each action asked about', async () => {
    const query =
      'query ($n: Int!, $actions: [MemberAction!]) { accounts(first: 1) { nodes { users(first: $n) { nodes { availableActions(actions: $actions) { available } } } } } }';
    const [four, all] = [memberActions.slice(0, 4), memberActions];
    for (const [n, actions, isTaken] of [
      [200, null, true],
      [200, four, true],
      [200, four.slice(0, 1), true],
      [70, all, true],
      [100, all, false],
    ] as const) {
      const { errors } = await muster.root.send(query, { n, actions });
      expect([n, actions, errors?.[0]?.extensions.code]).to.deep.equal([
        n,
        actions,
        isTaken ? undefined : 'GRAPHQL_VALIDATION_FAILED',
      ]);
    }
  });

  it('counts a look at everything there ever was at its price, and the same of now at none', async () => {
    const id = '7c1f8c5e-0000-4000-8000-000000000000';
    const moment = '{ at: "2026-01-01T00:00:00.000Z" }';
    const aliases = (count: number, field: string) =>
      Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ');
    const difference = `difference(accountId: "${id}", from: ${moment}, first: 1) { nodes { kind } }`;
    const counts = (field: string) => `{ account(id: "${id}") { ${field} } }`;
    const then = (field: string) => `{ account(id: "${id}", asOf: ${moment}) { ${field} } }`;
    const counted = (given = '') => `userCounts${given} { status }`;
    const spread = (given: string) =>
      `{ now: account(id: "${id}") { ...f } account(id: "${id}"${given}) { users(first: 99) { nodes { account { ...f } } } } } fragment f on Account { ${counted()} }`;
    const taken: readonly (readonly [string, boolean])[] = [
      [`{ ${aliases(9, difference)} }`, true],
      [`{ ${aliases(10, difference)} }`, false],
      [counts(aliases(25, counted())), true],
      [then(aliases(25, counted())), true],
      [`{ accounts(first: 99) { nodes { ${counted()} } } }`, true],
      [`{ accounts(first: 99) { nodes { ${counted(`(asOf: ${moment})`)} } } }`, false],
      [spread(''), true],
      [spread(`, asOf: ${moment}`), false],
    ];
    for (const [query, isTaken] of taken) {
      const { errors } = (await (await post({ query })).json()) as { errors?: { message: string }[] };
      const refused = errors?.filter(({ message }) => message.includes(`at most ${MAX_LIST_ITEMS}`)) ?? [];
      expect(errors, query).to.deep.equal(isTaken ? undefined : refused);
      expect(refused.length > 0, query).to.equal(!isTaken);
    }
  });

  it('is the introspection that tools send', async () => {
    const { __schema } = await muster.root.query(getIntrospectionQuery());
    expect(__schema.mutationType.name).to.equal('Mutation');
  });

  it('is a page of 1 to 200', async () => {
    for (const first of [0, -1, 201]) {
      const { errors } = await muster.root.send('query ($n: Int!) { accounts(first: $n) { nodes { id } } }', {
        n: first,
      });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'first' });
    }
  });

  const cursors = [
    '',
    'x',
    '%00',
    'W10',
    'WyJ1c2VycyIsMV0',
    'WyJhY2NvdW50cyIse31d',
    'WyJhY2NvdW50cyIsMSwyXQ',
    'a'.repeat(999),
  ];
  for (const after of cursors)
    it(`is no cursor of another make: ${after.slice(0, 30)}`, async () => {
      const { errors } = await muster.root.send(
        'query ($after: String) { accounts(after: $after) { nodes { id } } }',
        { after },
      );
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'after' });
    });

  it('is no position of another make', async () => {
    for (const minPosition of ['-1', '1.5', 'x', '99999999999999999', '']) {
      const { errors } = await muster.root.send(
        'query ($p: Position) { accounts(minPosition: $p) { nodes { id } } }',
        { p: minPosition },
      );
      expect(errors?.[0]?.extensions.code).to.equal('BAD_USER_INPUT');
    }
  });

  it('is answered with no-store, also when it is refused', async () => {
    for (const response of [
      await post({ query: '{ __typename }' }),
      await post('{'),
      await fetch(muster.url),
    ])
      expect(response.headers.get('cache-control')).to.equal('no-store');
  });

  it('has no page at the root but in development', async () => {
    expect((await fetch(`${muster.url}/`)).status).to.equal(404);
  });
});

async function codesOf(response: Response): Promise<readonly string[]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
}
