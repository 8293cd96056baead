import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { KeyDestroyed, type KeyVault } from '../../src/key-vault/key-vault.js';

export interface VaultUnderTest {
  readonly vault: KeyVault;
  /** Another vault on the same keys, after `vault` was closed. */
  reopen(): Promise<KeyVault>;
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
      const again = await underTest.reopen();
      expect(await again.key(kept)).to.deep.equal(key);
      expect(await rejectionOf(again.ensureKeys([destroyed]))).to.be.instanceOf(KeyDestroyed);
    });
  });
}
