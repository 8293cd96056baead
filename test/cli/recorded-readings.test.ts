import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { AuditRead } from '../../src/domain/audit/events.js';
import { accountWorld } from '../support/account-world.js';
import { everythingAfter, type LoggedEvent } from '../support/logged-events.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { inTemporaryFolder, runMuster } from './run-muster.js';

describe('what the command line reads', function () {
  this.timeout(120_000);

  const readingsAfter = async (muster: TestMuster, before: number, atLeast: number) => {
    for (let look = 1; ; look += 1) {
      const found = (await everythingAfter(muster, before)).filter(({ type }) => type === 'AuditRead');
      if (found.length >= atLeast || look === 100) return found;
      await delay(50);
    }
  };
  const told = ({ actor, accountId, data }: LoggedEvent) => {
    const { kind, accountIds, filter } = data as AuditRead['data'];
    return [actor.kind, actor.id, accountId, { kind, accountIds, filter }];
  };

  it('is recorded by the running server: exports, tables, replays, once an hour each', () =>
    inTemporaryFolder(async (folder) => {
      const data = join(folder, 'data');
      const muster = await startMuster({ dataDir: data });
      try {
        const { accountId, rita } = await accountWorld(muster);
        const before = await muster.core.store.head();
        const at = ['--data', data];
        const reads = [
          ['export', '--out', join(folder, 'all.jsonl'), ...at],
          ['export', '--account', accountId, '--out', join(folder, 'account.csv'), '--format', 'csv', ...at],
          ['export', '--table', 'audit_log', ...at],
          ['replay', '--account', accountId, '--user', rita.userId, ...at],
          ['replay', '--account', accountId, '--user', rita.userId, ...at],
          ['replay', '--account', accountId, '--user', 'somebody@example.test', ...at],
        ];
        for (const args of reads) {
          const { exitCode, stderr } = await runMuster(...args);
          expect(exitCode, `${args.join(' ')}: ${stderr}`).to.be.oneOf([0, 1]);
        }
        await runMuster('replay', '--account', 'no-such-account', ...at);
        const found = await readingsAfter(muster, before, 5);
        const root = muster.rootAccountId;
        const said = (home: string, kind: string, filter: object) => [
          'SYSTEM',
          'command-line',
          home,
          { kind, accountIds: [home], filter },
        ];
        expect(found.map(told)).to.deep.equal([
          said(root, 'EXPORT', {}),
          said(accountId, 'EXPORT', {}),
          said(root, 'EXPORT', { table: 'audit_log', names: false }),
          said(accountId, 'REPLAY', { subjectIds: [rita.userId] }),
          said(accountId, 'REPLAY', {}),
        ]);
        for (let look = 1; look < 100 && readdirSync(join(data, 'readings')).length > 0; look += 1)
          await delay(50);
        expect(readdirSync(join(data, 'readings'))).to.deep.equal([]);
      } finally {
        await muster.close();
      }
    }));

  it('waits for the next server where none runs, and is then recorded as of when it was', () =>
    inTemporaryFolder(async (data) => {
      const first = await startMuster({ dataDir: data });
      const { accountId } = await accountWorld(first);
      const before = await first.core.store.head();
      await first.close();
      const asked = Date.now();
      expect((await runMuster('replay', '--account', accountId, '--data', data)).exitCode).to.equal(0);
      const done = Date.now();
      writeFileSync(
        join(data, 'readings', `${Date.now()}-00000000-0000-4000-8000-000000000000.json`),
        '{"kind":',
      );
      const second = await startMuster({ dataDir: data });
      try {
        const [reading] = await readingsAfter(second, before, 1);
        expect(reading?.data).to.deep.include({ kind: 'REPLAY', accountIds: [accountId] });
        expect(Date.parse(reading?.occurredAt ?? '')).to.be.within(asked, done);
        await second.processManagers.settled();
        expect(readdirSync(join(data, 'readings')).map((name) => name.split('.').pop())).to.deep.equal([
          'unreadable',
        ]);
        expect(second.logged()).to.include('is no reading');
      } finally {
        await second.close();
      }
    }));

  it('is not shown where it cannot be recorded', () =>
    inTemporaryFolder(async (data) => {
      const muster = await startMuster({ dataDir: data });
      const { accountId } = await accountWorld(muster);
      await muster.close();
      writeFileSync(join(data, 'readings'), 'where the folder should be');
      const { exitCode, stdout, stderr } = await runMuster('replay', '--account', accountId, '--data', data);
      expect([exitCode, stdout]).to.deep.equal([3, '']);
      expect(stderr).to.include('cannot be recorded');
    }));
});
