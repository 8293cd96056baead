import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('granting permissions', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const grant = (permission: string) =>
    world.olga.client.mutate('grantPermissions', {
      accountId: world.accountId,
      userId: world.carl.userId,
      permissions: [permission],
    });

  const slips = {
    'user.read': 'users.read',
    'users-read': 'users.read',
    user_read: 'users.read',
    'audits.read': 'audit.read',
    'usres.manage': 'users.manage',
    'users.delete': 'users.',
  };
  for (const [slip, meant] of Object.entries(slips))
    it(`refuses ${slip}, which is no atom but nearly one`, async () => {
      const { outcome, userErrors, message } = await grant(slip);
      expect(outcome).to.equal('REJECTED');
      expect(userErrors[0]).to.include({ code: 'INVALID_INPUT', field: 'input.permissions' });
      expect(message).to.include(`did you mean ${meant}`);
    });

  for (const word of ['app-store', 'shop.orders.read', 'read', 'billing:run'])
    it(`takes ${word}, a word of a portal’s own`, async () => {
      applied(await grant(word));
    });
});
