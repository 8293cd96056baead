import { expect } from 'chai';
import { accountWorld, applied } from '../../../support/account-world.js';
import { assign, holdersOf, partnerTechnical } from '../../../support/contact-duties.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';
import { addSupplier } from '../../../support/supplier.js';
import { on, onCarl, only, refused, typesOf, written } from './attempts.js';

describe('where the sources contradict each other, the policy decides: who may do it', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  it('SO-1, SW-1, D3-12, PP-12 the permission decides, or the role, or the rank, or being the supplier', async () => {
    /** Carl may manage users, and is no administrator. */
    const appointed = async (preset: string) => {
      const world = await accountWorld(muster, { preset });
      const { accountId, olga, carl } = world;
      const permissions = ['users.manage'];
      applied(await olga.client.mutate('grantPermissions', { accountId, userId: carl.userId, permissions }));
      return { world, by: carl, adam: on(world, world.adam.userId), rita: on(world, world.rita.userId) };
    };
    const permission = await appointed('SUPEROFFICE');
    expect(await only(permission.by.client, 'removeUser', permission.adam)).to.deep.nested.include({
      type: 'UserRemoved',
      'actor.id': permission.by.userId,
    });

    const role = await appointed('SOFTWAREONE');
    expect(await refused(role.by.client, 'removeUser', role.rita)).to.include({
      code: 'PERMISSION_DENIED',
      permission: 'role:ADMIN',
    });
    expect(await only(role.world.adam.client, 'removeUser', role.rita)).to.include({ type: 'UserRemoved' });

    const rank = await appointed('DOCUMENT360');
    expect(await refused(rank.by.client, 'deleteUser', rank.adam)).to.include({
      code: 'TARGET_OUTRANKS_ACTOR',
    });
    expect(await only(rank.by.client, 'deleteUser', rank.rita)).to.include({ type: 'UserDeleted' });

    const partner = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const { client, userId, accountId } = await addSupplier(muster, [partner]);
    expect(await membershipOf(partner, userId)).to.equal(null);
    const event = await only(client, 'deactivateUser', onCarl(partner));
    expect(event).to.deep.nested.include({ type: 'UserDeactivated', 'actor.id': userId });
    expect(event.actor.authority?.stream).to.equal(`account-${accountId}`);
    expect(await refused(client, 'removeUser', permission.rita), 'no supplier there').to.include({
      code: 'NOT_FOUND',
    });
  });

  it('SW-7, D3-29 nobody ends their own membership, or everybody but the last Owner', async () => {
    const account = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    await account.add('Oda', { role: 'OWNER' });
    for (const { client, userId } of [account.olga, account.adam])
      expect(await refused(client, 'removeUser', on(account, userId))).to.include({
        code: 'SELF_REMOVAL_FORBIDDEN',
      });

    const project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    const { olga, adam } = project;
    expect(await refused(olga.client, 'deleteUser', on(project, olga.userId))).to.include({
      code: 'LAST_OWNER',
    });
    await project.add('Oda', { role: 'OWNER' });
    for (const { client, userId } of [olga, adam])
      expect(await only(client, 'deleteUser', on(project, userId))).to.deep.nested.include({
        type: 'UserDeleted',
        'actor.id': userId,
      });
  });

  it('D3-15, SO-20, SO-9 what is never without a holder is the ownership, or the contact', async () => {
    /** Two Owners, one of them the technical contact. */
    const withContact = async (preset: string) => {
      const world = await accountWorld(muster, { preset });
      const oda = on(world, await world.add('Oda', { role: 'OWNER' }));
      await assign(world, world.olga.userId, [partnerTechnical]);
      const contact = async () => (await holdersOf({ ...world, olga: world.adam }, [partnerTechnical]))[0];
      return { world, oda, olga: on(world, world.olga.userId), contact };
    };
    const project = await withContact('DOCUMENT360');
    expect(typesOf(await written(muster.root, 'deleteUser', project.olga))).to.deep.equal([
      'ContactVacated',
      'UserDeleted',
    ]);
    expect(await project.contact()).to.equal(null);
    expect(await refused(muster.root, 'deleteUser', project.oda)).to.include({ code: 'LAST_OWNER' });

    const partner = await withContact('SUPEROFFICE');
    const duty = { code: 'REASSIGNMENT_REQUIRED', responsibilities: [partnerTechnical] };
    expect(await refused(muster.root, 'removeUser', partner.olga)).to.deep.include(duty);
    const { userId: carl } = partner.world.carl;
    const handedOver = { ...partner.olga, fields: { confirmed: true, successors: { forAll: carl } } };
    expect(typesOf(await written(muster.root, 'removeUser', handedOver))).to.deep.equal([
      'ContactReassigned',
      'UserRemoved',
    ]);
    expect(await partner.contact()).to.equal(carl);
    expect(await refused(muster.root, 'removeUser', on(partner.world, carl))).to.deep.include(duty);
  });
});
