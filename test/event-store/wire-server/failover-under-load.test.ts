import { type EventData, type EventStoreDBClient, WrongExpectedVersionError } from '@eventstore/db-client';
import { expect } from 'chai';
import { planOf } from '../../support/wire-server/faults.js';
import { WireCluster } from '../../support/wire-server/wire-cluster.js';
import { CREDENTIALS, someEvents, WireFixture } from './wire-fixture.js';

const WRITERS = 8;
const APPENDS_EACH = 25;
const LEADERS_LOST = 3;

describe('wire cluster under load, with lost replies and dying leaders', function () {
  this.timeout(60_000);

  it('has every acknowledged append once, in order, on the node that leads at the end', async () => {
    const fixture = new WireFixture();
    const faults = planOf(
      [
        { method: 'Append', probability: 0.05, faults: [{ at: 'after', does: 'drop' }] },
        { method: 'Append', probability: 0.05, faults: [{ at: 'before', does: 'drop' }] },
        { method: 'Append', probability: 0.05, faults: [{ at: 'after', does: 'timed-out' }] },
      ],
      11,
    );
    const cluster = await WireCluster.start({ size: 2, electionMs: 50, faults });
    const clients = Array.from({ length: WRITERS }, () =>
      fixture.clientAt(cluster.connectionString(['defaultDeadline=10000', 'maxDiscoverAttempts=50'])),
    );
    const sent = clients.map(() => Array.from({ length: APPENDS_EACH }, () => someEvents(2)));
    let acknowledged = 0;
    let retried = 0;

    const written = Promise.all(
      clients.map(async (client, writer) => {
        for (const [index, events] of (sent[writer] ?? []).entries()) {
          retried += await appendUntilKnown(client, `writer-${writer}`, BigInt(2 * index) - 1n, events);
          acknowledged += 1;
        }
      }),
    );
    for (let lost = 1; lost <= LEADERS_LOST; lost += 1) {
      while (acknowledged < (lost * WRITERS * APPENDS_EACH) / (LEADERS_LOST + 1) || !cluster.leader) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const { leader } = cluster;
      await leader.stop();
      await cluster.addNode(leader.port);
    }
    await written;

    const { log } = cluster.leader ?? expect.fail('Nobody leads.');
    for (const [writer, appends] of sent.entries()) {
      const ids = log.stream(`writer-${writer}`).map(({ id }) => id);
      expect(ids).to.deep.equal(appends.flat().map(({ id }) => id));
    }
    expect(retried).to.be.greaterThan(WRITERS);
    await fixture.release();
    await cluster.stop();
  });
});

/** The retry that the server's idempotency is made for: same ids, same expected revision. Tells how often it was needed. */
async function appendUntilKnown(
  client: EventStoreDBClient,
  stream: string,
  revision: bigint,
  events: readonly EventData[],
): Promise<number> {
  for (let retries = 0; ; retries += 1) {
    try {
      await client.appendToStream(stream, [...events], {
        expectedRevision: revision < 0n ? 'no_stream' : revision,
        credentials: CREDENTIALS,
      });
      return retries;
    } catch (error) {
      if (error instanceof WrongExpectedVersionError || retries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
