import Database from 'better-sqlite3';
import { expect } from 'chai';
import { projectionNames } from '../../projections/projection.js';
import { docsOf } from '../../projections/table-docs.js';
import { MemoryLog } from './memory-log.js';
import { playDecisions } from './random-decisions.js';
import { ReadModelFixture } from './read-model-fixture.js';

const plan = Array.from({ length: 300 }, (_, i) => ({
  what: (i * 37) % 860,
  a: (i * 31) % 997,
  b: (i * 17) % 991,
  minutes: i % 40,
}));

describe('the read model for direct SQL', () => {
  let fixture: ReadModelFixture;
  before(async () => {
    fixture = new ReadModelFixture();
    const log = new MemoryLog();
    await playDecisions(log, plan);
    await fixture.catchUp(log);
  });
  after(() => fixture.close());

  const open = (name: (typeof projectionNames)[number]) =>
    new Database(fixture.folder.path(fixture.folder.current() ?? '', name), { readonly: true });

  for (const name of projectionNames)
    it(`says in ${name}.sqlite what every table and column is, and nothing of what is not there`, () => {
      const db = open(name);
      const there = db
        .prepare<[], { column: string }>(
          `SELECT t.name || '.' || c.name AS column FROM sqlite_schema t, pragma_table_info(t.name) c
           WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'people_search%' AND t.name NOT LIKE 'sqlite_%'`,
        )
        .all()
        .map(({ column }) => column);
      const docs = db
        .prepare<[], { t: string; c: string | null; d: string }>(
          'SELECT table_name AS t, column_name AS c, description AS d FROM docs',
        )
        .all();
      const columns = docs.flatMap(({ t, c }) => (c === null ? [] : [`${t}.${c}`]));
      const tables = docs.flatMap(({ t, c }) => (c === null ? [t] : []));
      expect(columns.sort()).to.deep.equal(there.sort());
      const described = new Set(there.map((column) => column.split('.')[0]));
      if (name === 'people') described.add('people_search');
      expect(tables.sort()).to.deep.equal([...described].sort());
      expect(docs.filter(({ d }) => d.length < 5)).to.deep.equal([]);
      db.close();
    });

  it('takes the words from the statements that make the tables, and leaves indexes out', () => {
    expect(
      docsOf('CREATE TABLE t ( -- Things.\n  a TEXT NOT NULL, -- One (1).\n  b TEXT\n) STRICT'),
    ).to.deep.equal([
      { tableName: 't', columnName: null, description: 'Things.' },
      { tableName: 't', columnName: 'a', description: 'One (1).' },
    ]);
    expect(docsOf('CREATE INDEX t_by_a ON t (a)')).to.deep.equal([]);
  });

  it('adds up by day to who is there now', () => {
    const db = open('members');
    const byDay = db
      .prepare(
        `SELECT account_id, status, role, kind, people FROM head_count_by_day h WHERE people > 0 AND day = (
           SELECT max(day) FROM head_count_by_day l
           WHERE (l.account_id, l.status, l.role, l.kind) = (h.account_id, h.status, h.role, h.kind))
         ORDER BY 1, 2, 3, 4`,
      )
      .all();
    const now = db
      .prepare(
        `SELECT account_id, status, role, kind, count(*) AS people FROM members_now GROUP BY 1, 2, 3, 4
         ORDER BY 1, 2, 3, 4`,
      )
      .all();
    expect(now).to.have.length.above(2);
    expect(byDay).to.deep.equal(now);
    const net = db.prepare('SELECT sum(joiners) - sum(leavers) FROM turnover_by_day').pluck().get();
    const members = db
      .prepare("SELECT count(*) FROM members_now WHERE status IN ('ACTIVE', 'FROZEN', 'INACTIVE')")
      .pluck()
      .get();
    expect(net).to.equal(members);
    expect(db.prepare('SELECT sum(joins) - sum(leaves) FROM stays').pluck().get()).to.equal(members);
    const seats = db
      .prepare(
        `SELECT sum(seats) FROM seat_use_by_day s WHERE hold = 'IN_USE' AND day = (
           SELECT max(day) FROM seat_use_by_day l WHERE l.account_id = s.account_id AND l.hold = s.hold)`,
      )
      .pluck()
      .get();
    const inUse = "SELECT count(*) FROM memberships WHERE status IN ('ACTIVE', 'FROZEN')";
    expect(seats).to.equal(db.prepare(inUse).pluck().get());
    db.close();
  });

  for (const [byMonth, changes, count] of [
    ['head_count_by_month', 'head_count_changes', 'people'],
    ['seat_use_by_month', 'seat_changes', 'seats'],
  ] as const)
    it(`adds up to what there was at the end of each month, also of months without a change: ${byMonth}`, () => {
      const db = open('members');
      const found = db
        .prepare<[], MonthOfAccount>(
          `SELECT account_id AS account, month, sum(${count}) AS n FROM ${byMonth} GROUP BY 1, 2 ORDER BY 1, 2`,
        )
        .all();
      const rows = db
        .prepare<[], { account: string; day: number; change: number }>(
          `SELECT account_id AS account, day, change FROM ${changes} JOIN accounts USING (account_number)`,
        )
        .all();
      const expected = [...new Set(rows.map(({ account }) => account))].sort().flatMap((account) => {
        const own = rows.filter((row) => row.account === account);
        return monthsSince(Math.min(...own.map(({ day }) => day))).flatMap(({ month, endDay }) => {
          const n = own.reduce((sum, { day, change }) => (day < endDay ? sum + change : sum), 0);
          return n === 0 ? [] : [{ account, month, n }];
        });
      });
      expect(expected.length).to.be.above(new Set(rows.map(({ account }) => account)).size);
      expect(found).to.deep.equal(expected);
      db.close();
    });
});

interface MonthOfAccount {
  readonly account: string;
  readonly month: string;
  readonly n: number;
}

const DAY_MS = 86_400_000;

/** From the month of a day on to this one, each with the first day that is no longer in it. */
function monthsSince(day: number): readonly { readonly month: string; readonly endDay: number }[] {
  const found: { readonly month: string; readonly endDay: number }[] = [];
  const first = new Date(day * DAY_MS);
  for (let i = 0; ; i += 1) {
    const start = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + i, 1));
    if (start.getTime() > Date.now()) return found;
    const end = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
    found.push({ month: start.toISOString().slice(0, 7), endDay: end / DAY_MS });
  }
}
