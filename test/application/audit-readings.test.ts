import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import { type AuditReading, AuditReadings } from '../../src/application/audit-readings.js';
import type { AuditRead } from '../../src/domain/audit/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { type EventStore, StoreUnavailable } from '../../src/event-store/event-store.js';
import { withCore } from '../import/open-test-core.js';

const reading: AuditReading = {
  actor: { kind: 'USER', id: 'rita' },
  kind: 'EXPORT',
  accountIds: ['a1'],
  filter: { ticket: 'HR-17' },
  correlationId: 'request',
};

describe('readings of the audit log', () => {
  const recording = (use: (world: World) => Promise<void>) => () =>
    withCore(async ({ store }) => {
      const clock = { now: Date.parse('2026-03-01T09:59:00.000Z') };
      const environment = { now: () => clock.now, newId: uuidV7 };
      const readings = (over: EventStore = store) =>
        new AuditReadings({ store: over, environment, rootAccountId: async () => 'root' });
      const written = async () =>
        (await store.readAll({ afterPosition: 0, maxCount: 1_000 })).map(
          ({ body }) => JSON.parse(body) as StoredEvent<AuditRead>,
        );
      await use({ store, clock, readings, written });
    });

  it(
    'are recorded once an hour, also by another node or after a restart',
    recording(async ({ clock, readings, written }) => {
      await readings().record(reading);
      await readings().record(reading);
      expect(await written()).to.have.length(1);
      clock.now += 60_000;
      await readings().record(reading);
      const [first, second] = await written();
      expect(first?.data).to.deep.include({ kind: 'EXPORT', accountIds: ['a1'], filter: reading.filter });
      expect(second?.data.filterDigest).to.equal(first?.data.filterDigest);
      expect(second?.stream).not.to.equal(first?.stream);
    }),
  );

  it(
    'are each their own: another actor, kind, account or condition',
    recording(async ({ readings, written }) => {
      const recorded = readings();
      for (const other of [
        {},
        { actor: { kind: 'USER', id: 'adam' } as const },
        { kind: 'QUERY' } as const,
        { accountIds: ['a2'] },
        { filter: {} },
      ])
        await recorded.record({ ...reading, ...other });
      expect(await written()).to.have.length(5);
    }),
  );

  it(
    'of a few accounts stand at each of them, of many at the root operator account, of none nowhere',
    recording(async ({ readings, written }) => {
      const recorded = readings();
      await recorded.record({ ...reading, accountIds: [] });
      await recorded.record({ ...reading, accountIds: ['a1', 'a2'] });
      const many = Array.from({ length: 21 }, (_, n) => `b${n}`);
      await recorded.record({ ...reading, accountIds: many });
      const events = await written();
      expect(events.map(({ accountId }) => accountId)).to.deep.equal(['a1', 'a2', 'root']);
      expect(events.at(-1)?.data.accountIds).to.deep.equal(many);
    }),
  );

  it(
    'of several accounts tell none of them about the others, nor what was asked; the root operator account all',
    recording(async ({ readings, written }) => {
      const accountIds = ['a1', 'root', 'a2'];
      await readings().record({ ...reading, accountIds });
      const events = await written();
      const toldAt = events.map((event) => [event.accountId, event.data.accountIds, event.data.filter]);
      expect(toldAt).to.deep.equal([
        ['a1', ['a1'], {}],
        ['root', accountIds, reading.filter],
        ['a2', ['a2'], {}],
      ]);
      expect(new Set(events.map(({ data }) => data.filterDigest)).size).to.equal(1);
    }),
  );

  it(
    'that cannot be recorded are refused, and recorded when they come again',
    recording(async ({ store, readings, written }) => {
      let isFull = true;
      const recorded = readings({
        append: (...args: Parameters<EventStore['append']>) =>
          isFull ? Promise.reject(new StoreUnavailable('full')) : store.append(...args),
      } as EventStore);
      const outcome = await recorded.record(reading).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(StoreUnavailable);
      isFull = false;
      await recorded.record(reading);
      expect(await written()).to.have.length(1);
    }),
  );
});

interface World {
  readonly store: EventStore;
  readonly clock: { now: number };
  readonly readings: (over?: EventStore) => AuditReadings;
  readonly written: () => Promise<readonly StoredEvent<AuditRead>[]>;
}
