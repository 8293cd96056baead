import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LedgerEntry } from '../../src/application/erasure/erasure-ledger.js';
import type { ProcessManagersParts } from '../../src/process-managers/process-managers.js';
import { PostalMuster, sharedStore } from './postal-muster.js';

/** A crash at one step: what came before it is done, what comes after is not. */
const crash = () => Promise.reject(new Error('crash'));

describe('an erasure that is cut off', () => {
  let muster: PostalMuster;
  beforeEach(async () => {
    muster = await PostalMuster.start();
  });
  afterEach(() => muster.remove());

  const somebody = async (): Promise<string> => {
    const actor = { kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null } as const;
    const person = { email: 'fiona@example.test', name: 'Fiona' };
    return (await muster.application.people.ensure(person, actor)) ?? '';
  };
  const userEvents = async (userId: string) =>
    (await muster.store.readStream(`user-${userId}`, { maxCount: 50 })).map(({ type }) => type);
  const ledgerLines = () =>
    readFileSync(join(muster.folder, 'erasures.jsonl'), 'utf8').trim().split('\n').slice(1);

  const steps: readonly (readonly [string, () => Partial<ProcessManagersParts>])[] = [
    ['at the ledger', () => ({ ledger: { record: crash, entries: () => [] } })],
    ['at the key', () => ({ personalData: { ...muster.application.parts.personalData, destroyKey: crash } })],
    ['at the traces', () => ({ traces: { remove: crash } })],
    ['at the receipt', () => ({ store: sharedStore(muster.store, crash) })],
  ];

  for (const [where, parts] of steps)
    it(`${where} is done after the next start, once`, async () => {
      const userId = await somebody();
      const { persons } = muster.application;
      const requested = await persons.erase({ actor: muster.root, userId });
      expect(requested.outcome).to.equal('APPLIED');
      muster.begin(parts());
      await muster.settled();
      expect(await userEvents(userId)).not.to.include('PersonalDataErased');
      expect(muster.failures.splice(0).join()).to.match(/crash/);
      await muster.restart();
      await muster.settled();
      const events = await userEvents(userId);
      expect(events.slice(-2)).to.deep.equal(['ErasureRequested', 'PersonalDataErased']);
      expect(ledgerLines()).to.have.lengthOf(1);
      expect(await muster.application.parts.personalData.hasKey(userId)).to.equal(false);
    });

  it('by another node is followed by each, in its own ledger and its own folders', async () => {
    const userId = await somebody();
    await muster.application.persons.erase({ actor: muster.root, userId });
    await muster.settled();
    const recorded: string[] = [];
    const removed: string[] = [];
    const parts = {
      store: sharedStore(muster.store),
      ledger: { record: async (entry: LedgerEntry) => void recorded.push(entry.userId), entries: () => [] },
      traces: {
        remove: async (id: string) => {
          removed.push(id);
          return removed.length === 1 ? null : { names: { by: 'test' }, mails: { count: 0, by: 'test' } };
        },
      },
      pace: { pollMs: 5, gapMs: 5, firstPauseMs: 5, longestPauseMs: 5, heldPauseMs: 5 },
    };
    const node = muster.begin(parts);
    while (removed.length < 2) await node.settled();
    for (let look = 0; look < 5; look += 1) await node.settled();
    expect(removed, 'again until it could be done, then no more').to.deep.equal([userId, userId]);
    expect(new Set(recorded)).to.deep.equal(new Set([userId]));
    expect((await userEvents(userId)).filter((type) => type === 'PersonalDataErased')).to.have.lengthOf(1);
  });

  it('waits while names or mails could still be written, and says nothing is done', async () => {
    const userId = await somebody();
    await muster.application.persons.erase({ actor: muster.root, userId });
    muster.begin({ traces: { remove: async () => null } });
    await muster.settled();
    expect(await userEvents(userId)).not.to.include('PersonalDataErased');
  });
});
