import { expect } from 'chai';
import { LiveTail } from '../../projections/live-tail.js';
import type { ReadModel } from '../../projections/read-model.js';
import { applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('the live tail', () => {
  let muster: TestMuster;
  let readModel: ReadModel;
  let tail: LiveTail;
  before(async () => {
    muster = await startMuster();
    readModel = muster.readModel;
  });
  after(() => muster.close());
  beforeEach(() => {
    tail = new LiveTail(readModel);
  });
  afterEach(() => tail.close());

  const open = async (): Promise<string> => {
    const { account, position } = await muster.root.mutate('createAccount', { name: 'A' }, 'account { id }');
    await readModel.waitFor(Number(position), 5_000);
    return account.id;
  };
  const isWoken = (waiting: Promise<void>): Promise<boolean> =>
    Promise.race([
      waiting.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
    ]);
  const nobody = '00000000-0000-4000-8000-000000000000';

  it('wakes those whom an event concerns, by account or by person, and nobody else', async () => {
    const accountId = await open();
    const person = { email: 'ann@example.test', name: 'Ann' };
    const added = applied(
      await muster.root.mutate('addUser', { accountId, person, role: 'REVIEWER' }, 'membership { userId }'),
    );
    const { userId } = added.membership;
    const ofAccount = tail.follow({ accountId, userId: null }).next();
    const ofPerson = tail.follow({ accountId: nobody, userId }).next();
    const ofNeither = tail.follow({ accountId: nobody, userId: null }).next();
    applied(await muster.root.mutate('changeRole', { accountId, userId, role: 'ADMIN' }));
    tail.nudge();
    expect(await Promise.all([ofAccount, ofPerson, ofNeither].map(isWoken))).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('does not lose what comes while its follower is busy', async () => {
    const accountId = await open();
    const following = tail.follow({ accountId, userId: null });
    await muster.root.mutate('createGroup', { accountId, name: 'While busy' });
    tail.nudge();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await isWoken(following.next())).to.equal(true);
    expect(await isWoken(following.next())).to.equal(false);
  });

  it('sees what was written after a follower came, however long nobody had followed', async () => {
    const accountId = await open();
    tail.follow({ accountId, userId: null }).close();
    await muster.root.mutate('createGroup', { accountId, name: 'Unfollowed' });
    tail.nudge();
    const following = tail.follow({ accountId, userId: null });
    tail.nudge();
    expect(await isWoken(following.next())).to.equal(false);
    await muster.root.mutate('createGroup', { accountId, name: 'Followed' });
    tail.nudge();
    expect(await isWoken(following.next())).to.equal(true);
  });

  it('lets whoever waits go when it is closed', async () => {
    const following = tail.follow({ accountId: nobody, userId: null });
    const waiting = following.next();
    tail.close();
    expect([await isWoken(waiting), following.isClosed]).to.deep.equal([true, true]);
  });
});
