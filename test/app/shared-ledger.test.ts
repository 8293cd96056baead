import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { commandLineCore } from '../../scripts/cli/environment.js';
import { openCore } from '../../src/core.js';
import { readLedger } from '../../src/erasure-ledger/file-erasure-ledger.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { type TemporaryWireLog, temporaryWireLog } from '../event-store/temporary-wire-log.js';
import { eventBuilder } from '../support/event-builder.js';

const clock = () => '2026-01-01T00:00:00.000Z';

describe('the erasure ledger of each node on one log', function () {
  this.timeout(20_000);
  let dir: string;
  let log: TemporaryWireLog;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'muster-ledger-'));
    log = await temporaryWireLog();
  });
  afterEach(async () => {
    await log.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const vaultPath = () => join(dir, 'vault.sqlite');
  /** Starts a node and stops it. */
  const start = async (name: string) => {
    const core = await openCore({
      ...commandLineCore(join(dir, name)),
      eventStoreUrl: log.node.connectionString(),
      keyVaultUrl: pathToFileURL(vaultPath()).href,
    });
    await core.close();
  };
  const ledgerOf = (name: string) =>
    readLedger(join(dir, name, 'erasures.jsonl')).entries.map(({ userId }) => userId);
  const withVault = async <T>(use: (vault: SqliteKeyVault) => Promise<T>): Promise<T> => {
    const vault = new SqliteKeyVault({ path: vaultPath(), randomBytes });
    try {
      return await use(vault);
    } finally {
      await vault.close();
    }
  };
  /** Written by a node that is not there any more; the vault, restored since, knows nothing of it. */
  const eraseElsewhere = async (userId: string) => {
    const store = await log.open();
    const person = eventBuilder({ accountId: null, stream: `user-${userId}`, clock });
    await person.append(store, [
      { type: 'UserRegistered', data: { userId, sealedProfile: null } },
      { type: 'ErasureRequested', data: { userId } },
    ]);
    await withVault((vault) => vault.ensureKeys([`user-${userId}`]));
  };
  const keyOf = (userId: string) => withVault((vault) => vault.key(`user-${userId}`));

  it('has what others erased while it was away, and destroys their keys before anything is served', async () => {
    await start('one');
    await eraseElsewhere('ann');
    await start('one');
    expect(ledgerOf('one')).to.deep.equal(['ann']);
    expect(await keyOf('ann')).to.equal(null);
    await eraseElsewhere('bob');
    await start('one');
    expect(ledgerOf('one')).to.deep.equal(['ann', 'bob']);
    expect(await keyOf('bob')).to.equal(null);
  });

  it('has them on a node that is new', async () => {
    await start('one');
    await eraseElsewhere('ann');
    await start('two');
    expect(ledgerOf('two')).to.deep.equal(['ann']);
    expect(await keyOf('ann')).to.equal(null);
  });

  it('begins anew where the ledger is not the one that was filled', async () => {
    await start('one');
    await eraseElsewhere('ann');
    await start('one');
    rmSync(join(dir, 'one', 'erasures.jsonl'));
    await start('one');
    expect(ledgerOf('one')).to.deep.equal(['ann']);
  });
});
