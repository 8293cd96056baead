import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { everythingAfter } from '../support/logged-events.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('refused attempts of a forbidden kind', () => {
  let muster: TestMuster;
  let world: AccountWorld;

  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const refusedIn = async (accountId: string) => {
    const position = await muster.core.store.head();
    const { auditLog } = await muster.root.query(
      `query ($a: ID!, $p: Position) {
        auditLog(accountId: $a, filter: {types: ["AttemptRefused"]}, first: 200, minPosition: $p) { nodes {
          actor { id } subject { id } ... on AttemptRefusedEntry { command refusedWith count target { id } } } } }`,
      { a: accountId, p: `${position}` },
    );
    return auditLog.nodes as readonly {
      readonly actor: { readonly id: string };
      readonly command: string;
      readonly refusedWith: string;
    }[];
  };

  it('stand in the audit log of the account, with who tried what on whom', async () => {
    const { accountId, rita, carl, stranger } = world;
    const remove = { accountId, userId: carl.userId, confirmed: true };
    await rita.client.mutate('removeUser', remove);
    await rita.client.mutate('removeUser', remove);
    await stranger.mutate('removeUser', remove);
    await rita.client.bulk('deactivateUsers', {
      selection: [{ accountId, users: [carl.userId, rita.userId] }],
      confirmed: true,
    });
    const found = await refusedIn(accountId);
    expect(found.map(({ command, refusedWith }) => `${command} ${refusedWith}`)).to.deep.equal([
      'deactivateUsers PERMISSION_DENIED',
      'removeUser NOT_FOUND',
      'removeUser PERMISSION_DENIED',
    ]);
    expect(found.at(-1)).to.deep.equal({
      actor: { id: rita.userId },
      subject: { id: carl.userId },
      command: 'removeUser',
      refusedWith: 'PERMISSION_DENIED',
      count: 1,
      target: { id: carl.userId },
    });
  });

  it("never stand in the account's own stream, and hold no personal data", async () => {
    const { accountId, rita } = world;
    const before = await muster.core.store.head();
    await rita.client.mutate('inviteUser', {
      accountId,
      person: { email: 'secret.person@example.test', name: 'Secret Person' },
      role: 'REVIEWER',
    });
    const written = await everythingAfter(muster, before);
    expect(written.map(({ type, stream }) => `${type} ${stream}`)).to.deep.equal([
      'AttemptRefused refusals-main',
    ]);
    expect(JSON.stringify(written)).not.to.match(/secret/i);
  });

  it('are not dry runs, slips and missing confirmations', async () => {
    const { accountId, rita, olga, carl } = world;
    const before = await muster.core.store.head();
    await rita.client.mutate('freezeUser', { accountId, userId: carl.userId, dryRun: true });
    await olga.client.mutate('removeUser', { accountId, userId: muster.rootUserId, confirmed: true });
    await olga.client.mutate('removeUser', { accountId, userId: carl.userId });
    const types = (await everythingAfter(muster, before)).map(({ type }) => type);
    expect(types).not.to.include('AttemptRefused');
  });

  it('of a made-up invitation token stand at the root operator account', async () => {
    await world.stranger.mutate('acceptInvitation', { token: 'made-up' });
    const [newest] = await refusedIn(muster.rootAccountId);
    expect(newest).to.include({ command: 'acceptInvitation', refusedWith: 'NOT_FOUND' });
  });
});
