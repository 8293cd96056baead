import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openCore } from '../../src/core.js';
import { realEnvironment } from '../../src/real-environment.js';

describe('a data folder that does not fit together', () => {
  let folder: string;
  const options = () => ({
    dataDir: folder,
    environment: realEnvironment,
    report: (error: unknown) => {
      throw error;
    },
  });
  const root = { issuer: 'https://issuer.example', subject: 'root', name: 'Root' };
  const refusal = () =>
    openCore(options()).then(
      async (core) => {
        await core.close();
        return 'opened';
      },
      (error: Error & { readonly code?: string }) => `${error.code}: ${error.message}`,
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-'));
    const core = await openCore(options());
    await core.application.initialise({ owner: root });
    await core.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const remove = (name: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, name + suffix), { force: true });
  };

  it('opens while it does', async () => expect(await refusal()).to.equal('opened'));

  it('is refused without its vault', async () => {
    remove('vault.sqlite');
    expect(await refusal()).to.match(/^CORRUPT: .*restore vault.sqlite/);
    expect(await refusal(), 'and the second time').to.match(/^CORRUPT: .*restore vault.sqlite/);
  });

  it('is refused when the log is lost', async () => {
    remove('log.sqlite');
    expect(await refusal()).to.match(/^CORRUPT: .*restore log.sqlite/);
  });

  it('decides nothing on an event that was changed', async () => {
    const db = new Database(join(folder, 'log.sqlite'));
    const trigger = db
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
      )
      .all();
    for (const { name } of trigger) db.exec(`DROP TRIGGER ${name}`);
    db.exec(`UPDATE events SET body = replace(body, '"OWNER"', '"ADMIN"') WHERE type = 'UserAdded'`);
    for (const { sql } of trigger) db.exec(sql);
    db.close();
    const core = await openCore(options());
    const error = await core.application.initialise({ owner: root }).catch((e: unknown) => e);
    await core.close();
    expect(error).to.have.property('name', 'LogDamaged');
  });
});
