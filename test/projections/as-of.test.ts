import { expect } from 'chai';
import fc from 'fast-check';
import { groupMembersPage, groupsPage } from '../../projections/queries/groups.js';
import { membershipsAsOf } from '../../projections/queries/memberships-as-of.js';
import { responsibilitiesPage } from '../../projections/queries/responsibilities.js';
import type { ReadConnections } from '../../projections/read-connections.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { type Folded, foldAsOf } from './brute-force.js';
import { MemoryLog } from './memory-log.js';
import { play, steps } from './random-history.js';
import { ReadModelFixture } from './read-model-fixture.js';

describe('as of', () => {
  for (const imported of [false, true])
    it(`answers at any moment like a fold of the events (${imported ? 'imported' : 'live'} history)`, async () => {
      await fc.assert(
        fc.asyncProperty(
          steps(60),
          fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 10, maxLength: 10 }),
          async (plan, moments) => {
            const log = new MemoryLog();
            await play(log, plan, { imported });
            const events = log.events.map((event) => JSON.parse(event.body) as StoredEvent);
            const fixture = new ReadModelFixture();
            try {
              await fixture.catchUp(log);
              const connections = fixture.connect();
              for (const [a, b] of moments) {
                const asOf = momentIn(events, a, b);
                expect(readAsOf(connections, asOf), JSON.stringify(asOf)).to.deep.equal(
                  foldAsOf(events, asOf),
                );
              }
            } finally {
              fixture.close();
            }
          },
        ),
        { numRuns: Number(process.env.FC_RUNS ?? 60) },
      );
    }).timeout(60_000);
});

/** At, just before or just after an event on each axis. */
function momentIn(events: readonly StoredEvent[], a: number, b: number) {
  const pick = (n: number) => events[n % events.length];
  const near = (n: number) => (Math.floor(n / events.length) % 3) - 1;
  const at = Date.parse(pick(a)?.occurredAt ?? '') + near(a) * 30_000;
  const knownAt = Date.parse(pick(b)?.recordedAt ?? '') + near(b);
  return { at, knownAt };
}

function readAsOf({ members }: ReadConnections, asOf: { at: number; knownAt: number }): Folded {
  const accountId = 'a1';
  const page = { limit: 200 };
  const groups = groupsPage(members, { accountId, asOf }, page).rows;
  const everyGroup = members.prepare<[], { id: string }>('SELECT group_id AS id FROM groups').all();
  const groupMembers = everyGroup.flatMap(
    ({ id }) => groupMembersPage(members, { groupId: id, asOf }, page).rows,
  );
  return {
    memberships: Object.fromEntries(
      membershipsAsOf(members, { accountId }, { asOf, page }).rows.map((row) => [
        row.membershipId,
        `${row.status} ${row.role} ${row.permissions}`,
      ]),
    ),
    groups: Object.fromEntries(groups.map((row) => [row.groupId, `${row.name} in ${row.parentId}`])),
    groupMembers: Object.fromEntries(groupMembers.map((row) => [`${row.groupId} ${row.userId}`, row.role])),
    duties: Object.fromEntries(
      responsibilitiesPage(members, { accountId, asOf }, page).rows.map((row) => [
        row.applicationId === null ? row.kind : `${row.kind} ${row.applicationId}`,
        `${row.userId}`,
      ]),
    ),
  };
}
