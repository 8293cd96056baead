import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { CachedKeyVault } from '../../src/key-vault/cached-key-vault.js';
import { copyKeyVault } from '../../src/key-vault/copy-key-vault.js';
import { KeyDestroyed, KeyVaultUnavailable } from '../../src/key-vault/key-vault.js';
import { PersonalData } from '../../src/key-vault/personal-data.js';
import { parsePostgresUrl } from '../../src/key-vault/postgres-address.js';
import { PostgresKeyVault } from '../../src/key-vault/postgres-key-vault.js';
import { POSTGRES_VAULT_SCHEMA } from '../../src/key-vault/postgres-vault-format.js';
import { sayLast } from '../support/last-words.js';
import { PASSWORD, PostgresServer } from '../support/postgres-server.js';
import { describeKeyVaultContract, describePortableKeyVault, rejectionOf } from './key-vault-contract.js';
import { temporaryVault } from './temporary-vault.js';

describe('PostgreSQL as a key vault', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let url: string;
  let opened: PostgresKeyVault[] = [];

  before(async function () {
    const started = await PostgresServer.start('the PostgreSQL key vault', ['wal_recycle = off']);
    if (started === null) return this.skip();
    server = started;
  });
  after(() => server?.remove());
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  afterEach(closeAll);

  async function closeAll() {
    await Promise.all(opened.map((vault) => vault.close()));
    opened = [];
    if (server !== undefined) await server.dropDatabase(url);
  }

  async function open(options: { readonly url?: string; readonly readOnly?: boolean } = {}) {
    const { readOnly = false } = options;
    const address = parsePostgresUrl(options.url ?? url);
    const vault = await PostgresKeyVault.open({ address, randomBytes, readOnly });
    opened.push(vault);
    return vault;
  }

  const openVault = async () => ({ vault: await open(), another: () => open(), dispose: async () => {} });
  describeKeyVaultContract('the PostgreSQL key vault', openVault);
  describePortableKeyVault('the PostgreSQL key vault', openVault);
  describeKeyVaultContract('a cached PostgreSQL key vault', async () => {
    const vaults = await openVault();
    const cached = (vault: PostgresKeyVault) => new CachedKeyVault({ vault, now: () => performance.now() });
    return { ...vaults, vault: cached(vaults.vault), another: async () => cached(await open()) };
  });

  const inDatabase = async <T>(work: (client: pg.Client) => Promise<T>, as = url): Promise<T> => {
    const client = new pg.Client({ connectionString: as });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  describe('opened', () => {
    it('by many nodes at once makes one schema', async () => {
      const vaults = await Promise.all(Array.from({ length: 8 }, () => open()));
      await vaults[0]?.ensureKeys(['someone']);
      for (const vault of vaults)
        expect(await vault.key('someone')).to.deep.equal(await vaults[0]?.key('someone'));
    });

    it('of a newer version is refused, and left as it is', async () => {
      await open();
      await inDatabase((client) => client.query('UPDATE muster_vault.format SET version = 2'));
      expect(await rejectionOf(open()))
        .to.be.instanceOf(KeyVaultUnavailable)
        .with.property('message')
        .that.matches(/format 2; this build knows formats up to 1/);
    });

    it('by whoever only reads is not made, and not changed', async () => {
      expect(await rejectionOf(open({ readOnly: true }))).to.match(/holds no key vault yet/);
      const vault = await open();
      await vault.ensureKeys(['someone']);
      const reader = await open({ readOnly: true });
      expect(await reader.key('someone')).to.deep.equal(await vault.key('someone'));
      expect(await rejectionOf(reader.ensureKeys(['other']))).to.match(/read-only/);
      expect(await rejectionOf(reader.destroyKey('someone'))).to.match(/read-only/);
    });

    it('with a wrong password, or where nobody listens, tells why, and never the password', async () => {
      for (const [wrong, why] of [
        [url.replace(PASSWORD, 'not-the-password'), /password authentication failed/],
        [url.replace(`:${server.port}/`, ':1/'), /ECONNREFUSED/],
        [`${url}_not_there`, /does not exist/],
      ] as const) {
        const error = (await rejectionOf(open({ url: wrong }))) as Error;
        expect(error).to.be.instanceOf(KeyVaultUnavailable);
        expect(error.message).to.match(why);
        expect(`${error.stack} ${JSON.stringify(error)}`).to.not.match(
          /pass-word-of-muster|not-the-password/,
        );
      }
    });

    it('without the password that the server asks for says so', async () => {
      const error = await rejectionOf(open({ url: url.replace(`:${PASSWORD}`, '') }));
      expect(error).to.be.instanceOf(KeyVaultUnavailable);
      expect(error).to.match(/the server asks for a password, and MUSTER_KEY_VAULT_URL has none/);
    });

    it('by another role than the one that made it says that it must be given away, which the README tells how to', async () => {
      const database = new URL(url).pathname.slice(1);
      await server.asSuperuser(async (client) => {
        for (const statement of POSTGRES_VAULT_SCHEMA) await client.query(statement);
      }, database);
      expect(await rejectionOf(open())).to.match(
        /permission denied for schema muster_vault \(42501\).* belongs to another role.*ALTER SCHEMA/,
      );
      const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
      const given = /^DO \$\$[\s\S]*?^END \$\$;$/m.exec(readme)?.[0] ?? '';
      await server.asSuperuser((client) => client.query(given), database);
      const vault = await open();
      await vault.ensureKeys(['someone']);
      await vault.destroyKey('someone');
      expect(await vault.key('someone')).to.equal(null);
    });

    it('in the database of another role, which may not make a schema there, says whose it must be', async () => {
      const database = new URL(url).pathname.slice(1);
      await server.asSuperuser((client) => client.query(`ALTER DATABASE ${database} OWNER TO postgres`));
      expect(await rejectionOf(open())).to.match(
        /permission denied for database .*ALTER DATABASE … OWNER TO/,
      );
    });

    it('with sslmode=verify-full speaks to nobody but a server that proves its name', async function () {
      expect(await rejectionOf(open({ url: `${url}?sslmode=verify-full` }))).to.match(/does not support SSL/);
      const made = server.makeCertificate('IP:127.0.0.1');
      if (made === null) {
        sayLast('NOT RUN: TLS to PostgreSQL: no openssl on this machine');
        return this.skip();
      }
      await server.asSuperuser(async (client) => {
        await client.query('ALTER SYSTEM SET ssl = on');
        await client.query('SELECT pg_reload_conf()');
      });
      const verified = `${url}?sslmode=verify-full&sslrootcert=${made}`;
      const vault = await open({ url: verified });
      await vault.ensureKeys(['someone']);
      const { rows } = await server.asSuperuser((client) =>
        client.query(
          "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'muster'",
        ),
      );
      expect(rows).to.deep.equal([{ ssl: true }]);
      expect(await rejectionOf(open({ url: `${url}?sslmode=verify-full` }))).to.match(
        /self-signed certificate/,
      );
      const named = verified.replace('@127.0.0.1:', '@localhost:');
      expect(await rejectionOf(open({ url: named }))).to.match(/does not match certificate/);
    });

    it('on a server that writes parameters into its log, or may forget a commit, is refused', async () => {
      const settings = [
        ["log_statement = 'all'", /parameters of statements into its log \(log_statement\)/],
        ['log_min_duration_statement = 0', /into its log \(log_min_duration_statement\)/],
        ['synchronous_commit = off', /synchronous_commit = off/],
      ] as const;
      const name = new URL(url).pathname.slice(1);
      for (const [setting, why] of settings) {
        await server.asSuperuser((client) => client.query(`ALTER DATABASE ${name} SET ${setting}`));
        expect(await rejectionOf(open())).to.match(why);
        await server.asSuperuser((client) => client.query(`ALTER DATABASE ${name} RESET ALL`));
      }
      await server.asSuperuser(async (client) => {
        await client.query(`ALTER DATABASE ${name} SET log_statement = 'all'`);
        await client.query(`ALTER DATABASE ${name} SET log_parameter_max_length = 0`);
      });
      await open();
    });
  });

  describe('the table of keys', () => {
    it('refuses, whoever asks, to drop a tombstone or to give a destroyed id a key', async () => {
      const vault = await open();
      await vault.ensureKeys(['kept']);
      await vault.destroyKey('gone');
      for (const statement of [
        "DELETE FROM muster_vault.keys WHERE id = 'gone'",
        "UPDATE muster_vault.keys SET key = sha256('') WHERE id = 'gone'",
        "UPDATE muster_vault.keys SET key = sha256('') WHERE id = 'kept'",
        "UPDATE muster_vault.keys SET wiped = false WHERE id = 'gone'",
        "UPDATE muster_vault.keys SET id = 'other', key = NULL WHERE id = 'kept'",
      ])
        expect(await rejectionOf(inDatabase((client) => client.query(statement))), statement).to.match(
          /made once and destroyed once/,
        );
    });

    it('keeps none of the keys made together with one that is destroyed in that moment', async () => {
      const vault = await open();
      await inDatabase(async (client) => {
        await client.query('BEGIN');
        await client.query("INSERT INTO muster_vault.keys (id, wiped) VALUES ('b', true)");
        const making = rejectionOf(vault.ensureKeys(['a', 'b']));
        for (let isWaiting = false; !isWaiting; ) {
          const { rows } = await client.query('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted');
          isWaiting = rows[0].n > 0;
        }
        await client.query('COMMIT');
        expect(await making).to.be.instanceOf(KeyDestroyed);
      });
      expect(await vault.key('a')).to.equal(null);
    });

    it('says which keys are destroyed and wiped', async () => {
      const vault = await open();
      await vault.ensureKeys(['a', 'b']);
      await vault.destroyKey('a');
      const { rows } = await inDatabase((client) =>
        client.query('SELECT id, key IS NULL AS destroyed, wiped FROM muster_vault.keys ORDER BY id'),
      );
      expect(rows).to.deep.equal([
        { id: 'a', destroyed: true, wiped: true },
        { id: 'b', destroyed: false, wiped: false },
      ]);
    });
  });

  describe('erased', () => {
    /** Files of the server that hold a stretch of 12 bytes of a key. */
    const filesWith = (keys: readonly Buffer[], folder = '') =>
      readdirSync(join(server.dataDir, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => {
          const bytes = bytesOf(path);
          const parts = keys.flatMap((key) =>
            [0, 4, 8, 12, 16, 20, 24].map((at) => key.subarray(at, at + 8)),
          );
          return parts.some((part) => bytes.includes(part));
        })
        .map((path) => path.slice(server.dataDir.length + 1));

    /** The server removes files while they are listed. */
    const bytesOf = (path: string) => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));

    const checkpoint = () => server.asSuperuser((client) => client.query('CHECKPOINT'));

    /** Keys in the same part of the table, so that pages have been filled and rows moved around them. */
    const crowd = () => Array.from({ length: 2_000 }, () => `user-${randomUUID()}`);

    it('no byte of a key is left in any table or index, nor in the WAL once it has been let go', async () => {
      const vault = await open();
      const ids = crowd();
      await vault.ensureKeys(ids);
      const doomed = ids.filter((_, i) => i % 200 === 0);
      const keys = (await Promise.all(doomed.map((id) => vault.key(id)))) as Buffer[];
      await checkpoint();
      expect(filesWith(keys, 'base'), 'tables before').to.have.length.above(0);

      for (const id of doomed) await vault.destroyKey(id);
      await checkpoint();
      expect(filesWith(keys, 'base'), 'tables after').to.deep.equal([]);
      // The WAL is a copy of its own, which goes with its segments: wal_recycle = off deletes instead of renaming them.
      expect(filesWith(keys, 'pg_wal'), 'WAL right after').to.have.length.above(0);
      for (let i = 0; i < 2; i++) {
        await server.asSuperuser((client) => client.query('SELECT pg_switch_wal()'));
        await checkpoint();
      }
      expect(filesWith(keys), 'all files in the end').to.deep.equal([]);
    });

    it('is not said to be before nobody sees the key any more; repeated then, it is', async () => {
      const vault = await open();
      await vault.ensureKeys(['someone']);
      const key = (await vault.key('someone')) as Buffer;
      await inDatabase(async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await client.query('SELECT 1');
        expect(await rejectionOf(vault.destroyKey('someone'))).to.match(/still holds the bytes.*repeat/s);
        expect(await vault.key('someone')).to.equal(null);
        await checkpoint();
        expect(filesWith([key], 'base')).to.have.length.above(0);
        await client.query('ROLLBACK');
      });
      await vault.destroyKey('someone');
      await checkpoint();
      expect(filesWith([key], 'base')).to.deep.equal([]);
    });

    it('while somebody reads the table for long holds nobody up for more than a second or so', async () => {
      const vault = await open();
      await vault.ensureKeys(['someone']);
      await inDatabase(async (client) => {
        await client.query('BEGIN');
        await client.query('SELECT count(*) FROM muster_vault.keys');
        const began = performance.now();
        const destroying = rejectionOf(vault.destroyKey('someone'));
        expect(await (await open()).key('someone')).to.equal(null);
        expect(await destroying).to.match(/lock timeout/);
        expect(performance.now() - began).to.be.below(4_000);
        await client.query('ROLLBACK');
      });
      await vault.destroyKey('someone');
    });

    it('a person opens nothing on another node later than five seconds after', async () => {
      let now = 1_000;
      const here = new CachedKeyVault({ vault: await open(), now: () => now });
      const there = new CachedKeyVault({ vault: await open(), now: () => now });
      const reading = new PersonalData({ vault: there, randomBytes });
      const sealed = await new PersonalData({ vault: here, randomBytes }).seal('user-ann', { name: 'Ann' });
      expect(await reading.open('user-ann', sealed)).to.deep.equal({ name: 'Ann' });
      await here.destroyKey('user-ann');
      now = 6_001;
      expect(await reading.open('user-ann', sealed)).to.equal(null);
      expect(await rejectionOf(reading.seal('user-ann', {}))).to.be.instanceOf(KeyDestroyed);
    });
  });

  describe('carried', () => {
    it('from a file and back is the same, key by key', async () => {
      const files = [temporaryVault(), temporaryVault()] as const;
      const [first, second] = [files[0].open(), files[1].open()];
      try {
        await first.ensureKeys(Array.from({ length: 1_100 }, (_, i) => `user-${i}`));
        await first.destroyKey('user-3');
        const vault = await open();
        const all = { afterId: '', maxCount: 5_000 };
        expect(await copyKeyVault({ from: first, to: vault, last: [] })).to.deep.equal({
          status: 'COPIED',
          keys: 1_099,
          destroyed: 1,
        });
        expect(await vault.entries(all)).to.deep.equal(await first.entries(all));
        expect(await copyKeyVault({ from: vault, to: second, last: [] })).to.deep.equal({
          status: 'COPIED',
          keys: 1_099,
          destroyed: 1,
        });
        expect(await second.entries(all)).to.deep.equal(await first.entries(all));
      } finally {
        for (const file of files) await file.remove();
      }
    });
  });

  describe('in trouble', () => {
    const endAllSessions = () =>
      server.asSuperuser((client) =>
        client.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'",
        ),
      );

    it('goes on when its connections were ended, idle or at work', async () => {
      const vault = await open();
      await vault.ensureKeys(['someone']);
      const key = await vault.key('someone');
      for (let i = 0; i < 10; i++) {
        const working = Promise.all(
          Array.from({ length: 20 }, async (_, j) => {
            await vault.ensureKeys([`new-${i}-${j}`]);
            return vault.key('someone');
          }),
        );
        await endAllSessions();
        for (const read of await working) expect(read).to.deep.equal(key);
      }
    });

    it('says that it is not to be had while the server is down, and goes on when it is back', async () => {
      const vault = await open();
      await vault.ensureKeys(['someone', 'doomed']);
      const key = await vault.key('someone');
      await server.stop('SIGQUIT');
      const asked = [vault.key('someone'), vault.ensureKeys(['other']), vault.destroyKey('doomed')];
      for (const error of await Promise.all(asked.map(rejectionOf)))
        expect(error).to.be.instanceOf(KeyVaultUnavailable);
      await server.start();
      expect(await vault.key('someone')).to.deep.equal(key);
      await vault.ensureKeys(['other']);
      await vault.destroyKey('doomed');
      expect(await vault.key('doomed')).to.equal(null);
    });

    it('bridges a restart of the server within one call', async () => {
      const vault = await open();
      await vault.ensureKeys(['someone']);
      const key = await vault.key('someone');
      await server.stop();
      const asked = vault.key('someone');
      await server.start();
      expect(await asked).to.deep.equal(key);
    });

    it('gives up a call that the server does not answer in time, and all calls keep to the pool', async () => {
      const vault = await open();
      await vault.ensureKeys(['someone']);
      await inDatabase(async (client) => {
        await client.query('BEGIN');
        await client.query('LOCK TABLE muster_vault.keys IN ACCESS EXCLUSIVE MODE');
        const began = performance.now();
        const asked = Array.from({ length: 30 }, () => rejectionOf(vault.key('someone')));
        // Time for as many sessions as would be made, were there no pool.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        const sessions = await server.asSuperuser((superuser) =>
          superuser.query(
            "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'muster'",
          ),
        );
        expect(sessions.rows[0].n).to.equal(8);
        for (const error of await Promise.all(asked)) expect(error).to.be.instanceOf(KeyVaultUnavailable);
        expect(performance.now() - began).to.be.below(9_000);
        await client.query('ROLLBACK');
      });
      expect(await vault.key('someone')).to.have.length(32);
    });

    it('refuses everything once it is closed; closing again changes nothing', async () => {
      const vault = await open();
      await vault.close();
      await vault.close();
      expect(await rejectionOf(vault.key('someone'))).to.be.instanceOf(KeyVaultUnavailable);
    });
  });
});
