import Database from 'better-sqlite3';
import { expect } from 'chai';
import { membersProjection } from '../../projections/members/members.js';
import { AnalyticsReads } from '../../schema/analytics-reads.js';

const LEAVERS = 200_000;

describe('the figures of an account', () => {
  it(`count ${LEAVERS} who leave in one month`, async () => {
    const members = new Database(':memory:');
    for (const { create } of membersProjection.tables) members.exec(create);
    for (const index of membersProjection.indexes) members.exec(index);
    members.exec(`INSERT INTO accounts VALUES (1, 'a1', 'A', 'STANDARD', 'DEFAULT', '{}', 1, 0, 1, NULL, 0)`);
    members.exec(`WITH RECURSIVE leaver (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM leaver WHERE n < ${LEAVERS})
      INSERT INTO membership_stays SELECT n, 1, 1, 'ACTIVE', 'REVIEWER', 'STANDARD', 0, 1000, 0, 1, 1, 1, 900 FROM leaver`);
    const reads = new AnalyticsReads(() => ({ members, audit: members, proof: members }));
    const { count, medianMs, immediate } = await reads.timeToOffboard(['a1'], { from: 0, to: 31 });
    expect({ count, medianMs, immediate }).to.deep.equal({ count: LEAVERS, medianMs: 100, immediate: 0 });
    members.close();
  });
});
