import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { MutationAnswer } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const DIFFERENCE = `query ($a: ID!, $from: AsOfInput!, $to: AsOfInput, $kinds: [DifferenceKind!], $first: Int!, $after: String) {
  difference(accountId: $a, from: $from, to: $to, kinds: $kinds, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { kind userId groupId responsibility operatorAccountId before after positions user { name } } } }`;

interface Entry {
  readonly kind: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly positions: readonly string[];
}

describe('the difference between two moments', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  const positions: Record<string, string> = {};
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
    const { accountId, olga, carl, rita, adam } = world;
    const does = async (name: string, answer: Promise<MutationAnswer>) => {
      positions[name] = applied(await answer).position ?? '';
    };
    await does('start', olga.client.mutate('createGroup', { accountId, name: 'Crew' }));
    await does('role', olga.client.mutate('changeRole', { accountId, userId: carl.userId, role: 'ADMIN' }));
    await does('gone', olga.client.mutate('removeUser', { accountId, userId: rita.userId, confirmed: true }));
    await does('plan', olga.client.mutate('changeSeatPlan', { accountId, planSeats: 7, addOnSeats: 0 }));
    await does('policy', olga.client.mutate('changePolicy', { accountId, preset: 'SUPEROFFICE' }));
    const duty = { responsibility: { kind: 'ACCOUNT_TECHNICAL_CONTACT' }, userId: adam.userId };
    await does('duty', olga.client.mutate('assignContact', { accountId, ...duty }));
    const twice = ['CONTRIBUTOR', 'REVIEWER'];
    for (const role of twice)
      await does(role, olga.client.mutate('changeRole', { accountId, userId: carl.userId, role }));
  });
  after(() => muster.close());

  const ask = async (from: object, also: object = {}) => {
    const variables = { a: world.accountId, from, first: 50, ...also };
    return (await world.olga.client.query(DIFFERENCE, variables)).difference;
  };
  const at = (name: string) => ({ knownAtPosition: positions[name] });

  it('lists people, duties, rules and seats with before, after and the events that did it', async () => {
    const { nodes } = await ask(at('start'));
    const found = nodes.map((one: Entry) => [one.kind, one.positions]);
    expect(found).to.deep.equal([
      ['POLICY', [positions.policy]],
      ['SEATS', []],
      ['PERSON', [positions.role, positions.CONTRIBUTOR, positions.REVIEWER]],
      ['PERSON', [positions.gone]],
      ['RESPONSIBILITY', [positions.duty]],
    ]);
    const [policy, seats, carl, rita, duty] = nodes;
    expect([policy.before.policyVersion, policy.after.policyVersion]).to.deep.equal([1, 2]);
    expect([seats.before.inUse, seats.after.inUse, seats.after.limit]).to.deep.equal([4, 3, 7]);
    expect([carl.before.role, carl.after.role, carl.user.name]).to.deep.equal([
      'CONTRIBUTOR',
      'REVIEWER',
      'carl',
    ]);
    expect([rita.before.status, rita.after.status]).to.deep.equal(['ACTIVE', 'REMOVED']);
    expect([duty.before, duty.after]).to.deep.equal([{ userId: null }, { userId: world.adam.userId }]);
  });

  it('names the one event, forwards and backwards, and lists nothing between a moment and itself', async () => {
    const kinds = ['PERSON'];
    const forwards = await ask(at('start'), { to: at('role'), kinds });
    const backwards = await ask(at('role'), { to: at('start'), kinds });
    expect(forwards.nodes.map((one: Entry) => one.positions)).to.deep.equal([[positions.role]]);
    expect(backwards.nodes.map((one: Entry) => one.positions)).to.deep.equal([[positions.role]]);
    expect(backwards.nodes[0].after).to.deep.equal(forwards.nodes[0].before);
    expect((await ask(at('role'), { to: at('role') })).nodes).to.deep.equal([]);
  });

  it('is read page by page', async () => {
    const all = await ask(at('start'));
    expect(all.totalCount).to.equal(5);
    const found: Entry[] = [];
    for (let after: string | null = null; ; ) {
      const page: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = await ask(
        at('start'),
        { first: 2, after },
      );
      found.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(found).to.deep.equal(all.nodes);
  });

  it('shows no seats to whoever may not read them, and nothing to a stranger', async () => {
    const { carl, stranger, accountId } = world;
    const variables = { a: accountId, from: at('start'), first: 50 };
    const { difference } = await carl.client.query(DIFFERENCE, variables);
    expect(difference.nodes.map((one: Entry) => one.kind))
      .to.include('PERSON')
      .and.not.include('SEATS');
    expect((await stranger.query(DIFFERENCE, variables)).difference).to.equal(null);
  });

  it('refuses two forms of one axis, by the name of the argument', async () => {
    const variables = { a: world.accountId, first: 1, from: { at: '2030-01-01T00:00:00Z', atPosition: '1' } };
    const { errors } = await world.olga.client.send(DIFFERENCE, variables);
    expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'from.atPosition' });
  });
});
