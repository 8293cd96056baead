import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { CachedKeyVault } from '../../src/key-vault/cached-key-vault.js';
import { KEY_CACHE_TTL_MS, type KeyVault } from '../../src/key-vault/key-vault.js';
import { PersonalData } from '../../src/key-vault/personal-data.js';
import { describeKeyVaultContract } from './key-vault-contract.js';
import { type TemporaryVault, temporaryVault } from './temporary-vault.js';

describeKeyVaultContract('a cached key vault', async () => {
  const files = temporaryVault();
  const cached = () => new CachedKeyVault({ vault: files.open(), now: () => performance.now() });
  return { vault: cached(), another: async () => cached(), dispose: files.remove };
});

describe('the cache before a key vault', () => {
  let files: TemporaryVault;
  let vault: KeyVault;
  let cached: CachedKeyVault;
  let now: number;
  beforeEach(async () => {
    files = temporaryVault();
    vault = files.open();
    now = 1_000;
    cached = new CachedKeyVault({ vault, now: () => now });
    await vault.ensureKeys(['someone']);
  });
  afterEach(() => files.remove());

  it('keeps a key for the time that is promised, and not longer', async () => {
    const key = await cached.key('someone');
    await vault.destroyKey('someone');
    now += KEY_CACHE_TTL_MS;
    expect(await cached.key('someone')).to.deep.equal(key);
    now += 1;
    expect(await cached.key('someone')).to.equal(null);
  });

  it('does not start the time anew at each use', async () => {
    await cached.key('someone');
    await vault.destroyKey('someone');
    for (let i = 0; i < 3; i++) {
      now += KEY_CACHE_TTL_MS / 2;
      await cached.key('someone');
    }
    expect(await cached.key('someone')).to.equal(null);
  });

  it('forgets a key at once when it destroys it', async () => {
    await cached.key('someone');
    await cached.destroyKey('someone');
    expect(await cached.key('someone')).to.equal(null);
  });

  it('does not remember that there is no key', async () => {
    expect(await cached.key('newcomer')).to.equal(null);
    await vault.ensureKeys(['newcomer']);
    expect(await cached.key('newcomer')).to.have.length(32);
  });

  it('does not keep a key that was on its way when it was destroyed', async () => {
    const key = randomBytes(32);
    let answer: (key: Buffer | null) => void = () => {};
    const slow = new CachedKeyVault({
      vault: {
        name: 'slow',
        ensureKeys: async () => {},
        key: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
        destroyKey: async () => {},
        close: async () => {},
      },
      now: () => now,
    });
    const early = slow.key('someone');
    const answerEarly = answer;
    await slow.destroyKey('someone');
    answerEarly(key);
    await early;
    const late = slow.key('someone');
    answer(null);
    expect(await late).to.equal(null);
  });
});

describe('a key destroyed by another process', () => {
  it('opens nothing later than five seconds after', async () => {
    const files = temporaryVault();
    let now = 1_000;
    const here = new CachedKeyVault({ vault: files.open(), now: () => now });
    const there = new CachedKeyVault({ vault: files.open(), now: () => now });
    const reading = new PersonalData({ vault: there, randomBytes });
    const sealed = await new PersonalData({ vault: here, randomBytes }).seal('user-ann', { name: 'Ann' });
    expect(await reading.open('user-ann', sealed)).to.deep.equal({ name: 'Ann' });
    now = 2_000;
    await here.destroyKey('user-ann');
    now = 7_001;
    expect(await reading.open('user-ann', sealed)).to.equal(null);
    await files.remove();
  });
});
