import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { ReadFolder } from '../../projections/read-folder.js';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { smallHistory } from '../import/history.js';
import { type Ended, runMuster } from './run-muster.js';

describe('muster replay', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'muster-replay-'));
  const data = join(folder, 'data');
  let events: readonly RecordedEvent[] = [];
  let bob = { accountId: '', userId: '' };

  before(async () => {
    const file = join(folder, 'history.jsonl');
    writeFileSync(file, smallHistory.join('\n'));
    await runMuster('import', file, '--data', data);
    const store = SqliteEventStore.openReader({ path: join(data, 'log.sqlite') });
    const all = await store.readAll({ afterPosition: 0, maxCount: 1_000 });
    await store.close();
    bob = bobOf(all);
    events = all.filter(({ stream }) => stream === `account-${bob.accountId}`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const replay = (...args: readonly string[]) =>
    runMuster('replay', '--data', data, '--account', bob.accountId, ...args);
  const replayed = async (...args: readonly string[]) => linesOf(await replay(...args, '--json'));

  it('shows every event of an account', async () => {
    const lines = await replayed();
    expect(lines.slice(0, -1).map(({ type }) => type)).to.deep.equal(events.map(({ type }) => type));
  });

  it("shows one member's alone, and what each changed", async () => {
    const lines = await replayed('--user', bob.userId);
    const steps = lines.flatMap(({ changes = [] }) =>
      changes
        .filter(({ thing }) => thing === 'MEMBERSHIP')
        .map(({ before, after }) => `${before?.status ?? '–'} → ${after?.status} as ${after?.role}`),
    );
    expect([...new Set(steps)]).to.have.members([
      '– → ACTIVE as CONTRIBUTOR',
      'ACTIVE → ACTIVE as CONTRIBUTOR',
      'ACTIVE → ACTIVE as OWNER',
      'ACTIVE → REMOVED as OWNER',
      'REMOVED → ACTIVE as CONTRIBUTOR',
    ]);
  });

  it('follows one person through all accounts', async () => {
    const { stdout, exitCode } = await runMuster('replay', '--data', data, '--user', bob.userId);
    expect(exitCode).to.equal(0);
    const accounts = [...stdout.matchAll(/^account (\S+)$/gm)].map(([, id]) => id);
    expect(accounts).to.include(bob.accountId);
    expect(stdout).to.match(/^ +status: ACTIVE → REMOVED$/m);
    const nobody = await runMuster('replay', '--data', data, '--user', 'nobody');
    expect([nobody.exitCode, nobody.stdout]).to.deep.equal([1, '']);
    expect((await runMuster('replay', '--data', data)).exitCode).to.equal(2);
  });

  it('shows people what was before and what is after', async () => {
    const { stdout } = await replay('--user', bob.userId);
    expect(stdout).to.match(/^revision +position +when +event +by$/m);
    expect(stdout).to.match(/^ +status: ACTIVE → REMOVED$/m);
  });

  it('stops at a position, and at a time', async () => {
    const third = events[2];
    expect(await replayed('--as-of', `${third?.position}`)).to.have.length(4);
    const time = recordedAt(third);
    const until = events.filter((event) => recordedAt(event) <= time);
    expect(await replayed('--as-of', time)).to.have.length(until.length + 1);
  });

  it('names the next step where there is nothing to replay, or to compare with', async () => {
    const unknown = await runMuster('replay', '--data', data, '--account', 'nobody');
    expect(unknown.exitCode).to.equal(1);
    expect(unknown.stderr).to.include('the log has no account nobody');
    const earlier = await replay('--as-of', '1');
    expect(earlier.exitCode).to.equal(1);
    expect(earlier.stderr).to.include(
      `was recorded later than --as-of says: on ${recordedAt(events[0])}, at position ${events[0]?.position}`,
    );
    const without = await replay('--diff-read-model');
    expect(without.exitCode).to.equal(3);
    expect(without.stderr).to.include('npm run rebuild');
  });

  it('finds the read model equal, now and as of any position', async () => {
    await runMuster('rebuild', '--data', data);
    for (const asOf of [[], ['--as-of', `${events[6]?.position}`]]) {
      const ended = await replay('--diff-read-model', '--json', ...asOf);
      expect(linesOf(ended).at(-1)?.differences).to.deep.equal([]);
      expect(ended.exitCode).to.equal(0);
    }
    const ahead = await replay('--as-of', '999999', '--diff-read-model');
    expect(ahead.exitCode).to.equal(1);
    expect(ahead.stderr).to.include('not yet at 999999');
  });

  it('prints every difference, and ends with 1', async () => {
    const read = new ReadFolder(join(data, 'read'));
    const db = new Database(read.path(read.current() ?? '', 'members'));
    for (const change of [
      "memberships SET status = 'FROZEN'",
      "membership_periods SET role = 'READER'",
      'group_members SET ended_at = 1',
      "groups SET name = 'other'",
      'accounts SET policy_version = 7',
    ])
      db.exec(`UPDATE ${change}`);
    db.close();
    const { stdout, stderr, exitCode } = await replay('--diff-read-model');
    for (const difference of [
      /^PRESENT: membership \S+ status: replay ACTIVE, read model FROZEN$/m,
      /^AS_OF_POSITION: membership \S+ role: replay OWNER, read model READER$/m,
      /^PRESENT: group \S+ member \S+: replay \{"role":"\w+"\}, read model –$/m,
      /^PRESENT: group \S+ name: replay core, read model other$/m,
      /^PRESENT: account policyVersion: replay 1, read model 7$/m,
    ])
      expect(stdout).to.match(difference);
    expect(exitCode).to.equal(1);
    expect(stderr).to.include('npm run rebuild');
  });
});

interface Line {
  readonly type?: string;
  readonly differences?: readonly unknown[];
  readonly changes?: readonly {
    readonly thing: string;
    readonly before: { readonly status: string; readonly role: string } | null;
    readonly after: { readonly status: string; readonly role: string } | null;
  }[];
}

const linesOf = ({ stdout }: Ended): readonly Line[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const recordedAt = (event: RecordedEvent | undefined): string =>
  (JSON.parse(event?.body ?? '') as { readonly recordedAt: string }).recordedAt;

/** Bob of acme is added, promoted, removed, and comes again. */
function bobOf(events: readonly RecordedEvent[]): { readonly accountId: string; readonly userId: string } {
  const removed = events.filter(({ type }) => type === 'UserRemoved').at(-1);
  const { accountId, data } = JSON.parse(removed?.body ?? '') as {
    readonly accountId: string;
    readonly data: { readonly userId: string };
  };
  return { accountId, userId: data.userId };
}
