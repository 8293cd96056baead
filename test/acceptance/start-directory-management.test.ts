import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied, type TestMember } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { invite } from '../support/invitee.js';
import { addMachine } from '../support/machine.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('a directory that takes a member over', () => {
  let muster: TestMuster;
  let entra: TestMember;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    entra = await addMachine(muster, 'entra');
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const start = (fields: object = {}, client = entra.client) =>
    client.mutate(
      'startDirectoryManagement',
      { accountId: world.accountId, userId: world.carl.userId, directory: 'entra', ...fields },
      'membership { directory status }',
    );
  const deactivate = (client = world.olga.client) =>
    client.mutate('deactivateUser', {
      accountId: world.accountId,
      userId: world.carl.userId,
      confirmed: true,
    });

  it('PP-15 is the only one to change the member from then on', async () => {
    const answer = applied(await start());
    expect(typesOf(answer)).to.deep.equal(['DirectoryManagementStarted']);
    expect(answer.membership).to.deep.equal({ directory: 'entra', status: 'ACTIVE' });
    for (const client of [world.olga.client, muster.root]) {
      const refused = await deactivate(client);
      expect(refused.userErrors[0]).to.include({ code: 'MANAGED_EXTERNALLY', field: 'input.userId' });
      expect(refused.userErrors[0]?.rule?.sources).to.include('PP-15');
    }
    applied(await deactivate(entra.client));
  });

  it('leaves changes to people where the policy does', async () => {
    const policy = { directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED' };
    applied(await world.olga.client.mutate('changePolicy', { accountId: world.accountId, policy }));
    applied(await start());
    applied(await deactivate());
  });

  it('says so once, and again when another one takes over', async () => {
    const key = { idempotencyKey: 'once' };
    const first = applied(await start(key));
    expect(await start(key)).to.deep.include({ replayed: true, events: first.events });
    expect((await start()).outcome).to.equal('UNCHANGED');
    expect(applied(await start({ directory: 'okta' })).membership.directory).to.equal('okta');
    expect((await start({ directory: 'ldap', dryRun: true })).outcome).to.equal('WOULD_APPLY');
  });

  it('is a machine: nobody else may say it', async () => {
    for (const client of [world.olga.client, muster.root])
      expect((await start({}, client)).userErrors[0]).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'users.edit',
      });
    expect(codesOf(await start({}, world.stranger))).to.deep.equal(['NOT_FOUND']);
  });

  it('has a plain name, and owns members only', async () => {
    for (const directory of ['Entra', 'en tra', '-x', 'carl@example.test'])
      expect((await start({ directory })).userErrors[0]).to.include({
        code: 'INVALID_INPUT',
        field: 'input.directory',
      });
    const { userId } = await invite(world);
    expect(codesOf(await start({ userId }))).to.deep.equal(['INVITATION_PENDING']);
  });
});
