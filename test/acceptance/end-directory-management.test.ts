import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied, type TestMember } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { addMachine } from '../support/machine.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('a directory that lets a member go', () => {
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
    const { accountId, carl } = world;
    const input = { accountId, userId: carl.userId, directory: 'entra' };
    applied(await entra.client.mutate('startDirectoryManagement', input));
  });

  const end = (client = entra.client, fields: object = {}) =>
    client.mutate(
      'endDirectoryManagement',
      { accountId: world.accountId, userId: world.carl.userId, ...fields },
      'membership { directory }',
    );

  it('PP-15 leaves the member to people again', async () => {
    const { accountId, olga, carl } = world;
    const answer = applied(await end());
    expect(typesOf(answer)).to.deep.equal(['DirectoryManagementEnded']);
    expect(answer.membership).to.deep.equal({ directory: null });
    applied(await olga.client.mutate('deactivateUser', { accountId, userId: carl.userId, confirmed: true }));
  });

  it('changes nothing the second time, nor in a dry run', async () => {
    expect((await end(entra.client, { dryRun: true })).outcome).to.equal('WOULD_APPLY');
    applied(await end());
    expect((await end()).outcome).to.equal('UNCHANGED');
  });

  it('is a machine: nobody else may say it', async () => {
    expect(codesOf(await end(world.olga.client))).to.deep.equal(['PERMISSION_DENIED']);
    expect(codesOf(await end(world.stranger))).to.deep.equal(['NOT_FOUND']);
  });
});
