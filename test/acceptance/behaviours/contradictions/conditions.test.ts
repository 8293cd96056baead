import { expect } from 'chai';
import { accountWorld, applied } from '../../../support/account-world.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { holdersOf, technicalOf } from '../../../support/contact-duties.js';
import { membershipOf } from '../../../support/membership-of.js';
import { seatsOf } from '../../../support/seats-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';
import { grownBy, onCarl, only, refused, typesOf, written } from './attempts.js';

describe('where the sources contradict each other, the policy decides: what must be so first', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  it('SO-8, PP-11, PP-13 asks for YES, for nothing, for a typed word, or for a look at the preview', async () => {
    const asks = (confirmation: string) => ({ code: 'CONFIRMATION_REQUIRED', confirmation });
    const partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const { olga } = partner;
    expect(await refused(olga.client, 'removeUser', onCarl(partner, {}))).to.include(asks('FLAG'));
    expect(await only(olga.client, 'removeUser', onCarl(partner))).to.include({ type: 'UserRemoved' });

    const portal = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const { accountId, adam, rita } = portal;
    expect(await only(adam.client, 'deactivateUser', onCarl(portal, {}))).to.include({
      type: 'UserDeactivated',
    });
    const bulk = (fields: object) =>
      adam.client.bulk('deactivateUsers', { selection: [{ accountId, users: [rita.userId] }], ...fields });
    const unspoken = await appendingNothing(muster, adam.client, () => bulk({ confirmed: true }));
    expect(unspoken.userErrors[0]).to.include(asks('TYPED_PHRASE'));
    expect(typesOf(await grownBy(muster, () => bulk({ phrase: 'DEACTIVATE' })))).to.include(
      'UserDeactivated',
    );

    const strict = await accountWorld(muster, { preset: 'DEFAULT' });
    await only(strict.adam.client, 'deactivateUser', onCarl(strict));
    expect(await refused(strict.adam.client, 'deleteUser', onCarl(strict))).to.include(asks('PREVIEW_TOKEN'));
    const query = `query ($a: ID!, $u: ID!) {
      offboardingPreview(accountId: $a, userId: $u, operation: DELETE) { token } }`;
    const seen = await strict.adam.client.query(query, { a: strict.accountId, u: strict.carl.userId });
    const previewToken = seen.offboardingPreview.token;
    expect(await only(strict.adam.client, 'deleteUser', onCarl(strict, { previewToken }))).to.include({
      type: 'UserDeleted',
    });
  });

  it('SO-9, D3-16 a contact hands the duties over first, or YES alone leaves them vacant', async () => {
    const partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const shop = technicalOf(await partner.registerApplication('Shop', partner.carl.userId));
    const asked = await refused(partner.olga.client, 'removeUser', onCarl(partner));
    expect(asked).to.deep.include({ code: 'REASSIGNMENT_REQUIRED', responsibilities: [shop] });
    const successors = { forAll: partner.rita.userId };
    const handedOver = onCarl(partner, { confirmed: true, successors });
    expect(typesOf(await written(partner.olga.client, 'removeUser', handedOver))).to.deep.equal([
      'ContactReassigned',
      'UserRemoved',
    ]);
    expect(await holdersOf(partner, [shop])).to.deep.equal([partner.rita.userId]);

    const project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    const wiki = technicalOf(await project.registerApplication('Wiki', project.carl.userId));
    expect(typesOf(await written(project.olga.client, 'deleteUser', onCarl(project)))).to.deep.equal([
      'ContactVacated',
      'UserDeleted',
    ]);
    expect(await holdersOf(project, [wiki])).to.deep.equal([null]);
  });

  it('D3-18, PP-7 a mix of active and inactive is refused as a whole, or those it applies to go', async () => {
    const deactivateMix = async (preset: string) => {
      const world = await accountWorld(muster, { preset });
      const { accountId, adam, carl, rita } = world;
      await only(adam.client, 'deactivateUser', onCarl(world));
      const selection = [{ accountId, users: [carl.userId, rita.userId] }];
      const input = { selection, confirmed: true, phrase: 'DEACTIVATE' };
      return { world, act: () => adam.client.bulk('deactivateUsers', input) };
    };
    const project = await deactivateMix('DOCUMENT360');
    const answer = await appendingNothing(muster, project.world.adam.client, project.act);
    expect(answer.userErrors[0]).to.deep.include({
      code: 'BULK_MIXED_SELECTION',
      userIds: [project.world.carl.userId],
    });

    const portal = await deactivateMix('PARTNER_PORTAL');
    const log = await grownBy(muster, async () =>
      expect((await portal.act()).items.map(({ outcome }) => outcome)).to.deep.equal([
        'UNCHANGED',
        'APPLIED',
      ]),
    );
    const inAccount = log.filter(({ stream }) => stream === `account-${portal.world.accountId}`);
    expect(inAccount.map(({ type, subjectId }) => [type, subjectId])).to.deep.equal([
      ['UserDeactivated', portal.world.rita.userId],
    ]);
  });

  it('D3-25, PP-10 over the limit of the plan nobody comes back, or everybody does', async () => {
    /** Carl is inactive, and the plan has no more seats than the other three hold. */
    const full = async (preset: string) => {
      const world = await accountWorld(muster, { preset });
      const { accountId, olga } = world;
      await only(olga.client, 'deactivateUser', onCarl(world));
      applied(await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 3, addOnSeats: 0 }));
      expect(await seatsOf(world)).to.include({ limit: 3, inUse: 3 });
      return world;
    };
    const project = await full('DOCUMENT360');
    expect(await refused(project.olga.client, 'reactivateUser', onCarl(project))).to.deep.include({
      code: 'SEAT_LIMIT_EXCEEDED',
      limit: 3,
      inUse: 3,
      requested: 1,
      remedies: ['END_MEMBERSHIPS', 'ADD_SEATS'],
    });

    const portal = await full('PARTNER_PORTAL');
    expect(await only(portal.olga.client, 'reactivateUser', onCarl(portal))).to.include({
      type: 'UserReactivated',
    });
    expect(await membershipOf(portal, portal.carl.userId)).to.deep.equal({ status: 'ACTIVE' });
    expect(await seatsOf(portal)).to.include({ limit: 3, inUse: 4 });
  });
});
