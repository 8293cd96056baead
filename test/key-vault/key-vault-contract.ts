import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { KeyDestroyed, type KeyVault, type PortableKeyVault } from '../../src/key-vault/key-vault.js';

export interface VaultUnderTest<Vault extends KeyVault = KeyVault> {
  readonly vault: Vault;
  /** Another vault on the same keys, beside `vault` or after it was closed. */
  another(): Promise<Vault>;
  dispose(): Promise<void>;
}

export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}

/** What every key vault owes its callers. */
export function describeKeyVaultContract(name: string, openVault: () => Promise<VaultUnderTest>): void {
  describe(name, () => {
    let underTest: VaultUnderTest;
    let vault: KeyVault;
    beforeEach(async () => {
      underTest = await openVault();
      vault = underTest.vault;
    });
    afterEach(() => underTest.dispose());

    it('makes a key of 32 bytes for each id', async () => {
      const ids = [randomUUID(), randomUUID()];
      await vault.ensureKeys(ids);
      const keys = await Promise.all(ids.map((id) => vault.key(id)));
      expect(keys.map((key) => key?.length)).to.deep.equal([32, 32]);
      expect(keys[0]?.equals(keys[1] ?? Buffer.alloc(0))).to.equal(false);
    });

    it('keeps a key that is there', async () => {
      const id = randomUUID();
      await vault.ensureKeys([id]);
      const key = await vault.key(id);
      await vault.ensureKeys([randomUUID(), id, id]);
      expect(await vault.key(id)).to.deep.equal(key);
    });

    it('has no key for an id that never had one', async () => {
      expect(await vault.key(randomUUID())).to.equal(null);
    });

    it('has no key for an id whose key was destroyed', async () => {
      const id = randomUUID();
      await vault.ensureKeys([id]);
      await vault.key(id);
      await vault.destroyKey(id);
      expect(await vault.key(id)).to.equal(null);
    });

    it('never makes a key again under an id whose key was destroyed, nor any that was asked for with it', async () => {
      const [destroyed, other] = [randomUUID(), randomUUID()];
      await vault.ensureKeys([destroyed]);
      await vault.destroyKey(destroyed);
      const error = await rejectionOf(vault.ensureKeys([other, destroyed]));
      expect(error).to.be.instanceOf(KeyDestroyed);
      expect(error).to.include({ id: destroyed });
      expect(await vault.key(destroyed)).to.equal(null);
      expect(await vault.key(other)).to.equal(null);
    });

    it('never makes a key under an id that was destroyed before it had one', async () => {
      const id = randomUUID();
      await vault.destroyKey(id);
      expect(await rejectionOf(vault.ensureKeys([id]))).to.be.instanceOf(KeyDestroyed);
    });

    it('destroys once, however often', async () => {
      const [id, neighbour] = [randomUUID(), randomUUID()];
      await vault.ensureKeys([id, neighbour]);
      const kept = await vault.key(neighbour);
      await vault.destroyKey(id);
      await vault.destroyKey(id);
      expect(await vault.key(neighbour)).to.deep.equal(kept);
    });

    it('keeps keys and destructions when it is opened again', async () => {
      const [kept, destroyed] = [randomUUID(), randomUUID()];
      await vault.ensureKeys([kept, destroyed]);
      const key = await vault.key(kept);
      await vault.destroyKey(destroyed);
      await vault.close();
      const again = await underTest.another();
      expect(await again.key(kept)).to.deep.equal(key);
      expect(await rejectionOf(again.ensureKeys([destroyed]))).to.be.instanceOf(KeyDestroyed);
    });

    it('agrees with another that makes the same keys at the same time', async () => {
      const other = await underTest.another();
      const ids = Array.from({ length: 40 }, () => randomUUID());
      await Promise.all([vault.ensureKeys(ids), other.ensureKeys(ids.toReversed()), vault.ensureKeys(ids)]);
      for (const id of ids) expect(await vault.key(id)).to.deep.equal(await other.key(id));
    });

    it('reads a key beside its destruction whole or not at all, and not any more afterwards', async () => {
      const other = await underTest.another();
      const id = randomUUID();
      await vault.ensureKeys([id]);
      const key = await vault.key(id);
      const destroyed = vault.destroyKey(id);
      const read = await other.key(id);
      if (read !== null) expect(read).to.deep.equal(key);
      await destroyed;
      expect(await (await underTest.another()).key(id)).to.equal(null);
    });

    it('makes no key that another has destroyed', async () => {
      const other = await underTest.another();
      const id = randomUUID();
      await Promise.all([vault.destroyKey(id), other.destroyKey(id)]);
      expect(await rejectionOf(other.ensureKeys([id]))).to.be.instanceOf(KeyDestroyed);
      expect(await rejectionOf(vault.ensureKeys([id]))).to.be.instanceOf(KeyDestroyed);
    });
  });
}

/** What is owed by a vault whose content can be carried into another. */
export function describePortableKeyVault(
  name: string,
  openVault: () => Promise<VaultUnderTest<PortableKeyVault>>,
): void {
  describe(`${name}, carried elsewhere`, () => {
    let underTest: VaultUnderTest<PortableKeyVault>;
    let vault: PortableKeyVault;
    beforeEach(async () => {
      underTest = await openVault();
      vault = underTest.vault;
    });
    afterEach(() => underTest.dispose());

    it('tells its keys and tombstones page by page, in the order of bytes', async () => {
      const ids = ['é', 'b', 'a', 'B', 'z', 'user-1'];
      await vault.ensureKeys(ids);
      await vault.destroyKey('b');
      const first = await vault.entries({ afterId: '', maxCount: 4 });
      const rest = await vault.entries({ afterId: first.at(-1)?.id ?? '', maxCount: 4 });
      expect([...first, ...rest].map(({ id }) => id)).to.deep.equal(['B', 'a', 'b', 'user-1', 'z', 'é']);
      expect(first[0]?.key).to.deep.equal(await vault.key('B'));
      expect(first[2]).to.deep.equal({ id: 'b', key: null });
    });

    it('takes keys under new ids, and keeps what it has', async () => {
      await vault.ensureKeys(['mine']);
      await vault.destroyKey('gone');
      const mine = await vault.key('mine');
      const given = Buffer.alloc(32, 7);
      await vault.addKeys(['mine', 'gone', 'new'].map((id) => ({ id, key: given })));
      expect(await vault.key('mine')).to.deep.equal(mine);
      expect(await vault.key('gone')).to.equal(null);
      expect(await vault.key('new')).to.deep.equal(given);
    });
  });
}
