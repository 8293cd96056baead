import { expect } from 'chai';
import { StoreUnavailable } from '../../src/event-store/event-store.js';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { type ClockedMuster, startClockedMuster } from '../support/clocked-muster.js';
import { everythingAfter } from '../support/logged-events.js';

const ASK = `query ($a: ID, $f: AuditLogFilter, $after: String, $p: Position) {
  auditLog(accountId: $a, filter: $f, first: 2, after: $after, minPosition: $p) {
    nodes { type actor { id } ... on AuditReadEntry { readKind accountIds filter } } pageInfo { endCursor } } }`;

describe('reading the audit log', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;

  before(async () => {
    muster = await startClockedMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const readings = async (before: number) =>
    (await everythingAfter(muster, before)).filter(({ type }) => type === 'AuditRead');

  it('is recorded once for each actor, question and hour, whatever the page', async () => {
    const { accountId: a, olga, adam } = world;
    const before = await muster.core.store.head();
    const { auditLog } = await olga.client.query(ASK, { a });
    await olga.client.query(ASK, { a, after: auditLog.pageInfo.endCursor });
    await olga.client.query(ASK, { a });
    expect(await readings(before)).to.have.length(1);
    await olga.client.query(ASK, { a, f: { types: ['UserAdded'] } });
    await adam.client.query(ASK, { a });
    expect(await readings(before)).to.have.length(3);
  });

  it('is shown to who asks for it, and to nobody else', async () => {
    const { accountId: a, olga } = world;
    await olga.client.query(ASK, { a, f: { ticket: 'HR-17' } });
    const p = `${await muster.core.store.head()}`;
    const { auditLog } = await olga.client.query(ASK, { a, p, f: { types: ['AuditRead'] } });
    expect(auditLog.nodes).to.deep.include({
      type: 'AuditRead',
      actor: { id: olga.userId },
      readKind: 'QUERY',
      accountIds: [a],
      filter: { ticket: 'HR-17' },
    });
    const plain = await olga.client.query(ASK, { a, p });
    expect(plain.auditLog.nodes.map(({ type }: { type: string }) => type)).not.to.include('AuditRead');
  });

  it('is refused while it cannot be recorded; what is recorded already is shown', async () => {
    const { accountId: a, olga } = world;
    const { store } = muster.core;
    await olga.client.query(ASK, { a });
    const { append } = store;
    store.append = () => Promise.reject(new StoreUnavailable('the disk is full'));
    try {
      await olga.client.query(ASK, { a });
      const refused = await olga.client.send(ASK, { a, f: { ticket: 'HR-18' } });
      expect(refused.errors?.[0]?.extensions).to.include({ code: 'SERVICE_UNAVAILABLE' });
      expect(JSON.stringify(refused.data)).not.to.include('UserAdded');
    } finally {
      store.append = append;
    }
  });

  it('of nothing is not recorded', async () => {
    const before = await muster.core.store.head();
    await world.stranger.query(ASK, { a: world.accountId });
    expect(await readings(before)).to.deep.equal([]);
  });
});
