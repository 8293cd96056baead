import { expect } from 'chai';
import { carryKeys, copyKeyVault, KeyVaultsDiffer } from '../../src/key-vault/copy-key-vault.js';
import { KeyVaultUnavailable, type PortableKeyVault } from '../../src/key-vault/key-vault.js';
import { rejectionOf } from './key-vault-contract.js';
import { type TemporaryVault, temporaryVault } from './temporary-vault.js';

describe('copying a key vault', () => {
  let files: readonly TemporaryVault[];
  let from: PortableKeyVault;
  let to: PortableKeyVault;
  const last = ['log-1'];
  beforeEach(async () => {
    const [source, target] = [temporaryVault(), temporaryVault()];
    files = [source, target];
    from = source.open();
    to = target.open();
    await from.ensureKeys(['log-1', ...Array.from({ length: 1_200 }, (_, i) => `user-${i}`)]);
    await from.destroyKey('user-7');
  });
  afterEach(async () => {
    for (const file of files) await file.remove();
  });

  const content = async (vault: PortableKeyVault) => vault.entries({ afterId: '', maxCount: 10_000 });

  it('carries every key and tombstone over, and says how many', async () => {
    expect(await copyKeyVault({ from, to, last })).to.deep.equal({
      status: 'COPIED',
      keys: 1_200,
      destroyed: 1,
    });
    expect(await content(to)).to.deep.equal(await content(from));
  });

  it('changes nothing the second time, and says so', async () => {
    await copyKeyVault({ from, to, last });
    const before = await content(to);
    expect(await copyKeyVault({ from, to, last })).to.deep.equal({
      status: 'NOTHING_TO_DO',
      keys: 1_200,
      destroyed: 1,
    });
    expect(await content(to)).to.deep.equal(before);
  });

  it('cut off is bound to no log, and goes on when begun again', async () => {
    let pages = 0;
    const cutOff = changed(to, {
      addKeys: async (keys) => {
        pages += 1;
        if (pages > 2) throw new KeyVaultUnavailable('cut off');
        return to.addKeys(keys);
      },
    });
    expect(await rejectionOf(copyKeyVault({ from, to: cutOff, last }))).to.match(/cut off/);
    expect(await to.key('user-10')).to.have.length(32);
    expect(await to.key('log-1')).to.equal(null);
    expect(await copyKeyVault({ from, to, last })).to.include({ status: 'COPIED' });
    expect(await content(to)).to.deep.equal(await content(from));
  });

  it('that lacks the binding only has not come to its end', async () => {
    await carryKeys({ from, to, last });
    expect(await copyKeyVault({ from, to, last })).to.include({ status: 'COPIED' });
    expect(await copyKeyVault({ from, to, last })).to.include({ status: 'NOTHING_TO_DO' });
  });

  it('destroys in the target what the source has destroyed since, and brings nothing back', async () => {
    await copyKeyVault({ from, to, last });
    await from.destroyKey('user-1');
    await to.destroyKey('user-2');
    expect(await copyKeyVault({ from, to, last })).to.deep.equal({
      status: 'COPIED',
      keys: 1_198,
      destroyed: 3,
    });
    expect(await to.key('user-1')).to.equal(null);
    expect(await to.key('user-2')).to.equal(null);
  });

  it('is refused where the target has another key, and leaves that key and the binding alone', async () => {
    await to.ensureKeys(['user-5']);
    const key = await to.key('user-5');
    expect(await rejectionOf(copyKeyVault({ from, to, last })))
      .to.be.instanceOf(KeyVaultsDiffer)
      .with.property('message')
      .that.matches(/another key under user-5/);
    expect(await to.key('user-5')).to.deep.equal(key);
    expect(await to.key('log-1')).to.equal(null);
  });

  it('in one pass, beside whoever makes and destroys keys, carries what was there before', async () => {
    let made = 0;
    const busy = changed(from, {
      entries: async (page) => {
        made += 1;
        await from.ensureKeys([`a-new-${made}`]);
        await from.destroyKey(`user-${made}`);
        return from.entries(page);
      },
    });
    await carryKeys({ from: busy, to, last: [] });
    for (let i = 20; i < 1_200; i++)
      expect(await to.key(`user-${i}`)).to.deep.equal(await from.key(`user-${i}`));
    expect(await to.key('log-1')).to.have.length(32);
  });
});

const changed = (vault: PortableKeyVault, changes: Partial<PortableKeyVault>): PortableKeyVault => ({
  name: vault.name,
  ensureKeys: (ids) => vault.ensureKeys(ids),
  key: (id) => vault.key(id),
  destroyKey: (id) => vault.destroyKey(id),
  entries: (page) => vault.entries(page),
  addKeys: (keys) => vault.addKeys(keys),
  close: () => vault.close(),
  ...changes,
});
