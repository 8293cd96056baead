import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { addMachine } from '../support/machine.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('a refusal that a caller can act on', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const refused = async (facts: string, role: string) => {
    const { accountId, adam, carl } = world;
    const document = `mutation ($input: ChangeRoleInput!) { changeRole(input: $input) {
      userErrors { __typename code field ... on ${facts} } } }`;
    const input = { accountId, userId: carl.userId, role };
    return (await adam.client.query(document, { input })).changeRole.userErrors;
  };

  it('tells the highest role that the caller may grant', async () => {
    expect(await refused('RoleNotGrantable { highestRole }', 'OWNER')).to.deep.equal([
      {
        __typename: 'RoleNotGrantable',
        code: 'ROLE_NOT_GRANTABLE',
        field: 'input.role',
        highestRole: 'ADMIN',
      },
    ]);
  });

  it('tells the directory that owns a member', async () => {
    const directory = await addMachine(muster, 'corp-ad');
    const { accountId, carl } = world;
    const managed = { accountId, userId: carl.userId, directory: 'corp-ad' };
    applied(await directory.client.mutate('startDirectoryManagement', managed));
    expect(await refused('ManagedExternally { directory }', 'REVIEWER')).to.deep.equal([
      {
        __typename: 'ManagedExternally',
        code: 'MANAGED_EXTERNALLY',
        field: 'input.userId',
        directory: 'corp-ad',
      },
    ]);
  });
});
