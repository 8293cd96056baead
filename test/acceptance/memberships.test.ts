import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { invite } from '../support/invitee.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';

const query = `query ($a: [ID!], $status: [MembershipStatus!], $role: [Role!], $kind: [MemberKind!], $search: String,
    $first: Int, $after: String, $last: Int, $before: String) {
  memberships(accountIds: $a, status: $status, role: $role, kind: $kind, search: $search,
      first: $first, after: $after, last: $last, before: $before) {
    totalCount csv pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { accountId userId status user { name } } } }`;

interface Node {
  readonly accountId: string;
  readonly userId: string;
  readonly status: string;
  readonly user: { readonly name: string };
}

describe('memberships over all accounts', () => {
  let muster: ClockedMuster;
  let one: AccountWorld;
  let two: AccountWorld;
  let operator: GraphqlClient;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());

  /** An operator of these two accounts alone, so that the lists hold nobody else. */
  beforeEach(async () => {
    one = await accountWorld(muster);
    two = await accountWorld(muster);
    const { account } = applied(
      await muster.root.mutate('createAccount', { name: 'Operators', kind: 'OPERATOR' }, 'account { id }'),
    );
    const email = `opal.${account.id}@example.test`;
    const permissions = ['accounts.operate'];
    const input = { accountId: account.id, person: { email, name: 'Opal' }, role: 'ADMIN', permissions };
    applied(await muster.root.mutate('addUser', input));
    for (const { accountId } of [one, two])
      applied(await muster.root.mutate('linkOperator', { accountId, operatorAccountId: account.id }));
    operator = await muster.client({ subject: email, email });
  });

  const ask = async (variables: object = {}, client = operator) =>
    (await client.query(query, { ...variables })).memberships;
  const names = async (variables: object = {}, client = operator) => {
    const list = await ask(variables, client);
    expect(list.totalCount).to.equal(list.nodes.length);
    return (list.nodes as Node[]).map(({ user }) => user.name);
  };
  const four = ['olga', 'adam', 'carl', 'rita'];

  it('PP-12, PP-16 are those of the accounts operated and the own ones, in the order of joining', async () => {
    expect(await names()).to.deep.equal([...four, ...four, 'Opal']);
  });

  it('are for a member those of his own accounts', async () => {
    expect(await names({}, one.rita.client)).to.deep.equal(four);
    const { nodes } = await ask({}, one.rita.client);
    expect(new Set((nodes as Node[]).map(({ accountId }) => accountId))).to.deep.equal(
      new Set([one.accountId]),
    );
  });

  it('are nobody for people Muster does not know, and for whoever is out', async () => {
    const nobody = await muster.client({ subject: 'nobody-at-all' });
    expect(await ask({}, nobody)).to.deep.include({ totalCount: 0, nodes: [] });
    const { accountId, carl } = one;
    const input = { accountId, userId: carl.userId, confirmed: true };
    applied(await one.olga.client.mutate('deactivateUser', input));
    expect(await ask({}, carl.client)).to.deep.include({ totalCount: 0, nodes: [] });
  });

  it('are narrowed to accounts; what the caller may not see is passed over like what does not exist', async () => {
    expect(await names({ a: [two.accountId] })).to.deep.equal(four);
    const elsewhere = await accountWorld(muster);
    expect(await names({ a: [two.accountId, elsewhere.accountId, unknownId] })).to.deep.equal(four);
    expect(await names({ a: [elsewhere.accountId] })).to.deep.equal([]);
    expect(await names({ a: [] }), 'none chosen').to.deep.equal(await names({}));
  });

  it('PP-8, SO-7 are filtered by status, role, kind and search', async () => {
    const { accountId, olga, carl, rita } = one;
    const input = { accountId, confirmed: true };
    applied(await olga.client.mutate('deactivateUser', { ...input, userId: carl.userId }));
    applied(await olga.client.mutate('removeUser', { ...input, userId: rita.userId }));
    await two.add('Sasha Søren', { kind: 'SSO' });
    expect(await names({ status: ['INACTIVE'] })).to.deep.equal(['carl']);
    expect(await names({ status: ['REMOVED'] })).to.deep.equal(['rita']);
    expect(await names({ role: ['OWNER'] })).to.deep.equal(['olga', 'olga']);
    expect(await names({ kind: ['SSO'] })).to.deep.equal(['Sasha Søren']);
    expect(await names({ search: 'søren' })).to.deep.equal(['Sasha Søren']);
    expect(await names({ search: 'OLGA', a: [one.accountId] })).to.deep.equal(['olga']);
    expect(await names({ search: 'a', role: ['ADMIN'] })).to.include.members(['adam']);
    expect(await names({ search: '%' })).to.deep.equal([]);
  });

  it('leave out by default only those who have ended, and tell expired invitations by the clock', async () => {
    const { userId } = await invite(one);
    const invited = async () =>
      ((await ask({ a: [one.accountId] })).nodes as Node[]).find((node) => node.userId === userId)?.status;
    expect(await invited()).to.equal('INVITED');
    muster.clock.nowMs += 8 * DAY_MS;
    expect(await invited()).to.equal('INVITATION_EXPIRED');
    expect(await names({ status: ['INVITED'] })).to.deep.equal([]);
    const { nodes } = await ask({ status: ['INVITATION_EXPIRED'] });
    expect((nodes as Node[]).map((node) => node.userId)).to.deep.equal([userId]);
  });

  describe('come page by page', () => {
    const all = [...four, ...four, 'Opal'];

    it('from the beginning, each once', async () => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { nodes, pageInfo, totalCount } = await ask({ first: 4, after });
        expect(totalCount).to.equal(9);
        expect(pageInfo.hasPreviousPage).to.equal(seen.length > 0);
        seen.push(...(nodes as Node[]).map(({ user }) => user.name));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).to.deep.equal(all);
    });

    it('from the end, each once, and in the same order', async () => {
      const seen: string[] = [];
      let before: string | null = null;
      do {
        const { nodes, pageInfo } = await ask({ last: 4, before });
        expect(pageInfo.hasNextPage).to.equal(seen.length > 0);
        seen.unshift(...(nodes as Node[]).map(({ user }) => user.name));
        before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
      } while (before !== null);
      expect(seen).to.deep.equal(all);
    });

    it('not from both ends at once, and not with a cursor of another list', async () => {
      const { pageInfo } = await ask({ first: 1 });
      const faults = [
        ['last', { first: 1, last: 1 }],
        ['last', { after: pageInfo.endCursor, last: 1 }],
        ['first', { first: 201 }],
        ['last', { last: 0 }],
        ['after', { first: 1, after: 'W10' }],
        ['before', { last: 1, before: 'W10' }],
      ] as const;
      for (const [field, variables] of faults) {
        const { errors } = await operator.send(query, variables);
        expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
      }
    });

    it('and count for the limit on list items by what is asked for', async () => {
      const document = `query ($n: Int, $l: Int) { memberships(first: $n, last: $l) {
        nodes { user { memberships(first: 100) { nodes { id } } } } } }`;
      for (const variables of [{}, { n: 100 }, { l: 100 }]) {
        const { errors } = await operator.send(document, variables);
        expect(errors?.[0]?.message).to.include('list items');
      }
      for (const variables of [{ n: 50 }, { l: 50 }])
        expect((await operator.send(document, variables)).errors).to.equal(undefined);
    });
  });

  describe('as of a moment', () => {
    const then = `query ($asOf: AsOfInput, $first: Int, $after: String, $last: Int, $search: String) {
      memberships(asOf: $asOf, first: $first, after: $after, last: $last, search: $search) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { accountId userId status role account { id preset } user { name memberships(first: 9) { nodes { status } } } } } }`;
    const askThen = async (variables: Readonly<Record<string, unknown>>) =>
      (await operator.query(then, variables)).memberships;

    it('are what they were, of the accounts that are visible today', async () => {
      const { accountId, olga, carl, rita } = one;
      const input = { accountId, confirmed: true };
      const before = applied(await olga.client.mutate('createGroup', { accountId, name: 'Crew' })).position;
      const { position } = applied(await olga.client.mutate('removeUser', { ...input, userId: rita.userId }));
      applied(await olga.client.mutate('changeRole', { accountId, userId: carl.userId, role: 'ADMIN' }));
      const first = await askThen({ asOf: { knownAtPosition: before } });
      expect((first.nodes as Node[]).map(({ user }) => user.name)).to.deep.equal([...four, ...four, 'Opal']);
      expect(first.totalCount).to.equal(9);
      expect(first.nodes[2].role).to.equal('CONTRIBUTOR');
      expect(first.nodes[3].user.memberships.nodes).to.deep.equal([{ status: 'ACTIVE' }]);
      const second = await askThen({ asOf: { atPosition: position, knownAtPosition: position } });
      expect(second.totalCount).to.equal(8);
      expect((await askThen({ asOf: { at: '2001-01-01T00:00:00Z' } })).nodes).to.deep.equal([]);
      const page = await askThen({ asOf: { knownAtPosition: before }, first: 4 });
      const rest = await askThen({
        asOf: { knownAtPosition: before },
        first: 200,
        after: page.pageInfo.endCursor,
      });
      expect([...page.nodes, ...rest.nodes]).to.deep.equal(first.nodes);
      const last = await askThen({ asOf: { knownAtPosition: before }, last: 2 });
      expect(last.nodes).to.deep.equal(first.nodes.slice(-2));
    });

    it('are one person’s too, by a moment of their own', async () => {
      const { accountId, olga, rita } = one;
      const before = applied(await olga.client.mutate('createGroup', { accountId, name: 'Crew' })).position;
      applied(await olga.client.mutate('removeUser', { accountId, userId: rita.userId, confirmed: true }));
      const document = `query ($id: ID!, $asOf: AsOfInput) {
        user(id: $id) { memberships(asOf: $asOf) { totalCount nodes { status } } } }`;
      const statuses = async (asOf: object | null) =>
        (await operator.query(document, { id: rita.userId, asOf })).user.memberships;
      expect(await statuses(null)).to.deep.equal({ totalCount: 1, nodes: [{ status: 'REMOVED' }] });
      expect(await statuses({ knownAtPosition: before })).to.deep.equal({
        totalCount: 1,
        nodes: [{ status: 'ACTIVE' }],
      });
      expect(await statuses({ knownAtPosition: '1' })).to.deep.equal({ totalCount: 0, nodes: [] });
    });

    it('are not searched, and not asked for positions to come', async () => {
      const search = await operator.send(then, { asOf: { at: '2026-01-01T00:00:00Z' }, search: 'olga' });
      expect(search.errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'asOf' });
      const { errors } = await operator.send(then, { asOf: { knownAtPosition: '99999999' } });
      expect(errors?.[0]?.extensions).to.include({ code: 'PROJECTION_LAGGING' });
    });
  });

  describe('as CSV', () => {
    it('are the page, with a header line and names as the caller may see them', async () => {
      const { csv, nodes } = await ask({ a: [one.accountId], first: 2 });
      const [header, first, second, end] = csv.split('\r\n');
      expect(header).to.equal(
        'accountId,account,userId,name,email,status,endedBy,kind,role,permissions,joinedAt,since',
      );
      expect(first).to.match(
        new RegExp(
          `^${one.accountId},Account \\d+,${nodes[0].userId},olga,olga\\.\\d+@example\\.test,ACTIVE,,STANDARD,OWNER,,`,
        ),
      );
      expect(second).to.include(',adam,');
      expect(end).to.equal('');
    });

    it('hold no formula: what a person calls himself is only text', async () => {
      const { accountId } = one;
      for (const name of ['=cmd|calc!A1', '+1', '-1', '@SUM(A1)', 'Lee, "Ann"'])
        applied(
          await muster.root.mutate('addUser', {
            accountId,
            person: { email: `p${crypto.randomUUID()}@example.test`, name },
            role: 'REVIEWER',
          }),
        );
      const { csv } = await ask({ a: [accountId] });
      for (const cell of [",'=cmd|calc!A1,", ",'+1,", ",'-1,", ",'@SUM(A1),", ',"Lee, ""Ann""",'])
        expect(csv).to.include(cell);
      expect(csv).not.to.match(/(^|,|\n)"?[=+@-]/);
    });

    it('are there for the people of one account too', async () => {
      const document = 'query ($a: ID!) { account(id: $a) { users(first: 1) { csv } } }';
      const { account } = await one.rita.client.query(document, { a: one.accountId });
      expect(account.users.csv).to.match(/^accountId,.*\r\n.*,olga,.*\r\n$/s);
    });
  });
});
