import { expect } from 'chai';
import { LiveTail } from '../../projections/live-tail.js';
import { changedBetween } from '../../projections/queries/changed-between.js';
import { webhookListsOf } from '../../src/webhook-lists.js';
import { AccountHistory, accountOpened, added } from './account-history.js';

/** Of a store that counts bytes. */
const FAR = 1_000_000_000;

describe('what has changed between two positions', () => {
  let history: AccountHistory;
  let start: number;
  beforeEach(async () => {
    history = new AccountHistory();
    await history.given([1, accountOpened()]);
    start = history.position;
    await history.given([2, added('olga'), added('rita')]);
  });
  afterEach(() => history.close());

  const readModelAt = (position: number) => ({
    position,
    failure: null,
    members: history.members,
    audit: history.audit,
  });
  const isWoken = (waiting: Promise<void>): Promise<boolean> =>
    Promise.race([
      waiting.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
    ]);

  it('is told by the events, each account and person once, until there are too many', () => {
    const changed = (most?: number) =>
      changedBetween(history.audit, { after: start, upTo: FAR, ...(most === undefined ? {} : { most }) });
    const pairs = changed(2)?.map(({ accountId, subjectId }) => [accountId, subjectId]);
    expect(pairs).to.deep.equal([
      ['a1', 'olga'],
      ['a1', 'rita'],
    ]);
    expect(changed()).to.have.lengthOf(2);
    expect(changed(1)).to.equal(null);
    expect(changedBetween(history.audit, { after: history.position, upTo: FAR })).to.deep.equal([]);
  });

  it('wakes only whom it concerns, however far apart positions are', async () => {
    let position = start;
    const tail = new LiveTail({
      get position() {
        return position;
      },
      failure: null,
      audit: history.audit,
    });
    const concerned = tail.follow({ accountId: 'a1', userId: null }).next();
    const others = tail.follow({ accountId: 'a2', userId: null }).next();
    position = FAR;
    tail.nudge();
    expect([await isWoken(concerned), await isWoken(others)]).to.deep.equal([true, false]);
    tail.close();
  });

  it('names the accounts whose webhooks are looked at', () => {
    const since = (after: number | null) => webhookListsOf(readModelAt(FAR)).changedSince(after).accountIds;
    expect([since(start), since(FAR), since(null)]).to.deep.equal([['a1'], [], null]);
  });
});
