import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { everythingAfter } from '../support/logged-events.js';
import { addMachine } from '../support/machine.js';
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
      'AttemptRefused refusals-node-of-test',
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

  it('are readings too, of what lies in an account that may be seen', async () => {
    const { accountId, rita, stranger } = world;
    const { head } = muster.core.store;
    const before = await head.call(muster.core.store);
    const asked = [
      'query ($a: ID!) { auditLog(accountId: $a, first: 1) { nodes { type } } }',
      'query ($a: ID!) { account(id: $a) { seats { inUse } } }',
      'query ($a: ID!) { account(id: $a) { again: seats { inUse } users(first: 9) { nodes { scheduledEnd { at } } } } }',
      'query ($a: ID!) { replay(accountId: $a, first: 1) { nodes { revision } } }',
    ];
    for (const document of asked) {
      const { errors } = await rita.client.send(document, { a: accountId });
      expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED' });
      await stranger.send(document, { a: accountId });
    }
    const written = await everythingAfter(muster, before);
    const attempts = written.map(({ type, actor, accountId: at, data }) => [type, actor, at, data]);
    const by = { kind: 'USER', id: rita.userId, onBehalfOf: null, authority: null };
    const code = { code: 'PERMISSION_DENIED', accountId, targetUserId: null, count: 1, dropped: 0 };
    expect(attempts).to.deep.equal(
      ['auditLog', 'Account.seats', 'Membership.scheduledEnd', 'replay'].map((command) => [
        'AttemptRefused',
        by,
        accountId,
        { command, ...code },
      ]),
    );
  });

  it('and readings name a machine as a machine', async () => {
    const { userId, client } = await addMachine(muster, 'auditing-machine');
    const before = await muster.core.store.head();
    await client.mutate('freezeUser', { accountId: muster.rootAccountId, userId: muster.rootUserId });
    await client.send('query ($a: ID!) { auditLog(accountId: $a, first: 1) { nodes { type } } }', {
      a: muster.rootAccountId,
    });
    const written = await everythingAfter(muster, before);
    expect(written.map(({ type, actor }) => [type, actor.kind, actor.id])).to.deep.equal([
      ['AttemptRefused', 'SERVICE', userId],
      ['AuditRead', 'SERVICE', userId],
    ]);
  });

  it('of a made-up invitation token stand at the root operator account', async () => {
    await world.stranger.mutate('acceptInvitation', { token: 'made-up' });
    const [newest] = await refusedIn(muster.rootAccountId);
    expect(newest).to.include({ command: 'acceptInvitation', refusedWith: 'NOT_FOUND' });
  });
});
