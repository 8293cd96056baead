import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { musterCommandLine } from '../../scripts/child/muster-child.js';
import { manifestText } from '../../src/backup/manifest.js';
import { restoreBackup } from '../../src/backup/restore-backup.js';
import { runMuster } from '../cli/run-muster.js';
import { ErasingServer } from '../erasure/erasing-server.js';
import { filesWith } from '../erasure/traces-of.js';

const usersOf = `query ($a: ID!) { account(id: $a) { users(first: 200) { nodes { userId user { name } } totalCount } } }`;

describe('backup and restore', function () {
  this.timeout(300_000);
  let server: ErasingServer;
  let accountId: string;
  let names = 0;
  beforeEach(async () => {
    server = await ErasingServer.start();
    accountId = await server.openAccount('Backed up');
  });
  afterEach(() => server.remove());

  const inFolder = (name: string) => join(server.folder, name);
  const ledger = () => join(server.dataDir, 'erasures.jsonl');
  const backup = (out = inFolder('backup'), data = server.dataDir) =>
    runMuster('backup', '--data', data, '--out', out, '--json');
  const restore = (...more: readonly string[]) =>
    runMuster('restore', '--from', inFolder('backup'), '--data', inFolder('restored'), ...more);
  const restored = () => inFolder('restored');

  it('runs beside a server under load, and brings back everything acknowledged before', async () => {
    let isOver = false;
    const acknowledged: string[] = [];
    const clients = [0, 1, 2, 3].map(async () => {
      while (!isOver && names < 400) {
        names += 1;
        const person = { email: `load${names}@example.test`, name: `Load ${names}` };
        acknowledged.push(await server.add(accountId, person));
      }
    });
    while (acknowledged.length < 20) await delay(20);
    const before = [...acknowledged];
    const { exitCode, stdout, stderr } = await backup();
    const after = acknowledged.length;
    isOver = true;
    await Promise.all(clients);
    expect(exitCode, stderr).to.equal(0);
    expect(after, 'written meanwhile').to.be.greaterThan(before.length);
    expect((await restore('--ledger', ledger())).exitCode).to.equal(0);
    const verified = await runMuster('verify', '--data', restored(), '--json');
    expect(JSON.parse(verified.stdout)).to.deep.equal({
      status: 'INTACT',
      events: JSON.parse(stdout).events,
    });
    await server.end();
    await server.serve({ dataDir: restored() });
    const { account } = await (await server.client()).query(usersOf, { a: accountId });
    const found = new Map<string, string | null>(
      account.users.nodes.map((node: { userId: string; user: { name: string } }) => [
        node.userId,
        node.user.name,
      ]),
    );
    for (const userId of before) expect(found.get(userId), userId).to.match(/^Load \d+$/);
  });

  it('erases again, before it serves, whoever was erased after the backup', async () => {
    const email = 'rediviva.canaria@example.test';
    const userId = await server.add(accountId, { email, name: 'Rediviva Canaria' });
    await server.endEverywhere(userId);
    expect((await backup()).exitCode).to.equal(0);
    const key = await server.keyOf(userId);
    await server.erase(userId);
    await server.untilErased(userId);
    await server.end();
    expect((await restore('--ledger', ledger())).exitCode).to.equal(0);
    expect(await server.keyOf(userId, restored()), 'back from the backup').to.deep.equal(key);
    const rebuilt = await runMuster('rebuild', '--data', restored());
    expect(rebuilt.stderr).to.match(/ledger is still to be applied/);
    expect(rebuilt.exitCode).to.equal(3);
    await server.serve({ dataDir: restored() });
    expect(await server.keyOf(userId, restored())).to.equal(null);
    expect(await server.statusOf(userId)).to.equal('ERASED');
    expect(filesWith(restored(), ['Rediviva', email, key ?? ''])).to.deep.equal([]);
    expect(existsSync(join(restored(), 'restored.json'))).to.equal(false);
    const newcomer = await server.add(accountId, { email, name: 'Somebody Else' });
    expect(newcomer).not.to.equal(userId);
    expect((await runMuster('verify', '--data', restored())).exitCode).to.equal(0);
  });

  it('erases again who had just come when the backup was taken, and is in an account in it', async () => {
    const userId = await server.add(accountId, { email: 'in@example.test', name: 'Innaria Member' });
    expect((await backup()).exitCode).to.equal(0);
    await server.endEverywhere(userId);
    await server.erase(userId);
    await server.untilErased(userId);
    await server.end();
    await restore('--ledger', ledger());
    await server.serve({ dataDir: restored() });
    const { account } = await (await server.client()).query(usersOf, { a: accountId });
    expect(account.users.nodes).to.deep.equal([{ userId, user: { name: null } }]);
    expect(filesWith(restored(), ['Innaria'])).to.deep.equal([]);
  });

  it('does not serve what was restored without the ledger, nor with one that says less', async () => {
    const userId = await server.add(accountId, { email: 'x@example.test', name: 'X' });
    await server.endEverywhere(userId);
    await backup();
    const shorter = inFolder('shorter.jsonl');
    cpSync(ledger(), shorter);
    await server.erase(userId);
    await server.untilErased(userId);
    await server.end();
    await restore('--ledger', ledger());
    rmSync(join(restored(), 'erasures.jsonl'));
    const env = { ledger: shorter };
    for (const given of [{}, env]) {
      const refused = await server
        .serve({ dataDir: restored(), ...given })
        .catch((error: Error) => error.message);
      expect(refused).to.match(/erasure ledger .* is missing or shorter/);
    }
    expect(await server.keyOf(userId, restored()), 'untouched').not.to.equal(null);
    await server.serve({ dataDir: restored(), ledger: ledger() });
    expect(await server.statusOf(userId)).to.equal('ERASED');
  });

  it('is refused without a ledger, with that of another log, into a folder in use, and when changed', async () => {
    await backup();
    const other = await ErasingServer.start();
    try {
      const foreign = join(other.dataDir, 'erasures.jsonl');
      const refusals: readonly (readonly [readonly string[], number, RegExp])[] = [
        [[], 2, /--ledger/],
        [['--ledger', inFolder('none.jsonl')], 1, /cannot be read \(ENOENT\)/],
        [['--ledger', foreign], 1, /another log/],
        [['--ledger', ledger(), '--data', server.dataDir], 1, /not empty/],
        [['--ledger', join(server.dataDir, 'log.sqlite')], 1, /no erasure ledger/],
        [['--ledger', ledger(), '--from', server.dataDir], 1, /no manifest/],
      ];
      for (const [args, exitCode, message] of refusals) {
        const ended = await restore(...args);
        expect(ended.stderr).to.match(message);
        expect(ended.exitCode, ended.stderr).to.equal(exitCode);
      }
    } finally {
      await other.remove();
    }
    const copy = join(inFolder('backup'), 'log', 'log.sqlite');
    const bytes = readFileSync(copy);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(copy, bytes);
    expect((await restore('--ledger', ledger())).stderr).to.match(/not the file that was backed up/);
    expect(existsSync(restored())).to.equal(false);
    expect((await backup()).stderr).to.match(/not empty/);
  });

  it('is refused with an old copy of the ledger, which lacks people erased before the backup', async () => {
    const old = inFolder('old.jsonl');
    for (const name of ['First', 'Second']) {
      cpSync(ledger(), old);
      const userId = await server.add(accountId, { email: `${name}@example.test`, name });
      await server.endEverywhere(userId);
      await server.erase(userId);
      await server.untilErased(userId);
    }
    expect((await backup()).exitCode).to.equal(0);
    const refused = await restore('--ledger', old);
    expect(refused.stderr).to.match(/is an old copy of the ledger: it lacks 1 of the erasures/);
    expect(refused.exitCode).to.equal(1);
    expect(readdirSync(server.folder).filter((name) => name.startsWith('restored'))).to.deep.equal([]);
    expect((await restore('--ledger', ledger())).exitCode).to.equal(0);
  });

  it('leaves no keys behind where a restore fails', async () => {
    await backup();
    const path = join(inFolder('backup'), 'manifest.json');
    const { sha256: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, manifestText({ ...manifest, events: manifest.events + 1 }));
    const options = { from: inFolder('backup'), dataDir: restored(), ledger: ledger(), copyLedger: true };
    const failure = await restoreBackup(options).catch((error: unknown) => error);
    expect(String(failure)).to.match(/does not verify/);
    expect(readdirSync(server.folder).filter((name) => name.startsWith('restored'))).to.deep.equal([]);
  });

  it('leaves nothing that could be restored when a backup is killed with kill -9', async () => {
    let cutOff = 0;
    for (const afterMs of [0, 5, 20, 60]) {
      rmSync(inFolder('backup'), { recursive: true, force: true });
      const args = ['backup', '--data', server.dataDir, '--out', inFolder('backup')];
      const child = spawn(process.execPath, [...musterCommandLine(), ...args], { stdio: 'ignore' });
      const gone = once(child, 'exit');
      while (!existsSync(inFolder('backup')) && child.exitCode === null) await delay(1);
      await delay(afterMs);
      child.kill('SIGKILL');
      await gone;
      if (existsSync(join(inFolder('backup'), 'manifest.json'))) continue;
      cutOff += 1;
      const ended = await restore('--ledger', ledger());
      expect(ended.stderr).to.match(/no manifest/);
      expect(existsSync(restored())).to.equal(false);
    }
    expect(cutOff).to.be.greaterThan(0);
    await server.end();
    await server.serve();
  });
});
