import { expect } from 'chai';
import { holds, permissionsOf } from '../../../src/domain/account/holds.js';
import { membershipStatuses } from '../../../src/domain/account/state.js';

describe('a membership holds a permission', () => {
  const admin = { status: 'ACTIVE', role: 'ADMIN', permissions: ['app-store'] } as const;
  it('by its role or granted singly, and no other', () => {
    expect(holds(admin, 'users.edit')).to.equal(true);
    expect(holds(admin, 'app-store')).to.equal(true);
    expect(holds(admin, 'policy.write')).to.equal(false);
    expect([...permissionsOf(admin)]).to.include.members(['users.edit', 'app-store']);
  });
  for (const status of membershipStatuses.filter((other) => other !== 'ACTIVE'))
    it(`and none while ${status}`, () => {
      expect(holds({ ...admin, status }, 'users.edit')).to.equal(false);
      expect(holds({ ...admin, status }, 'app-store')).to.equal(false);
    });
});
