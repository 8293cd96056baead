import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import {
  MOST_READINGS_A_MINUTE,
  MOST_REFUSALS_A_MINUTE,
  Refusals,
  type RefusedAttempt,
} from '../../src/application/refusals.js';
import type { AttemptRefused } from '../../src/domain/audit/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { withCore } from '../import/open-test-core.js';

const attempt: RefusedAttempt = {
  actor: { kind: 'USER', id: 'rita' },
  isReading: false,
  command: 'removeUser',
  code: 'PERMISSION_DENIED',
  accountId: 'a1',
  targetUserId: 'tina',
  correlationId: 'request',
  times: 1,
};

describe('refused attempts', () => {
  const noting = (use: (world: World) => Promise<void>) => async () => {
    await withCore(async ({ store }) => {
      const clock = { now: Date.parse('2026-03-01T09:00:00.000Z') };
      const failures: unknown[] = [];
      const environment = { now: () => clock.now, newId: uuidV7 };
      const report = (error: unknown) => void failures.push(error);
      const refusals = (over: EventStore = store) =>
        new Refusals({ store: over, environment, report, nodeId: 'n1' });
      const written = async () =>
        (await store.readStream('refusals-n1', { maxCount: 1_000 })).map(
          ({ body }) => JSON.parse(body) as StoredEvent<AttemptRefused>,
        );
      await use({ store, clock, failures, refusals, written });
      expect((await verifyStreams(store)).status).to.equal('INTACT');
    });
  };

  it(
    'are one event a minute for each actor, command, code and account; the next tells how many it stands for',
    noting(async ({ clock, refusals, written }) => {
      const noted = refusals();
      for (let i = 0; i < 5; i += 1) await noted.note(attempt);
      await noted.note({ ...attempt, code: 'LAST_OWNER' });
      clock.now += 60_000;
      await noted.note({ ...attempt, times: 3 });
      expect((await written()).map(({ data, actor }) => [actor.id, data.code, data.count])).to.deep.equal([
        ['rita', 'PERMISSION_DENIED', 1],
        ['rita', 'LAST_OWNER', 1],
        ['rita', 'PERMISSION_DENIED', 7],
      ]);
    }),
  );

  it(
    'that nothing follows are recorded when their minute is over, or Muster ends',
    noting(async ({ clock, refusals, written }) => {
      const noted = refusals();
      for (let i = 0; i < 4; i += 1) await noted.note(attempt);
      clock.now += 59_999;
      expect(noted.due(10)).to.deep.equal([]);
      clock.now += 1;
      const [name = ''] = noted.due(10);
      expect(await noted.recordDue(name)).to.be.a('number');
      expect([noted.due(10), await noted.recordDue(name)]).to.deep.equal([[], null]);
      await noted.note(attempt);
      await noted.note({ ...attempt, actor: { kind: 'USER', id: 'eve' }, times: 2 });
      await noted.note({ ...attempt, actor: { kind: 'USER', id: 'eve' } });
      await noted.close();
      expect((await written()).map(({ data, actor }) => [actor.id, data.count])).to.deep.equal([
        ['rita', 1],
        ['rita', 3],
        ['eve', 2],
        ['rita', 1],
        ['eve', 1],
      ]);
    }),
  );

  it(
    'name whom they were to be done to only where that was one person',
    noting(async ({ refusals, written }) => {
      const noted = refusals();
      for (const targetUserId of ['tina', 'tom', 'tina', 'tom', 'tom'])
        await noted.note({
          ...attempt,
          targetUserId,
          command: targetUserId === 'tom' ? 'freezeUser' : 'removeUser',
        });
      for (const targetUserId of ['tina', 'tom']) await noted.note({ ...attempt, targetUserId });
      await noted.close();
      expect(
        (await written()).map(({ data, subjectId }) => [
          data.command,
          data.targetUserId,
          subjectId,
          data.count,
        ]),
      ).to.deep.equal([
        ['removeUser', 'tina', 'tina', 1],
        ['freezeUser', 'tom', 'tom', 1],
        ['removeUser', null, null, 3],
        ['freezeUser', 'tom', 'tom', 2],
      ]);
    }),
  );

  it(
    'are so many a minute in all; what was dropped is counted in the next',
    noting(async ({ clock, refusals, written }) => {
      const noted = refusals();
      const actors = Array.from({ length: MOST_REFUSALS_A_MINUTE + 30 }, (_, n) => `actor-${n}`);
      await Promise.all(
        actors.map((actorId) => noted.note({ ...attempt, actor: { kind: 'USER', id: actorId } })),
      );
      expect(await written()).to.have.length(MOST_REFUSALS_A_MINUTE);
      clock.now += 60_000;
      await noted.note(attempt);
      const dropped = (await written()).map(({ data }) => data.dropped);
      expect(dropped.reduce((sum, n) => sum + n)).to.equal(30);
    }),
  );

  it(
    'leave room for attempts to act, however much was only to be read',
    noting(async ({ refusals, written }) => {
      const noted = refusals();
      const fields = Array.from({ length: MOST_REFUSALS_A_MINUTE }, (_, n) => `Account.field${n}`);
      await Promise.all(fields.map((command) => noted.note({ ...attempt, command, isReading: true })));
      expect(await written()).to.have.length(MOST_READINGS_A_MINUTE);
      await noted.note(attempt);
      const all = await written();
      expect(all.at(-1)?.data.command).to.equal('removeUser');
      const dropped = all.reduce((sum, { data }) => sum + data.dropped, 0);
      expect(dropped).to.equal(MOST_REFUSALS_A_MINUTE - MOST_READINGS_A_MINUTE);
    }),
  );

  it(
    'go on in the same stream after a restart, and beside another writer',
    noting(async ({ refusals, written }) => {
      await refusals().note(attempt);
      const [one, other] = [refusals(), refusals()];
      await Promise.all([
        one.note(attempt),
        other.note(attempt),
        one.note({ ...attempt, actor: { kind: 'USER', id: 'eve' } }),
      ]);
      expect((await written()).map(({ revision }) => revision)).to.deep.equal([0, 1, 2, 3]);
    }),
  );

  it(
    'that cannot be recorded are reported, and counted when the log takes writes again',
    noting(async ({ store, clock, failures, refusals, written }) => {
      let isDown = true;
      const flaky = {
        readStream: (...args: Parameters<EventStore['readStream']>) => store.readStream(...args),
        append: (...args: Parameters<EventStore['append']>) =>
          isDown ? Promise.reject(new Error('down')) : store.append(...args),
      } as EventStore;
      const noted = refusals(flaky);
      await noted.note({ ...attempt, times: 2 });
      expect(failures).to.have.length(1);
      isDown = false;
      clock.now += 60_000;
      await noted.note(attempt);
      expect((await written()).map(({ data }) => [data.count, data.dropped])).to.deep.equal([[1, 2]]);
    }),
  );
});

interface World {
  readonly store: EventStore;
  readonly clock: { now: number };
  readonly failures: unknown[];
  readonly refusals: (over?: EventStore) => Refusals;
  readonly written: () => Promise<readonly StoredEvent<AttemptRefused>[]>;
}
