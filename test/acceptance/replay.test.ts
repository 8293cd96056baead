import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { accountEvents, everythingAfter } from '../support/logged-events.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

interface Step {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly changes: readonly {
    readonly thing: string;
    readonly id: string;
    readonly userId: string | null;
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly fields: readonly string[];
  }[];
}

const ASK = `query ($a: ID!, $u: ID, $first: Int, $after: String) {
  replay(accountId: $a, userId: $u, first: $first, after: $after) {
    nodes { id type revision changes { thing id userId before after fields } }
    pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }`;

describe('replay', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let groupId: string;

  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
    const { accountId, olga, carl } = world;
    groupId = await world.createGroup('Pilots');
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId: carl.userId }));
    applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true }));
  });
  after(() => muster.close());

  it('shows what an event changed, before and after, as decisions see it', async () => {
    const { accountId: a, olga, carl } = world;
    const { replay } = await olga.client.query(ASK, { a, u: carl.userId, first: 50 });
    const steps = replay.nodes as readonly Step[];
    expect(steps.map(({ type }) => type)).to.deep.equal(['UserAdded', 'GroupMemberAdded', 'UserRemoved']);
    const removed = steps.at(-1)?.changes ?? [];
    const membership = removed.find(({ thing }) => thing === 'MEMBERSHIP');
    expect(membership?.before).to.include({ status: 'ACTIVE', userId: carl.userId });
    expect(membership?.after).to.include({ status: 'REMOVED' });
    expect(membership?.fields).to.include.members(['status', 'groupIds', 'heldAtEnd', 'statusChanges']);
    expect(removed).to.deep.include({
      thing: 'GROUP_MEMBER',
      id: groupId,
      userId: carl.userId,
      before: { role: 'MEMBER' },
      after: null,
      fields: ['role'],
    });
    expect(replay.totalCount).to.equal(null);
  });

  it('is the same page by page, and every event of the stream', async () => {
    const { accountId: a, olga } = world;
    const whole = await olga.client.query(ASK, { a, first: 200 });
    const paged: Step[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { replay } = await olga.client.query(ASK, { a, first: 3, after });
      paged.push(...replay.nodes);
      ({ hasNextPage: more, endCursor: after } = replay.pageInfo);
    }
    expect(paged).to.deep.equal(whole.replay.nodes);
    expect(paged.map(({ id }) => id)).to.deep.equal(
      (await accountEvents(muster, a)).map(({ eventId }) => eventId),
    );
  });

  it('needs audit.read, and says nothing of an account that is not visible', async () => {
    const { accountId: a, rita, stranger } = world;
    const refused = await rita.client.send(ASK, { a });
    expect(refused.errors?.[0]?.extensions).to.include({
      code: 'PERMISSION_DENIED',
      permission: 'audit.read',
    });
    expect(await stranger.query(ASK, { a })).to.deep.equal({ replay: null });
    const wrong = await world.olga.client.send(ASK, { a, after: 'bm9uc2Vuc2U' });
    expect(wrong.errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'after' });
  });

  it('is recorded as a reading of the audit log, once the right to it is there', async () => {
    const { accountId: a, adam, rita } = world;
    await adam.client.query('{ viewer { user { id } } }');
    const before = await muster.core.store.head();
    await rita.client.send(ASK, { a });
    await adam.client.query(ASK, { a });
    // What was refused is written too, some time later.
    const readings = (await everythingAfter(muster, before)).filter(({ type }) => type === 'AuditRead');
    expect(readings.map(({ actor, data }) => [actor.id, data.kind])).to.deep.equal([[adam.userId, 'REPLAY']]);
  });

  it('follows a person through all accounts where the asker may audit, one after the other', async () => {
    const other = await accountWorld(muster);
    const [foreign, { olga, carl, accountId }] = [await accountWorld(muster), world];
    const emailOf = async (userId: string): Promise<string> =>
      (await muster.root.query('query ($u: ID!) { user(id: $u) { email } }', { u: userId })).user.email;
    const [carlsEmail, olgasEmail] = [await emailOf(carl.userId), await emailOf(olga.userId)];
    for (const { accountId: id } of [other, foreign])
      applied(
        await muster.root.mutate('addUser', {
          accountId: id,
          person: { email: carlsEmail, name: 'Carl' },
          role: 'REVIEWER',
        }),
      );
    applied(
      await other.olga.client.mutate('addUser', {
        accountId: other.accountId,
        person: { email: olgasEmail, name: 'Olga' },
        role: 'ADMIN',
      }),
    );
    const document = `query ($u: ID, $first: Int, $after: String) {
      replay(userId: $u, first: $first, after: $after) {
        nodes { accountId type } pageInfo { hasNextPage endCursor } } }`;
    const typesIn: Record<string, readonly string[]> = {
      [accountId]: ['UserAdded', 'GroupMemberAdded', 'UserRemoved'],
      [other.accountId]: ['UserAdded'],
    };
    const expected = [accountId, other.accountId]
      .sort()
      .flatMap((id) => (typesIn[id] ?? []).map((type) => ({ accountId: id, type })));
    for (const first of [1, 2, 3, 50]) {
      const found: unknown[] = [];
      for (let after: string | null = null; ; ) {
        const { replay } = await olga.client.query(document, { u: carl.userId, first, after });
        found.push(...replay.nodes);
        if (!replay.pageInfo.hasNextPage) break;
        after = replay.pageInfo.endCursor;
      }
      expect(found, `by ${first}`).to.deep.equal(expected);
    }
    const { errors } = await olga.client.send(document, { first: 1 });
    expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'accountId' });
  });
});
