import { expect } from 'chai';
import { Accounts } from '../../src/application/accounts.js';
import { BulkOperations } from '../../src/application/bulk/bulk-operations.js';
import { workListsOf } from '../../src/work-lists.js';
import { PostalMuster, sharedStore } from './postal-muster.js';

const ways = {
  'is brought to its end after the next start': async (muster: PostalMuster) => {
    await muster.restart();
    await muster.settled();
  },
  'is brought to its end by another node when nothing has come of it for a minute': async (
    muster: PostalMuster,
  ) => {
    muster.clock.now += 60_000;
    await muster.begin({ store: sharedStore(muster.store) }).settled();
  },
};

describe('a bulk operation that was cut off', () => {
  for (const [way, restart] of Object.entries(ways))
    it(way, async () => {
      const muster = await PostalMuster.start();
      const { accountId, olga } = await muster.openAccount({ notifyOnRemove: false });
      const other = await muster.openAccount({ notifyOnRemove: false });
      const rita = await muster.add(accountId, olga, 'rita@acme.example');
      const rudi = await muster.add(other.accountId, other.olga, 'rudi@acme.example');
      let appends = 0;
      // The start of the operation and the first account get through.
      const store = sharedStore(muster.store, (request) => {
        appends += 1;
        return appends > 2 ? Promise.reject(new Error('crash')) : muster.store.append(request);
      });
      const parts = { ...muster.application.parts, store };
      const accounts = new Accounts(parts, () => muster.application.rootAccountId());
      const crashing = new BulkOperations({
        ...parts,
        accounts,
        lists: workListsOf(muster.readModel, store),
      });
      const selected = (id: string, userId: string) => ({
        accountId: id,
        items: [{ userId, previewToken: null }],
        successors: { forAll: null, each: [] },
      });
      const cut = await crashing
        .run({
          actor: muster.root,
          operation: 'DEACTIVATE',
          errorPolicy: 'REJECT_FAILED_ITEMS',
          selection: [selected(accountId, rita), selected(other.accountId, rudi)],
          confirmed: true,
          phrase: null,
        })
        .catch((error: Error) => error.name);
      expect(cut).to.equal('OutcomeUnknown');
      const others = muster.begin({ store: sharedStore(muster.store) });
      await others.settled();
      expect(
        (await muster.accountEvents(other.accountId, 'UserDeactivated')).length,
        'another node may be at it',
      ).to.equal(0);
      await restart(muster);
      for (const [id, userId] of [
        [accountId, rita],
        [other.accountId, rudi],
      ] as const) {
        const status = await muster.application.accounts.read(
          id,
          ({ state }) => state.memberships.get(userId)?.status,
        );
        expect(status).to.equal('INACTIVE');
        expect(await muster.accountEvents(id, 'UserDeactivated')).to.have.length(1);
      }
      expect(muster.failures).to.deep.equal([]);
      await muster.remove();
    });
});
