import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { personNames } from '../../projections/queries/people.js';
import { PersonalData } from '../../src/key-vault/personal-data.js';
import { parsePostgresUrl } from '../../src/key-vault/postgres-address.js';
import { PostgresKeyVault } from '../../src/key-vault/postgres-key-vault.js';
import { personalDataPort } from '../../src/profiles.js';
import { type Ended, runMusterWith } from '../cli/run-muster.js';
import { type TemporaryWireLog, temporaryWireLog } from '../event-store/temporary-wire-log.js';
import { rejectionOf } from '../key-vault/key-vault-contract.js';
import { accountWorld, applied } from '../support/account-world.js';
import { erased } from '../support/erasures.js';
import { eventBuilder } from '../support/event-builder.js';
import { PASSWORD, PostgresServer } from '../support/postgres-server.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { until } from '../support/until.js';

const nameOf = async ({ root }: TestMuster, userId: string): Promise<string | null> =>
  (await root.query('query ($id: ID!) { user(id: $id) { name } }', { id: userId })).user?.name ?? null;

const scraped = async ({ metricsUrl }: TestMuster): Promise<string> => (await fetch(metricsUrl ?? '')).text();

describe('Muster with its keys in PostgreSQL', function () {
  this.timeout(120_000);
  let postgres: PostgresServer;
  let folder: string;
  let dataDir: string;
  let url: string;
  let running: TestMuster | null = null;
  before(async function () {
    const started = await PostgresServer.start('Muster with its keys in PostgreSQL');
    if (started === null) return this.skip();
    postgres = started;
  });
  after(() => postgres?.remove());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-postgres-app-'));
    dataDir = join(folder, 'data');
    url = await postgres.createDatabase();
  });
  afterEach(async () => {
    await stop();
    await postgres.dropDatabase(url);
    rmSync(folder, { recursive: true, force: true });
  });

  const serve = async (keyVaultUrl: string | null = url): Promise<TestMuster> => {
    const operations = { metrics: { host: '127.0.0.1', port: 0 } };
    running = await startMuster({ dataDir, operations, ...(keyVaultUrl === null ? {} : { keyVaultUrl }) });
    return running;
  };
  async function stop() {
    await running?.close();
    running = null;
  }
  const command = (...args: readonly string[]): Promise<Ended> =>
    runMusterWith({ MUSTER_KEY_VAULT_URL: url }, ...args, '--data', dataDir);
  const vaultFile = () => join(dataDir, 'vault.sqlite');
  const deleteVaultFile = () => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${vaultFile()}${end}`, { force: true });
  };

  it('has names, survives a restart, and erases with a receipt that says by what', async () => {
    let muster = await serve();
    const world = await accountWorld(muster);
    const ann = await world.add('Ann Former');
    await stop();
    muster = await serve();
    expect(await nameOf(muster, ann)).to.equal('Ann Former');
    expect(existsSync(vaultFile())).to.equal(false);
    const out = { userId: ann, confirmed: true, phrase: 'REMOVE' };
    expect((await muster.root.bulk('endEverywhere', out)).outcome).to.equal('APPLIED');
    applied(await muster.root.mutate('eraseUser', { userId: ann }));
    const { receipt } = await erased(muster, ann);
    expect(receipt?.destroyed[0]).to.include({ what: 'KEY', by: 'PostgreSQL key vault 1' });
    expect(await nameOf(muster, ann)).to.equal(null);
  });

  it('answers 503 while PostgreSQL is down, tells no password, and goes on by itself when it is back', async () => {
    const muster = await serve();
    const world = await accountWorld(muster);
    await world.add('Ann Before');
    await postgres.stop('SIGQUIT');
    const stranger = await muster.client({ subject: 'stranger' });
    const signIn = await stranger.send('{ viewer { user { id } } }');
    const input = { accountId: world.accountId, person: { email: 'bea@example.test', name: 'Bea' } };
    const adding = await muster.root.send(
      'mutation ($input: AddUserInput!) { addUser(input: $input) { outcome } }',
      { input: { ...input, role: 'REVIEWER' } },
    );
    // The key behind indexes is remembered for five seconds, so that a sign-in may still succeed.
    if (signIn.status !== 200) expect(signIn.errors?.[0]?.extensions.code).to.equal('SERVICE_UNAVAILABLE');
    expect(adding.errors?.[0]?.extensions.code).to.equal('SERVICE_UNAVAILABLE');
    expect(adding.status).to.equal(503);
    expect(Number(adding.headers.get('retry-after'))).to.be.above(0);
    const readiness = await fetch(`${muster.url}/readyz`);
    expect(readiness.status).to.equal(503);
    expect((await readiness.json()).checks).to.include({ log: 'ok', keys: 'no answer within 500 ms' });
    expect(await scraped(muster)).to.match(/^muster_key_vault_up 0$/m);
    await postgres.start();
    await until(async () => (await fetch(`${muster.url}/readyz`)).status === 200);
    expect(await scraped(muster)).to.match(/^muster_key_vault_up 1$/m);
    const carla = await world.add('Carla After');
    expect(await nameOf(muster, carla)).to.equal('Carla After');
    expect(muster.readModel.failure).to.equal(null);
    expect(muster.logged()).to.match(/key vault in PostgreSQL/);
    expect(muster.logged()).to.not.include(PASSWORD);
  });

  it('answers 503 to whoever signs in once the remembered key has run out', async () => {
    const muster = await serve();
    await accountWorld(muster);
    await postgres.stop('SIGQUIT');
    // A key is remembered for five seconds of real time.
    await delay(5_100);
    const stranger = await muster.client({ subject: 'stranger' });
    const { status, errors, headers } = await stranger.send('{ viewer { user { id } } }');
    expect({ status, ...errors?.[0]?.extensions }).to.deep.equal({
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
      retryAfterSeconds: 5,
    });
    expect(muster.logged()).to.include('nobody can be signed in').and.not.include('unexpected error');
    expect(Number(headers.get('retry-after'))).to.be.above(0);
    await postgres.start();
    expect((await stranger.send('{ viewer { user { id } } }')).status).to.equal(200);
  });

  it('holds the read model up while the vault is away, and lets it follow afterwards', async () => {
    const muster = await serve();
    const { store } = muster.core;
    const userId = '00000000-0000-4000-8000-00000000beef';
    const vault = await PostgresKeyVault.open({ address: parsePostgresUrl(url), randomBytes });
    const personalData = personalDataPort(new PersonalData({ vault, randomBytes }), vault);
    const sealedProfile = await personalData.sealProfile(userId, { name: 'From Elsewhere', email: null });
    await vault.close();
    await postgres.stop('SIGQUIT');
    // As another node would, which could still reach the vault.
    const person = eventBuilder({
      accountId: null,
      stream: `user-${userId}`,
      clock: () => new Date().toISOString(),
    });
    await person.append(store, [{ type: 'UserRegistered', data: { userId, sealedProfile } }]);
    expect(await muster.readModel.waitFor(await store.head(), 3_000), 'while it is away').to.equal(false);
    expect(muster.readModel.failure).to.equal(null);
    await postgres.start();
    expect(await muster.readModel.waitFor(await store.head(), 10_000), 'when it is back').to.equal(true);
    expect(personNames(muster.readModel.members, [userId])[0]?.name).to.equal('From Elsewhere');
  });

  it('ends at once while it waits for the vault', async () => {
    const muster = await serve();
    const { store } = muster.core;
    const userId = '00000000-0000-4000-8000-00000000beef';
    await postgres.stop('SIGQUIT');
    const sealedProfile = `v1.${Buffer.alloc(40).toString('base64url')}`;
    const person = eventBuilder({
      accountId: null,
      stream: `user-${userId}`,
      clock: () => new Date().toISOString(),
    });
    await person.append(store, [{ type: 'UserRegistered', data: { userId, sealedProfile } }]);
    expect(await muster.readModel.waitFor(await store.head(), 2_500)).to.equal(false);
    const began = performance.now();
    await stop();
    expect(performance.now() - began).to.be.below(8_000);
    await postgres.start();
  });

  it('is refused with the database of another log, with none, and beside a vault file', async () => {
    await serve();
    await accountWorld(running as TestMuster);
    await stop();
    const right = url;
    url = await postgres.createDatabase();
    expect(await rejectionOf(serve())).to.match(
      /sealed with the keys of another vault than this \(PostgreSQL/,
    );
    expect(await rejectionOf(serve(null))).to.match(
      /sealed with the keys of another vault than this \(key vault 1/,
    );
    await postgres.dropDatabase(url);
    url = right;
    // The attempt without an address has made a file.
    expect(await rejectionOf(serve())).to.match(/nobody would be erased: carry them over/);
    deleteVaultFile();
    await serve();
  });

  it('moves in from the file and out again, by a command that can be repeated', async () => {
    let muster = await serve(null);
    const world = await accountWorld(muster);
    const ann = await world.add('Ann Moved');
    expect((await command('vault-copy', '--to', 'postgres')).stderr).to.match(/another process is writing/);
    await stop();
    for (const said of [
      /^copied and compared: \d+ keys, 0 destroyed\nNext: delete .*vault\.sqlite/,
      /^nothing to do: all \d+ keys are there already, compared; 0 destroyed\nNext: delete .*vault\.sqlite/,
    ]) {
      const { exitCode, stdout, stderr } = await command('vault-copy', '--to', 'postgres');
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(said);
    }
    deleteVaultFile();
    muster = await serve();
    expect(await nameOf(muster, ann)).to.equal('Ann Moved');
    const checkpoint = await command('checkpoint', '--key');
    await stop();
    const rebuilt = await command('rebuild');
    expect(rebuilt.exitCode, rebuilt.stderr).to.equal(0);
    expect(rebuilt.stdout).to.match(/equal to the read model that was live/);
    const back = await command('vault-copy', '--to', 'file', '--json');
    expect(back.exitCode, back.stderr).to.equal(0);
    expect(JSON.parse(back.stdout)).to.include({ destroyed: 0 });
    muster = await serve(null);
    expect(await nameOf(muster, ann)).to.equal('Ann Moved');
    expect(checkpoint.stdout.trim()).to.equal(muster.core.signer.verifierKey);
  });

  it('is not carried where MUSTER_KEY_VAULT_URL names a file: it would be copied onto itself, and then be deleted', async () => {
    await serve(null);
    await stop();
    const before = readFileSync(vaultFile());
    const others = [pathToFileURL(vaultFile()).href, pathToFileURL(join(folder, 'other.sqlite')).href];
    for (const to of ['postgres', 'file'])
      for (const MUSTER_KEY_VAULT_URL of others) {
        const args = ['vault-copy', '--to', to, '--data', dataDir];
        const { exitCode, stdout, stderr } = await runMusterWith({ MUSTER_KEY_VAULT_URL }, ...args);
        expect(stderr).to.match(/MUSTER_KEY_VAULT_URL names a file: for this it must be postgres:/);
        expect({ exitCode, stdout }).to.deep.equal({ exitCode: 4, stdout: '' });
      }
    expect(readFileSync(vaultFile())).to.deep.equal(before);
    expect(existsSync(join(folder, 'other.sqlite'))).to.equal(false);
  });

  describe('moves in from a file that nodes of a cluster share', () => {
    let log: TemporaryWireLog;
    let shared: string;
    beforeEach(async () => {
      log = await temporaryWireLog();
      shared = join(folder, 'shared vault.sqlite');
    });
    afterEach(() => log.remove());

    const onCluster = (keyVaultUrl: string) =>
      startMuster({ dataDir, keyVaultUrl, eventStoreUrl: log.node.connectionString() });
    const copy = (...args: readonly string[]) => {
      const env = { EVENT_STORE_URL: log.node.connectionString(), MUSTER_KEY_VAULT_URL: url };
      return runMusterWith(env, 'vault-copy', '--data', dataDir, ...args);
    };

    it('and out again, while every node is stopped', async () => {
      running = await onCluster(pathToFileURL(shared).href);
      const ann = await (await accountWorld(running)).add('Ann Shared');
      // As a node of another data folder would see it.
      const elsewhere = dataDir;
      dataDir = join(folder, 'node2');
      const early = await copy('--to', 'postgres', '--file', shared);
      expect(early.stderr).to.match(/shared vault\.sqlite is open in another process: stop every server/);
      expect(early.exitCode).to.equal(3);
      await stop();
      const copied = await copy('--to', 'postgres', '--file', shared);
      expect(copied.exitCode, copied.stderr).to.equal(0);
      expect(copied.stdout).to.match(
        /^copied and compared: \d+ keys, 0 destroyed\nNext: delete .*shared vault\.sqlite/,
      );
      for (const end of ['', '-wal', '-shm']) rmSync(`${shared}${end}`, { force: true });
      dataDir = elsewhere;
      running = await onCluster(url);
      expect(await nameOf(running, ann)).to.equal('Ann Shared');
      await stop();
      const back = await copy('--to', 'file', '--file', pathToFileURL(shared).href);
      expect(back.exitCode, back.stderr).to.equal(0);
      expect(back.stdout).to.include(`Next: start with MUSTER_KEY_VAULT_URL=${pathToFileURL(shared).href};`);
      running = await onCluster(pathToFileURL(shared).href);
      expect(await nameOf(running, ann)).to.equal('Ann Shared');
    });

    it('of a log that was carried there, as migrate-log says', async () => {
      const ann = await (await accountWorld(await serve(null))).add('Ann Carried');
      await stop();
      const env = { EVENT_STORE_URL: log.node.connectionString(), MUSTER_KEY_VAULT_URL: url };
      const moved = await runMusterWith(env, 'migrate-log', '--data', dataDir, '--to');
      expect(moved.exitCode, moved.stderr).to.equal(0);
      const next = /^Next: EVENT_STORE_URL=\S+ MUSTER_KEY_VAULT_URL=(file:\S+) npm run serve/m.exec(
        moved.stdout,
      );
      running = await onCluster(next?.[1] ?? '');
      expect(await nameOf(running, ann)).to.equal('Ann Carried');
      await stop();
      const said =
        /MUSTER_KEY_VAULT_URL=postgres:\S+ npm run vault-copy -- (.+)/.exec(moved.stdout)?.[1] ?? '';
      const copied = await runMusterWith(env, 'vault-copy', ...said.split(' '));
      expect(copied.exitCode, copied.stderr).to.equal(0);
      expect(copied.stdout).to.include(`Next: delete ${vaultFile()} (and`);
      deleteVaultFile();
      running = await onCluster(url);
      expect(await nameOf(running, ann)).to.equal('Ann Carried');
      await stop();
      const back = await runMusterWith(env, 'migrate-log', '--data', dataDir, '--from');
      const returning =
        /MUSTER_KEY_VAULT_URL=postgres:\S+ npm run vault-copy -- ([^,]+)/.exec(back.stdout)?.[1] ?? '';
      const returned = await runMusterWith(env, 'vault-copy', ...returning.split(' '));
      expect(returned.stdout, returned.stderr).to.include(
        'Next: start without MUSTER_KEY_VAULT_URL; then remove',
      );
      expect(await nameOf(await serve(null), ann)).to.equal('Ann Carried');
    });

    it('but only with the log that it belongs to', async () => {
      running = await onCluster(pathToFileURL(shared).href);
      await stop();
      const args = ['--to', 'postgres', '--file', shared, '--data', dataDir] as const;
      const without = await command('vault-copy', ...args);
      expect(without.stderr).to.match(/there is no log in .*, and EVENT_STORE_URL is not set/);
      expect(without.exitCode).to.equal(3);
      await log.remove();
      log = await temporaryWireLog();
      const toNobody = await copy(...args);
      expect(toNobody.stderr).to.match(/there is no log of Muster at .*: check the address/);
      expect(toNobody.exitCode).to.equal(3);
      await (await log.open()).close();
      const toAnother = await copy(...args);
      expect(toAnother.stderr).to.match(/holds the keys of another log/);
      expect(toAnother.exitCode).to.equal(3);
    });
  });

  it('is not copied into the vault of another log', async () => {
    await serve();
    await accountWorld(running as TestMuster);
    await stop();
    dataDir = join(folder, 'other');
    await serve(null);
    await stop();
    const { exitCode, stderr } = await command('vault-copy', '--to', 'postgres');
    expect(stderr).to.match(/holds the keys of another log/);
    expect(exitCode).to.equal(3);
  });

  it('is not rebuilt without its keys, which would take everybody’s name', async () => {
    const muster = await serve();
    const world = await accountWorld(muster);
    const ann = await world.add('Ann');
    const { exitCode, stderr } = await runMusterWith({}, 'rebuild', '--data', dataDir);
    expect(stderr).to.match(/set MUSTER_KEY_VAULT_URL/);
    expect(exitCode).to.equal(3);
    expect(await nameOf(muster, ann)).to.equal('Ann');
  });

  it('is backed up with its keys in a file, and comes back with them', async () => {
    const muster = await serve();
    const world = await accountWorld(muster);
    const ann = await world.add('Ann Kept');
    const backup = join(folder, 'backup');
    const without = await runMusterWith({}, 'backup', '--data', dataDir, '--out', join(folder, 'none'));
    expect(without.exitCode, 'without the address').to.not.equal(0);
    const taken = await command('backup', '--out', backup);
    expect(taken.exitCode, taken.stderr).to.equal(0);
    const ledger = join(dataDir, 'erasures.jsonl');
    await stop();
    const restored = join(folder, 'restored');
    const back = await runMusterWith({}, 'restore', '--from', backup, '--data', restored, '--ledger', ledger);
    expect(back.exitCode, back.stderr).to.equal(0);
    dataDir = restored;
    expect(await nameOf(await serve(null), ann)).to.equal('Ann Kept');
    const shared = { MUSTER_KEY_VAULT_URL: pathToFileURL(join(folder, 'shared.sqlite')).href };
    const args = ['--from', backup, '--data', join(folder, 'again'), '--ledger', ledger];
    expect((await runMusterWith(shared, 'restore', ...args)).stdout).to.include(
      `Then stop it, and move ${join(folder, 'again', 'vault.sqlite')} to ${join(folder, 'shared.sqlite')}`,
    );
  });

  it('is restored beside the address of a database, as the messages say', async () => {
    const muster = await serve();
    const ann = await (await accountWorld(muster)).add('Ann Recovered');
    const backup = join(folder, 'backup');
    expect((await command('backup', '--out', backup)).exitCode).to.equal(0);
    const ledger = join(dataDir, 'erasures.jsonl');
    await stop();
    await postgres.dropDatabase(url);
    url = await postgres.createDatabase();
    dataDir = join(folder, 'restored');
    const back = await command('restore', '--from', backup, '--ledger', ledger);
    expect(back.stdout).to.match(/Next, with MUSTER_KEY_VAULT_URL unset: npm run serve[\s\S]* vault-copy/);
    expect(await rejectionOf(serve())).to.match(/first start once with MUSTER_KEY_VAULT_URL unset/);
    const tooEarly = await command('vault-copy', '--to', 'postgres');
    expect(tooEarly.stderr).to.match(/npm run serve first, with MUSTER_KEY_VAULT_URL unset/);
    await serve(null);
    await stop();
    const copied = await command('vault-copy', '--to', 'postgres');
    expect(copied.exitCode, copied.stderr).to.equal(0);
    deleteVaultFile();
    expect(await nameOf(await serve(), ann)).to.equal('Ann Recovered');
  });

  it('ends a command at once where the server asks for a password, and none was given', async () => {
    await serve();
    await stop();
    const began = performance.now();
    const withPassword = url;
    url = url.replace(`:${PASSWORD}`, '');
    const { exitCode, stderr } = await command('checkpoint', '--key');
    url = withPassword;
    expect(stderr).to.match(/the server asks for a password, and MUSTER_KEY_VAULT_URL has none/);
    expect(exitCode).to.equal(3);
    expect(performance.now() - began).to.be.below(30_000);
  });

  it('tells nobody the password when a command cannot reach the database', async () => {
    await serve();
    await stop();
    url = url.replace(/@127\.0\.0\.1:\d+/, '@127.0.0.1:1');
    try {
      for (const args of [['rebuild'], ['checkpoint', '--key'], ['backup', '--out', join(folder, 'b')]]) {
        const { exitCode, stdout, stderr } = await command(...args);
        expect(stderr, args[0]).to.match(/is not to be had: .*ECONNREFUSED/);
        expect(stdout + stderr).to.not.include(PASSWORD);
        expect(exitCode).to.equal(3);
      }
    } finally {
      url = url.replace('@127.0.0.1:1', `@127.0.0.1:${postgres.port}`);
    }
  });
});
