import { expect } from 'chai';
import fc from 'fast-check';
import type { AsOf } from '../../projections/queries/as-of.js';
import { timesAtPosition } from '../../projections/queries/audit-position.js';
import { differenceCount, differencePage } from '../../projections/queries/difference.js';
import type { DifferenceKey, DifferenceRow } from '../../projections/queries/difference-sources.js';
import { membershipsAsOf } from '../../projections/queries/memberships-as-of.js';
import type { Page } from '../../projections/queries/page.js';
import type { ReadConnections } from '../../projections/read-connections.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { wholeOf } from '../support/whole-of.js';
import { type Folded, foldAsOf } from './brute-force.js';
import { MemoryLog } from './memory-log.js';
import { playDecisions, wishes } from './random-decisions.js';
import { play, steps } from './random-history.js';
import { readAsOf } from './read-as-of.js';
import { ReadModelFixture } from './read-model-fixture.js';

const moments = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 10, maxLength: 10 });
const numRuns = Number(process.env.FC_RUNS ?? 60);

describe('as of', () => {
  for (const imported of [false, true])
    it(`answers at any moment like a fold of the events, and differs as two answers do (${imported ? 'imported' : 'live'} history)`, async () => {
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
    let last: AsOf = { at: 0, knownAt: 0 };
    for (const [a, b] of chosen) {
      const asOf = momentIn(events, a, b);
      expectDifference(connections, { from: last, to: asOf });
      last = asOf;
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

/** Exactly where two readings differ. */
function expectDifference(connections: ReadConnections, moments: { readonly from: AsOf; readonly to: AsOf }) {
  const [was, is] = [readAsOf(connections, moments.from), readAsOf(connections, moments.to)];
  const question = { accountId: 'a1', ...moments };
  const reading = () => connections.members;
  const found = new Map<string, string>();
  let listed = 0;
  for (let after: DifferenceKey | null = null; ; ) {
    const page: Page<DifferenceRow> = wholeOf(differencePage(reading, question, { after, limit: 7 }));
    listed += page.rows.length;
    for (const row of page.rows) {
      const [before, is] = [textOf(row, row.before), textOf(row, row.after)];
      // How a membership ended is no part of what is compared here.
      if (before !== is) found.set(`${row.kind} ${nameOf(row)}`, `${before} -> ${is}`);
    }
    if (!page.hasMore) break;
    after = page.rows.at(-1)?.key ?? null;
  }
  expect(wholeOf(differenceCount(reading, question))).to.equal(listed);
  const expected = new Map<string, string>();
  for (const [kind, before, after] of [
    ['PERSON', people(was), people(is)],
    ['GROUP', was.groups, is.groups],
    ['GROUP_MEMBER', was.groupMembers, is.groupMembers],
    ['RESPONSIBILITY', was.duties, is.duties],
    ['OPERATOR', operating(was), operating(is)],
    ['APPLICATION', was.applications, is.applications],
    ['INVITATION', was.invitations, is.invitations],
    ['SCHEDULED_END', was.scheduledEnds, is.scheduledEnds],
  ] as const)
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      if (before[name] !== after[name])
        expected.set(`${kind} ${name}`, `${before[name] ?? 'absent'} -> ${after[name] ?? 'absent'}`);
  const [rules, rulesThen] = [versionOf(was), versionOf(is)];
  if (rules !== rulesThen) expected.set('POLICY ', `${rules} -> ${rulesThen}`);
  found.delete('SEATS ');
  expect(Object.fromEntries(found), JSON.stringify(moments)).to.deep.equal(Object.fromEntries(expected));
}

const people = ({ memberships, lingering }: Folded) =>
  Object.fromEntries(
    Object.entries(memberships).map(([id, text]) => [id, `${text} ${lingering.includes(id)}`]),
  );
const operating = ({ operators }: Folded) => Object.fromEntries(operators.map((id) => [id, 'true']));
const versionOf = ({ rules }: Folded): unknown => (rules === null ? 'absent' : JSON.parse(rules)[2]);

function nameOf(row: DifferenceRow): string {
  const { responsibility, applicationId, groupId, userId, membershipId, operatorAccountId } = row;
  const ofMembership = row.invitationId ?? row.scheduleId;
  if (ofMembership !== null) return ofMembership;
  if (responsibility !== null)
    return applicationId === null ? responsibility : `${responsibility} ${applicationId}`;
  if (groupId !== null) return userId === null ? groupId : `${groupId} ${userId}`;
  return membershipId ?? operatorAccountId ?? applicationId ?? '';
}

function textOf({ kind }: DifferenceRow, json: string | null): string {
  if (json === null) return 'absent';
  const value = JSON.parse(json);
  switch (kind) {
    case 'PERSON':
      return `${value.status} ${value.role} ${JSON.stringify(value.permissions)} ${value.untilSessionEnd}`;
    case 'GROUP':
      return `${value.name} in ${value.parentId}`;
    case 'GROUP_MEMBER':
      return value.role;
    case 'RESPONSIBILITY':
      return `${value.userId}`;
    case 'OPERATOR':
      return `${value.operates}`;
    case 'POLICY':
      return `${value.policyVersion}`;
    case 'APPLICATION':
      return value.name;
    case 'INVITATION':
      return `${value.status} ${value.generation} ${Date.parse(value.expiresAt)}`;
    case 'SCHEDULED_END':
      return `${Date.parse(value.at)} ${value.status} ${value.code}`;
    case 'SEATS':
      return json;
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
