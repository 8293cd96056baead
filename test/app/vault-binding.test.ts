import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { commandLineCore } from '../../scripts/cli/environment.js';
import { openCore } from '../../src/core.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { type TemporaryWireLog, temporaryWireLog } from '../event-store/temporary-wire-log.js';

describe('a vault that serves a log', function () {
  this.timeout(20_000);
  let dir: string;
  let rightLog: TemporaryWireLog;
  let wrongLog: TemporaryWireLog;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'muster-binding-'));
    [rightLog, wrongLog] = await Promise.all([temporaryWireLog(), temporaryWireLog()]);
  });
  afterEach(async () => {
    await Promise.all([rightLog.remove(), wrongLog.remove()]);
    rmSync(dir, { recursive: true, force: true });
  });

  const vaultPath = () => join(dir, 'vault.sqlite');
  const openOn = ({ node }: TemporaryWireLog) =>
    openCore({
      ...commandLineCore(join(dir, 'data')),
      eventStoreUrl: node.connectionString(),
      keyVaultUrl: pathToFileURL(vaultPath()).href,
    });
  const serve = async (log: TemporaryWireLog) => {
    const core = await openOn(log);
    await core.close();
    return core.store.logId;
  };
  const bindings = async () => {
    const vault = new SqliteKeyVault({ path: vaultPath(), randomBytes, readOnly: true });
    const entries = await vault.entries({ afterId: '', maxCount: 100 });
    await vault.close();
    return entries.map(({ id }) => id).filter((id) => id.startsWith('log-'));
  };

  it('serves no empty one that a mistyped address leads to, and goes on with its own', async () => {
    const logId = await serve(rightLog);
    expect(await failureOf(serve(wrongLog)))
      .to.have.property('message')
      .that.includes(`holds the keys of another log (${logId})`)
      .and.includes('EVENT_STORE_URL');
    expect(await bindings()).to.deep.equal([`log-${logId}`]);
    expect(await serve(rightLog)).to.equal(logId);
  });

  it('is the only one: a file left in the data folder is refused, but not another name of the same', async () => {
    await serve(rightLog);
    const left = join(dir, 'data', 'vault.sqlite');
    symlinkSync(vaultPath(), left);
    await serve(rightLog);
    rmSync(left);
    cpSync(vaultPath(), left);
    expect(await failureOf(serve(rightLog))).to.match(/find out which of the two has the keys of this log/);
    rmSync(vaultPath());
    expect(await failureOf(serve(rightLog))).to.match(/move that file there while every server is stopped/);
    renameSync(left, vaultPath());
    await serve(rightLog);
  });
});

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
