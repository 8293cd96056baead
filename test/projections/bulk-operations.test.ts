import { expect } from 'chai';
import { auditLogPage } from '../../projections/queries/audit-log.js';
import {
  accountsOfBulkOperation,
  bulkItemsCount,
  bulkItemsPage,
  bulkOperation,
  bulkOperationsCount,
  bulkOperationsPage,
  undoOfBulkOperation,
} from '../../projections/queries/bulk.js';
import { unfinishedBulkOperations } from '../../projections/queries/work-lists.js';
import type { BulkEvent } from '../../src/domain/bulk/events.js';
import { AccountHistory, ms } from './account-history.js';

const successors = { forAll: null, each: [] };
const items = (...userIds: string[]) =>
  userIds.map((userId) => ({ userId, previewToken: null, undoesRevision: null }));

const started = (bulkOperationId: string): BulkEvent => ({
  type: 'BulkOperationStarted',
  data: {
    bulkOperationId,
    operation: 'BY_ACCOUNT',
    errorPolicy: 'REJECT_FAILED_ITEMS',
    selection: [
      { accountId: 'a2', operation: 'REMOVE', items: items('ann', 'ben'), successors },
      { accountId: 'a1', operation: 'DEACTIVATE', items: items('ann', 'cat'), successors },
    ],
    confirmed: true,
    phrase: null,
    undoes: 'other',
  },
});
const partDone: BulkEvent = {
  type: 'BulkPartDone',
  data: {
    bulkOperationId: 'b1',
    accountId: 'a2',
    results: [
      { userId: 'ann', outcome: 'APPLIED', code: null, revision: 7 },
      { userId: 'ben', outcome: 'REJECTED', code: 'LAST_OWNER', revision: null },
    ],
  },
};
const finished: BulkEvent = {
  type: 'BulkOperationFinished',
  data: {
    bulkOperationId: 'b1',
    counts: { APPLIED: 1, UNCHANGED: 0, REJECTED: 1, NOT_ATTEMPTED: 2 },
  },
};

describe('a bulk operation', () => {
  let history: AccountHistory;
  beforeEach(() => {
    history = new AccountHistory();
  });
  afterEach(() => history.close());

  const given = (...events: BulkEvent[]) => history.givenBy({ stream: 'bulk-b1' }, [2, ...events]);
  const outcomes = (accountIds?: string[]) =>
    bulkItemsPage(
      history.members,
      { bulkOperationId: 'b1', ...(accountIds === undefined ? {} : { accountIds }) },
      { limit: 9 },
    ).rows.map((row) => `${row.accountId} ${row.userId} ${row.operation} ${row.outcome} ${row.code}`);

  it('names everybody, undecided, when it starts', async () => {
    await given(started('b1'));
    expect(bulkOperation(history.members, 'b1')).to.deep.equal({
      bulkOperationId: 'b1',
      operation: 'BY_ACCOUNT',
      errorPolicy: 'REJECT_FAILED_ITEMS',
      actorId: 'olga',
      undoes: 'other',
      requested: 4,
      status: 'RUNNING',
      startedAt: ms(2),
      finishedAt: null,
      startedPosition: history.position,
      applied: 0,
      unchanged: 0,
      rejected: 0,
      notAttempted: 0,
    });
    expect(outcomes()).to.deep.equal([
      'a2 ann REMOVE null null',
      'a2 ben REMOVE null null',
      'a1 ann DEACTIVATE null null',
      'a1 cat DEACTIVATE null null',
    ]);
    expect(accountsOfBulkOperation(history.members, 'b1')).to.deep.equal(['a1', 'a2']);
    expect(bulkOperation(history.members, 'b2')).to.equal(null);
  });

  it('tells what became of each, as far as it is', async () => {
    await given(started('b1'), partDone);
    expect(bulkOperation(history.members, 'b1')).to.include({
      status: 'RUNNING',
      applied: 1,
      rejected: 1,
      unchanged: 0,
    });
    expect(outcomes(['a2'])).to.deep.equal([
      'a2 ann REMOVE APPLIED null',
      'a2 ben REMOVE REJECTED LAST_OWNER',
    ]);
    expect(outcomes(['a1'])).to.deep.equal(['a1 ann DEACTIVATE null null', 'a1 cat DEACTIVATE null null']);
    expect(outcomes([])).to.deep.equal([]);
    const count = (accountIds: string[] | null) =>
      bulkItemsCount(history.members, { bulkOperationId: 'b1', accountIds });
    expect([count(null), count(['a1'])]).to.deep.equal([4, 2]);
  });

  it('has decided everything when it is finished; what no part tells of was not attempted', async () => {
    await given(started('b1'), partDone, finished);
    expect(bulkOperation(history.members, 'b1')).to.include({
      status: 'FINISHED',
      finishedAt: ms(2),
      applied: 1,
      rejected: 1,
      notAttempted: 2,
    });
    expect(outcomes().slice(2)).to.deep.equal([
      'a1 ann DEACTIVATE NOT_ATTEMPTED null',
      'a1 cat DEACTIVATE NOT_ATTEMPTED null',
    ]);
  });

  it('is listed in each account whose people it names, once, newest first', async () => {
    await history.givenBy({ stream: 'bulk-b2' }, [1, started('b2')]);
    await given(started('b1'), partDone, finished);
    const page = (accountId: string, of: { limit: number; before?: number }) =>
      bulkOperationsPage(history.members, accountId, of);
    for (const accountId of ['a1', 'a2']) {
      const all = page(accountId, { limit: 9 });
      expect(all.rows.map(({ bulkOperationId }) => bulkOperationId)).to.deep.equal(['b1', 'b2']);
      expect(bulkOperationsCount(history.members, accountId)).to.equal(2);
      const [newest] = page(accountId, { limit: 1 }).rows;
      expect(page(accountId, { limit: 1 }).hasMore).to.equal(true);
      expect(newest).to.include({ bulkOperationId: 'b1', status: 'FINISHED' });
      const older = page(accountId, { limit: 1, before: newest?.number ?? 0 });
      expect(older.rows.map(({ bulkOperationId }) => bulkOperationId)).to.deep.equal(['b2']);
      expect(older.hasMore).to.equal(false);
    }
    expect(page('a3', { limit: 9 }).rows).to.deep.equal([]);
    expect(bulkOperationsCount(history.members, 'a3')).to.equal(0);
  });

  it('knows the last that took it back', async () => {
    await history.givenBy({ stream: 'bulk-b2' }, [1, started('b2')]);
    await given(started('b1'));
    expect(undoOfBulkOperation(history.members, 'other')?.bulkOperationId).to.equal('b1');
    expect(undoOfBulkOperation(history.members, 'b1')).to.equal(null);
  });

  it('waits to be gone on with until it is finished', async () => {
    await history.givenBy({ stream: 'bulk-b2' }, [1, started('b2')]);
    await given(started('b1'), partDone);
    const waiting = (limit = 9) => unfinishedBulkOperations(history.members, { limit });
    expect(waiting()).to.deep.equal(['b2', 'b1']);
    expect(waiting(1)).to.deep.equal(['b2']);
    await given(finished);
    expect(waiting()).to.deep.equal(['b2']);
  });

  it('is in the audit log, of no account', async () => {
    await given(started('b1'), partDone, finished);
    const entries = auditLogPage(history.audit, { actorIds: ['olga'] }, { limit: 9 }).rows;
    expect(entries.map((row) => [row.type, row.accountId])).to.deep.equal([
      ['BulkOperationStarted', null],
      ['BulkPartDone', null],
      ['BulkOperationFinished', null],
    ]);
  });
});
