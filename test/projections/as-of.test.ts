import { expect } from 'chai';
import fc from 'fast-check';
import { timesAtPosition } from '../../projections/queries/audit-position.js';
import { membershipsAsOf } from '../../projections/queries/memberships-as-of.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { foldAsOf } from './brute-force.js';
import { MemoryLog } from './memory-log.js';
import { playDecisions, wishes } from './random-decisions.js';
import { play, steps } from './random-history.js';
import { readAsOf } from './read-as-of.js';
import { ReadModelFixture } from './read-model-fixture.js';

const moments = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 10, maxLength: 10 });
const numRuns = Number(process.env.FC_RUNS ?? 60);

describe('as of', () => {
  for (const imported of [false, true])
    it(`answers at any moment like a fold of the events (${imported ? 'imported' : 'live'} history)`, async () => {
      await fc.assert(
        fc.asyncProperty(steps(60), moments, async (plan, chosen) => {
          const log = new MemoryLog();
          await play(log, plan, { imported });
          await expectLikeFold(log, chosen);
        }),
        { numRuns, endOnFailure: true },
      );
    }).timeout(60_000);

  it('answers so for everything the decider lets through: invitations, expiries, frozen and reinstated people', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(120), moments, async (plan, chosen) => {
        const log = new MemoryLog();
        await playDecisions(log, plan);
        await expectLikeFold(log, chosen);
      }),
      { numRuns, endOnFailure: true },
    );
  }).timeout(60_000);

  it('lists those who had not ended unless it is asked for others', async () => {
    const log = new MemoryLog();
    const day = (n: number) => new Date(Date.UTC(2024, 0, n)).toISOString();
    const builder = eventBuilder({ accountId: 'a1', clock: () => day(1) });
    const joining = { kind: 'STANDARD', role: 'REVIEWER', permissions: [] } as const;
    const snapshot = { ...joining, groups: [], responsibilities: [] };
    const who = (userId: string) => ({ userId, membershipId: uuidOf(userId) });
    const link = { generation: 1, tokenHash: 'h', expiresAt: day(9) };
    const invitation = { invitationId: 'i1', groupIds: [], ...link };
    await builder.append(log, [
      { type: 'UserAdded', data: { ...who('ann'), ...joining } },
      { type: 'UserAdded', data: { ...who('ben'), ...joining } },
      { type: 'UserInvited', data: { ...who('cat'), ...joining, ...invitation } },
    ]);
    const later = { occurredAt: day(3), recordedAt: day(3) };
    await builder.append(log, [{ type: 'UserFrozen', data: who('ann') }], later);
    await builder.append(log, [{ type: 'UserRemoved', data: { ...who('ben'), snapshot } }], later);
    const fixture = new ReadModelFixture();
    await fixture.catchUp(log);
    const { members } = fixture.connect();
    const listed = (n: number, status?: string[]) => {
      const asOf = { at: Date.parse(day(n)), knownAt: Date.parse(day(5)) };
      const filter = { accountId: 'a1', ...(status === undefined ? {} : { status }) };
      return membershipsAsOf(members, filter, { asOf, page: { limit: 9 } }).rows.map(
        (row) => `${row.userId} ${row.status}`,
      );
    };
    expect(listed(2)).to.deep.equal(['ann ACTIVE', 'ben ACTIVE', 'cat INVITED']);
    expect(listed(4)).to.deep.equal(['ann FROZEN', 'cat INVITED']);
    expect(listed(4, ['REMOVED'])).to.deep.equal(['ben REMOVED']);
    fixture.close();
  });
});

async function expectLikeFold(log: MemoryLog, chosen: readonly (readonly [number, number])[]): Promise<void> {
  const recorded = log.events.filter(({ stream }) => stream === 'account-a1');
  const events = recorded.map((event) => JSON.parse(event.body) as StoredEvent);
  const fixture = new ReadModelFixture();
  try {
    await fixture.catchUp(log);
    const connections = fixture.connect();
    for (const [a, b] of chosen) {
      const asOf = momentIn(events, a, b);
      expect(readAsOf(connections, asOf), JSON.stringify(asOf)).to.deep.equal(foldAsOf(events, asOf));
      const position = recorded[b % recorded.length]?.position ?? 0;
      const known = events.filter((_, i) => (recorded[i]?.position ?? 0) <= position);
      const knownAt = timesAtPosition(connections.audit, 'a1', position)?.recordedAt ?? -1;
      const atPosition = { at: asOf.at, knownAt, knownAtPosition: position };
      expect(readAsOf(connections, atPosition), JSON.stringify(atPosition)).to.deep.equal(
        foldAsOf(known, { at: asOf.at, knownAt }),
      );
    }
  } finally {
    fixture.close();
  }
}

/** At, just before or just after an event on each axis. */
function momentIn(events: readonly StoredEvent[], a: number, b: number) {
  const pick = (n: number) => events[n % events.length];
  const near = (n: number) => (Math.floor(n / events.length) % 3) - 1;
  const at = Date.parse(pick(a)?.occurredAt ?? '') + near(a) * 30_000;
  const knownAt = Date.parse(pick(b)?.recordedAt ?? '') + near(b);
  return { at, knownAt };
}
