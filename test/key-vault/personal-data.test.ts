import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { KeyDestroyed } from '../../src/key-vault/key-vault.js';
import { INDEX_KEY_ID, PersonalData, PersonalDataTampered } from '../../src/key-vault/personal-data.js';
import type { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { rejectionOf } from './key-vault-contract.js';
import { type TemporaryVault, temporaryVault } from './temporary-vault.js';

describe('personal data', () => {
  let files: TemporaryVault;
  let vault: SqliteKeyVault;
  let personalData: PersonalData;
  before(() => {
    files = temporaryVault();
    vault = files.open();
    personalData = new PersonalData({ vault, randomBytes });
  });
  after(() => files.remove());

  const ann = { name: 'Ann Ångström 👩‍🚀', email: 'ann@example.org', phone: null };
  const sealedAnn = () => personalData.seal('ann', ann);

  describe('sealed', () => {
    it('opens to what it was', async () => {
      expect(await personalData.open('ann', await sealedAnn())).to.deep.equal(ann);
    });

    it('opens to what it was, whatever it was', async () => {
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (value) => {
          const plain = JSON.parse(JSON.stringify(value)) as object;
          const sealed = await personalData.seal('anyone', value);
          expect(await personalData.open('anyone', sealed)).to.deep.equal(plain);
        }),
        { numRuns: 50 },
      );
    });

    it('shows nothing of itself, and is never the same twice', async () => {
      const [first, second] = [await sealedAnn(), await sealedAnn()];
      expect(first).to.match(/^v1\.[A-Za-z0-9_-]+$/);
      expect(first).not.to.equal(second);
      expect(Buffer.from(first.slice(3), 'base64url').includes('ann')).to.equal(false);
    });

    it('does not open under the key of another person', async () => {
      await vault.ensureKeys(['bob']);
      expect(await rejectionOf(personalData.open('bob', await sealedAnn()))).to.be.instanceOf(
        PersonalDataTampered,
      );
    });

    it('does not open for another purpose', async () => {
      const sealed = await personalData.seal('ann', ann, 'profile');
      expect(await personalData.open('ann', sealed, 'profile')).to.deep.equal(ann);
      expect(await rejectionOf(personalData.open('ann', sealed, 'note'))).to.be.instanceOf(
        PersonalDataTampered,
      );
    });

    it('does not open when any character was changed, dropped or added', async () => {
      const sealed = await sealedAnn();
      for (let at = 0; at < sealed.length; at++) {
        const other = sealed[at] === 'A' ? 'B' : 'A';
        for (const altered of [
          sealed.slice(0, at) + other + sealed.slice(at + 1),
          sealed.slice(0, at) + sealed.slice(at + 1),
          `${sealed.slice(0, at)}A${sealed.slice(at)}`,
        ]) {
          if (altered === sealed) continue;
          const outcome = await personalData.open('ann', altered).then(
            () => `opened with a change at ${at}`,
            (error: unknown) => error,
          );
          expect(outcome).to.be.instanceOf(PersonalDataTampered);
        }
      }
    });

    for (const malformed of ['', 'v1.', 'v2.AAAA', 'v1.AAAA', '{"name":"Ann"}', 'v1.****'])
      it(`is not ${JSON.stringify(malformed)}`, async () => {
        expect(await rejectionOf(personalData.open('ann', malformed))).to.be.instanceOf(PersonalDataTampered);
      });
  });

  describe('of someone whose key was destroyed', () => {
    it('is null, and nothing more can be sealed', async () => {
      const sealed = await personalData.seal('carol', ann);
      await vault.destroyKey('carol');
      expect(await personalData.open('carol', sealed)).to.equal(null);
      expect(await rejectionOf(personalData.seal('carol', ann))).to.be.instanceOf(KeyDestroyed);
    });
  });

  describe('in a blind index', () => {
    it('is found by the same value and purpose only', async () => {
      const index = await personalData.blindIndex('email', 'ann@example.org');
      expect(index).to.match(/^[0-9a-f]{64}$/);
      expect(await personalData.blindIndex('email', 'ann@example.org')).to.equal(index);
      expect(await personalData.blindIndex('email', 'ann@example.com')).not.to.equal(index);
      expect(await personalData.blindIndex('identity', 'ann@example.org')).not.to.equal(index);
      expect(await personalData.blindIndex('em', 'ailann@example.org')).not.to.equal(index);
    });

    it('stays the same when the vault is opened again', async () => {
      const index = await personalData.blindIndex('email', 'ann@example.org');
      const again = new PersonalData({ vault: files.open(), randomBytes });
      expect(await again.blindIndex('email', 'ann@example.org')).to.equal(index);
    });

    it('cannot be computed without the key', async () => {
      const other = temporaryVault();
      const elsewhere = new PersonalData({ vault: other.open(), randomBytes });
      const index = await personalData.blindIndex('email', 'ann@example.org');
      expect(await elsewhere.blindIndex('email', 'ann@example.org')).not.to.equal(index);
      await other.remove();
    });

    it('is made under a key of its own', async () => {
      expect(await vault.key(INDEX_KEY_ID)).to.have.length(32);
    });
  });
});
