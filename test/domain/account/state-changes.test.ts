import { expect } from 'chai';
import fc from 'fast-check';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import { type AccountState, initialAccountState } from '../../../src/domain/account/state.js';
import {
  evolveShowing,
  membershipShown,
  type StateChange,
} from '../../../src/domain/account/state-changes.js';
import type { StoredEvent } from '../../../src/domain/event.js';
import { MemoryLog } from '../../projections/memory-log.js';
import { playDecisions, wishes } from '../../projections/random-decisions.js';
import { sortedSnapshot } from './sorted-snapshot.js';

const numRuns = Number(process.env.FC_RUNS ?? 40);

describe('what an event changes in the state', () => {
  it('is all that it changes: the changes alone make the state, each going on where the last had stopped', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(150), async (plan) => {
        const [shown, folded] = [initialAccountState(), initialAccountState()];
        const rows = new Map<string, unknown>();
        for (const event of await decided(plan)) {
          evolve(folded, event);
          for (const change of evolveShowing(shown, event)) {
            expect(change.before, nameOf(change)).to.deep.equal(rows.get(nameOf(change)) ?? null);
            rows.set(nameOf(change), change.after);
          }
          expect(present(rows)).to.deep.equal(rowsOf(folded));
        }
        expect(sortedSnapshot(shown)).to.deep.equal(sortedSnapshot(folded));
      }),
      { numRuns },
    );
  }).timeout(60_000);

  it('names nothing that stays as it was', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(80), async (plan) => {
        const state = initialAccountState();
        for (const event of await decided(plan))
          for (const { before, after } of evolveShowing(state, event))
            expect(before).not.to.deep.equal(after);
      }),
      { numRuns },
    );
  }).timeout(60_000);
});

async function decided(plan: Parameters<typeof playDecisions>[1]): Promise<StoredEvent<AccountEvent>[]> {
  const log = new MemoryLog();
  await playDecisions(log, plan);
  return log.events.filter(({ stream }) => stream === 'account-a1').map(({ body }) => JSON.parse(body));
}

const nameOf = ({ thing, id, userId }: StateChange): string =>
  thing === 'GROUP_MEMBER' ? `${thing} ${id} ${userId}` : `${thing} ${id}`;

const present = (rows: ReadonlyMap<string, unknown>): object =>
  Object.fromEntries([...rows].filter(([, row]) => row !== null));

function rowsOf(state: AccountState): object {
  const rows: Record<string, unknown> = {};
  for (const row of state.account.values()) rows[`ACCOUNT ${row.accountId}`] = row;
  for (const row of state.memberships.values()) rows[`MEMBERSHIP ${row.userId}`] = membershipShown(row);
  for (const row of state.groups.values()) rows[`GROUP ${row.groupId}`] = row;
  for (const row of state.applications.values()) rows[`APPLICATION ${row.applicationId}`] = row;
  for (const [source, row] of state.imports.entries()) rows[`IMPORT ${source}`] = row;
  for (const [groupId, members] of state.groupMembers.entries())
    for (const [userId, role] of members.entries()) rows[`GROUP_MEMBER ${groupId} ${userId}`] = { role };
  for (const [key, userId] of state.contacts.entries()) {
    const [kind = '', applicationId = null] = key.split(':');
    rows[`CONTACT ${key}`] = { kind, applicationId, userId };
  }
  return rows;
}
