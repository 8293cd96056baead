import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const QUERY = `{ projectionHealth {
  status position headPosition lagEvents lagSeconds failedEvent { eventId type position } } }`;

describe('projectionHealth', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  it('says that the read model follows the log, and how closely', async () => {
    await muster.readModel.waitFor(await muster.core.store.head(), 5_000);
    const head = String(await muster.core.store.head());
    expect((await muster.root.query(QUERY)).projectionHealth).to.deep.equal({
      status: 'FOLLOWING',
      position: head,
      headPosition: head,
      lagEvents: 0,
      lagSeconds: 0,
      failedEvent: null,
    });
  });

  it('needs audit.read in the root operator account, not in any other', async () => {
    for (const client of [world.olga.client, await muster.client({ subject: 'stranger' })]) {
      const { data, errors } = await client.send(QUERY);
      expect(data?.projectionHealth).to.equal(null);
      expect(errors?.[0]?.extensions).to.deep.equal({ code: 'PERMISSION_DENIED', permission: 'audit.read' });
    }
  });

  it('names the event at which the read model has stopped, when nothing else can be read', async () => {
    const own = await startMuster();
    try {
      const [first, second] = await own.core.store.readAll({ afterPosition: 0, maxCount: 2 });
      const position = second?.position ?? 0;
      own.readModel.fail({ message: 'of ann@example.com', event: { type: second?.type ?? '', position } });
      const { projectionHealth } = await own.root.query(QUERY);
      expect(projectionHealth.status).to.equal('STOPPED');
      expect(projectionHealth.failedEvent).to.deep.equal({
        eventId: second?.id,
        type: second?.type,
        position: String(position),
      });
      expect(first?.id).not.to.equal(second?.id);
      const other = await own.root.send('{ viewer { accounts { nodes { id } } } }');
      expect(other.errors?.[0]?.extensions.code).to.equal('SERVICE_UNAVAILABLE');
      const ready = await fetch(`${own.url}/readyz`);
      expect(ready.status).to.equal(503);
      const { checks } = (await ready.json()) as { checks: Record<string, string> };
      expect(checks).to.deep.equal({
        log: 'ok',
        readModel: `it has stopped at ${second?.type}, position ${position}`,
        reads: 'ok',
        keys: 'ok',
        disk: 'ok',
        serving: 'ok',
      });
    } finally {
      await own.close();
    }
  });
});
