import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { accountWorld } from '../support/account-world.js';
import { startMuster } from '../support/start-muster.js';
import { inTemporaryFolder, runMuster } from './run-muster.js';

describe('export --table', function () {
  this.timeout(60_000);

  /** A server that goes on over the folder while the command runs. */
  const besideServer = (use: (data: string, accountId: string) => Promise<void>) =>
    inTemporaryFolder(async (data) => {
      const muster = await startMuster({ dataDir: data });
      try {
        const world = await accountWorld(muster, { name: '=HYPERLINK("x")' });
        await world.add('Zoë, "Z" Q');
        await use(data, world.accountId);
      } finally {
        await muster.close();
      }
    });

  it('writes rows as JSON Lines or CSV beside a running server, without names', () =>
    besideServer(async (data, accountId) => {
      const jsonl = await runMuster('export', '--table', 'members_now', '--data', data);
      expect(jsonl.exitCode).to.equal(0);
      const rows = jsonl.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((row) => row.account_id === accountId);
      expect(rows).to.have.length(5);
      expect(rows[0]).to.include({ status: 'ACTIVE', role: 'OWNER', ended_at: null });
      expect(jsonl.stderr).to.match(/7 rows of members_now, as of position \d+/);
      const csv = await runMuster('export', '--table', 'members_now', '--format', 'csv', '--data', data);
      const [header, ...lines] = csv.stdout.split('\r\n');
      expect(header).to.match(/^account_id,account_name,user_id,.*,ended_at$/);
      expect(lines).to.have.length(8);
      expect(lines[1]).to.include(`${accountId},"'=HYPERLINK(""x"")",`);
      expect(csv.stdout + jsonl.stdout).not.to.include('Zoë');
    }));

  it('joins names and addresses only when it is told to, into a new file for its owner alone', () =>
    besideServer(async (data) => {
      const out = join(data, 'members.csv');
      const args = ['--table', 'memberships', '--format', 'csv', '--out', out, '--data', data] as const;
      const done = await runMuster('export', ...args, '--names', '--json');
      expect(JSON.parse(done.stdout)).to.include({ table: 'memberships', rows: 7, out });
      expect(readFileSync(out, 'utf8')).to.include('"Zoë, ""Z"" Q"');
      expect(statSync(out).mode & 0o777).to.equal(0o600);
      const again = await runMuster('export', ...args);
      expect(again.exitCode).to.equal(1);
      expect(again.stderr).to.include('exists already');
      expect(readFileSync(out, 'utf8')).to.include('Zoë');
    }));

  it('takes tables of every file, negative numbers as numbers, and people only with --names', () =>
    besideServer(async (data) => {
      const exported = (...args: string[]) => runMuster('export', '--data', data, '--table', ...args);
      expect((await exported('audit_log')).stdout).to.include('"type":"AccountOpened"');
      expect((await exported('seat_changes', '--format', 'csv')).stdout).to.match(/IN_USE,5\r\n/);
      const refused = await exported('people');
      expect([refused.exitCode, refused.stdout]).to.deep.equal([2, '']);
      expect(refused.stderr).to.include('--names');
      expect((await exported('people', '--names')).stdout).to.include('Zoë');
    }));

  it('lists the tables when there is none of that name, and says what to do without a read model', () =>
    besideServer(async (data) => {
      const out = join(data, 'nothing.jsonl');
      const unknown = await runMuster('export', '--table', 'x; DROP', '--out', out, '--data', data);
      expect(unknown.exitCode).to.equal(2);
      expect(unknown.stderr).to.include('there is no table x; DROP').and.include('\n  head_count_by_day\n');
      expect(existsSync(out)).to.equal(false);
      await inTemporaryFolder(async (empty) => {
        writeFileSync(join(empty, 'nothing'), '');
        const none = await runMuster('export', '--table', 'accounts', '--data', empty);
        expect(none.exitCode).to.equal(3);
      });
      expect((await runMuster('export', '--data', data)).exitCode).to.equal(2);
    }));
});
