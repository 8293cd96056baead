import { expect } from 'chai';
import type { ErasureLedger, LedgerEntry } from '../../src/application/erasure/erasure-ledger.js';
import { reapplyLedger } from '../../src/application/erasure/reapply-ledger.js';
import { InstalledMuster } from './installed-muster.js';

const system = { kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null } as const;
const email = 'ann@example.test';

describe('the erasure ledger, applied to a log that ends before the erasures', () => {
  let muster: InstalledMuster;
  beforeEach(async () => {
    muster = await InstalledMuster.install();
  });
  afterEach(() => muster.remove());

  const ledgerOf = (...userIds: readonly string[]): ErasureLedger => ({
    record: () => Promise.reject(new Error('nothing is recorded here')),
    entries: (): readonly LedgerEntry[] =>
      userIds.map((userId) => ({ userId, requestEventId: `event-${userId}`, requestedAt: '' })),
  });
  const reapply = (ledger: ErasureLedger, isRestored: boolean) =>
    reapplyLedger({ ...muster.application.parts, ledger }, { isRestored });
  const typesOf = async (userId: string) =>
    (await muster.store.readStream(`user-${userId}`, { maxCount: 50 })).map(({ type }) => type);
  const ann = async () => (await muster.application.people.ensure({ email, name: 'Ann' }, system)) ?? '';

  it('destroys the key and completes the stream, the first time', async () => {
    const userId = await ann();
    expect(await reapply(ledgerOf(userId), true)).to.deep.equal({ people: 1 });
    expect(await typesOf(userId)).to.deep.equal(['UserRegistered', 'ErasureRequested', 'PersonalDataErased']);
    expect(await muster.application.people.profileOf(userId)).to.equal(null);
    expect(await reapply(ledgerOf(userId), true)).to.deep.equal({ people: 0 });
    expect(await typesOf(userId)).to.have.lengthOf(3);
  });

  it('leaves the rest to the process manager where there may be names and mails', async () => {
    const userId = await ann();
    await reapply(ledgerOf(userId), false);
    expect(await typesOf(userId)).to.deep.equal(['UserRegistered', 'ErasureRequested']);
    expect(await muster.application.parts.personalData.hasKey(userId)).to.equal(false);
  });

  it('makes nobody anew under an id whose address was claimed, but who is not in the log yet', async () => {
    const crashing = muster.crashingAtAppend(2);
    await crashing.people.ensure({ email, name: 'Ann' }, system).catch(() => null);
    const [claim] = (await muster.store.readAll({ afterPosition: 0, maxCount: 100 })).filter(
      ({ type }) => type === 'EmailClaimed',
    );
    const claimed: string = JSON.parse(claim?.body ?? '{}').data.userId;
    await reapply(ledgerOf(claimed), true);
    const made = await ann();
    expect(made).not.to.equal(claimed);
    expect(await muster.application.people.profileOf(made)).to.deep.equal({ name: 'Ann', email });
  });
});
