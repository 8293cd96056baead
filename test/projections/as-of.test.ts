import { expect } from 'chai';
import fc from 'fast-check';
import { groupMembersPage, groupsPage } from '../../projections/queries/groups.js';
import { membershipsAsOf } from '../../projections/queries/memberships-as-of.js';
import { responsibilitiesPage } from '../../projections/queries/responsibilities.js';
import type { ReadConnections } from '../../projections/read-connections.js';
import { membershipStatuses } from '../../src/domain/account/state.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { type Folded, foldAsOf } from './brute-force.js';
import { MemoryLog } from './memory-log.js';
import { playDecisions, wishes } from './random-decisions.js';
import { play, steps } from './random-history.js';
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
        { numRuns },
      );
    }).timeout(60_000);

  it('answers so for everything the decider lets through: invitations, expiries, frozen and reinstated people', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(120), moments, async (plan, chosen) => {
        const log = new MemoryLog();
        await playDecisions(log, plan);
        await expectLikeFold(log, chosen);
      }),
      { numRuns },
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
  const events = log.events
    .filter(({ stream }) => stream === 'account-a1')
    .map((event) => JSON.parse(event.body) as StoredEvent);
  const fixture = new ReadModelFixture();
  try {
    await fixture.catchUp(log);
    const connections = fixture.connect();
    for (const [a, b] of chosen) {
      const asOf = momentIn(events, a, b);
      expect(readAsOf(connections, asOf), JSON.stringify(asOf)).to.deep.equal(foldAsOf(events, asOf));
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
      membershipsAsOf(members, { accountId, status: membershipStatuses }, { asOf, page }).rows.map((row) => [
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
