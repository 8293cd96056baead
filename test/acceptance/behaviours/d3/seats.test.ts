import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { invite, tokenFor } from '../../../support/invitee.js';
import { accountEvents } from '../../../support/logged-events.js';
import { membershipOf } from '../../../support/membership-of.js';
import { seatsOf } from '../../../support/seats-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const confirmed = { confirmed: true };
const full = { limit: 4, inUse: 4, reserved: 0, available: 0 };
const oneFree = { limit: 4, inUse: 3, reserved: 0, available: 1 };
const exceeded = {
  code: 'SEAT_LIMIT_EXCEEDED',
  limit: 4,
  inUse: 4,
  requested: 1,
  remedies: ['END_MEMBERSHIPS', 'ADD_SEATS'],
};

describe('DOCUMENT360: seats', () => {
  let muster: TestMuster;
  let project: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  /** Four members, four seats. */
  beforeEach(async () => {
    project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    applied(await plan(4, 0));
    expect(await seatsOf(project)).to.deep.equal(full);
  });

  const plan = (planSeats: number | null, addOnSeats: number) =>
    project.olga.client.mutate('changeSeatPlan', { accountId: project.accountId, planSeats, addOnSeats });
  const asAdam = (mutation: string, userId: string) =>
    project.adam.client.mutate(mutation, { accountId: project.accountId, userId, ...confirmed });
  let newcomers = 0;
  const addNewcomer = () => {
    newcomers += 1;
    const person = { email: `new.${newcomers}@example.test`, name: `New ${newcomers}` };
    const { accountId, adam } = project;
    return adam.client.mutate('addUser', { accountId, person, role: 'CONTRIBUTOR' });
  };
  const isFull = async (limit: number) =>
    expect((await addNewcomer()).userErrors[0]).to.include({
      code: 'SEAT_LIMIT_EXCEEDED',
      limit,
      inUse: limit,
    });
  const refusedWhenFull = async (attempt: () => ReturnType<typeof addNewcomer>) => {
    const answer = await appendingNothing(muster, project.adam.client, attempt);
    expect(answer.userErrors).to.have.lengthOf(1);
    expect(answer.userErrors[0]).to.deep.include(exceeded);
  };
  const ledger = async (userId: string) => {
    const query = `query ($a: ID!, $u: ID) { account(id: $a) { seatLedger(userId: $u) {
      nodes { hold takenBy releasedBy } } } }`;
    const { account } = await project.olga.client.query(query, { a: project.accountId, u: userId });
    return account.seatLedger.nodes;
  };

  it('D3-5 at the limit: one deactivated, one added, and then it is full again', async () => {
    const { carl } = project;
    expect(codesOf(await addNewcomer())).to.deep.equal(['SEAT_LIMIT_EXCEEDED']);
    applied(await asAdam('deactivateUser', carl.userId));
    expect(await seatsOf(project)).to.deep.equal(oneFree);
    applied(await addNewcomer());
    expect(await seatsOf(project)).to.deep.equal(full);
    await refusedWhenFull(addNewcomer);
    expect(await ledger(carl.userId)).to.deep.equal([
      { hold: 'IN_USE', takenBy: 'UserAdded', releasedBy: 'UserDeactivated' },
    ]);
  });

  for (const [kind, role] of [
    ['SSO', 'CONTRIBUTOR'],
    ['READER', 'REVIEWER'],
  ] as const)
    it(`D3-5 a seat of kind ${kind} is free at once too`, async () => {
      applied(await plan(5, 0));
      const userId = await project.add('Kim', { kind, role });
      await isFull(5);
      applied(await asAdam('deactivateUser', userId));
      applied(await addNewcomer());
    });

  it('D3-9 deleting frees one, from active; from inactive it was free already', async () => {
    const { carl, rita } = project;
    applied(await asAdam('deleteUser', carl.userId));
    expect(await seatsOf(project)).to.deep.equal(oneFree);
    expect(await ledger(carl.userId)).to.deep.equal([
      { hold: 'IN_USE', takenBy: 'UserAdded', releasedBy: 'UserDeleted' },
    ]);
    applied(await asAdam('deactivateUser', rita.userId));
    applied(await asAdam('deleteUser', rita.userId));
    expect(await seatsOf(project)).to.include({ inUse: 2, available: 2 });
    applied(await addNewcomer());
    applied(await addNewcomer());
    await refusedWhenFull(addNewcomer);
  });

  it('D3-25 over the limit is refused with numbers and remedies: adding and reactivating', async () => {
    const { carl } = project;
    applied(await asAdam('deactivateUser', carl.userId));
    applied(await addNewcomer());
    await refusedWhenFull(addNewcomer);
    await refusedWhenFull(() => asAdam('reactivateUser', carl.userId));
    expect(await membershipOf(project, carl.userId)).to.deep.equal({ status: 'INACTIVE' });
  });

  it('D3-25 the preview says so before, and what would stand in the way', async () => {
    const { accountId, adam, carl } = project;
    applied(await asAdam('deactivateUser', carl.userId));
    applied(await addNewcomer());
    const query = `query ($a: ID!, $u: ID!) {
      offboardingPreview(accountId: $a, userId: $u, operation: REACTIVATE) {
        canCommit blockers { code } seats { limit inUse inUseAfterwards } } }`;
    const { offboardingPreview } = await adam.client.query(query, { a: accountId, u: carl.userId });
    expect(offboardingPreview).to.deep.equal({
      canCommit: false,
      blockers: [{ code: 'SEAT_LIMIT_EXCEEDED' }],
      seats: { limit: 4, inUse: 4, inUseAfterwards: 5 },
    });
  });

  it('D3-25 the limit is of active users: an invitation holds no seat, and is refused when it is accepted', async () => {
    const ivy = await invite(project);
    expect(await seatsOf(project)).to.deep.equal(full);
    const token = await tokenFor(project, ivy.userId);
    const refused = await appendingNothing(muster, ivy.client, (client) =>
      client.mutate('acceptInvitation', { token }),
    );
    expect(codesOf(refused)).to.deep.equal(['SEAT_LIMIT_EXCEEDED']);
    applied(await asAdam('deactivateUser', project.carl.userId));
    applied(await ivy.client.mutate('acceptInvitation', { token }));
    expect(await seatsOf(project)).to.deep.equal(full);
  });

  it('D3-25 holds when many come for the last seats at once', async () => {
    applied(await plan(6, 0));
    const answers = await Promise.all(Array.from({ length: 12 }, () => addNewcomer()));
    expect(answers.filter(({ outcome }) => outcome === 'APPLIED')).to.have.lengthOf(2);
    for (const { userErrors } of answers.filter(({ outcome }) => outcome !== 'APPLIED'))
      expect(userErrors[0]).to.include({ code: 'SEAT_LIMIT_EXCEEDED', limit: 6, inUse: 6 });
    const added = (await accountEvents(muster, project.accountId)).filter(({ type }) => type === 'UserAdded');
    expect(added).to.have.lengthOf(6);
    expect(await seatsOf(project)).to.include({ limit: 6, inUse: 6, available: 0 });
  });

  it('D3-25 reactivating several fills up what is free, and refuses the rest', async () => {
    const { accountId, adam, carl, rita } = project;
    const selection = [{ accountId, users: [carl.userId, rita.userId] }];
    await adam.client.bulk('deactivateUsers', { selection, ...confirmed });
    applied(await addNewcomer());
    const answer = await adam.client.bulk('reactivateUsers', { selection, ...confirmed });
    expect(answer.items.map(({ outcome }) => outcome)).to.deep.equal(['APPLIED', 'REJECTED']);
    expect(answer.items[1]?.userErrors[0]).to.deep.include(exceeded);
    expect(await seatsOf(project)).to.deep.equal(full);
  });

  it('D3-25 no plan below what is in use, and no change of rules to it', async () => {
    const { accountId, olga } = project;
    const low = await appendingNothing(muster, olga.client, () => plan(3, 0));
    expect(low.userErrors[0]).to.include({ code: 'SEAT_LIMIT_EXCEEDED', limit: 3, inUse: 4 });
    const enforce = (seatEnforcement: string) =>
      olga.client.mutate('changePolicy', { accountId, policy: { seatEnforcement } });
    applied(await enforce('OFF'));
    applied(await addNewcomer());
    const refused = await appendingNothing(muster, olga.client, () => enforce('HARD'));
    expect(refused.userErrors[0]).to.include({ code: 'SEAT_LIMIT_EXCEEDED', limit: 4, inUse: 5 });
  });

  describe('the refused reactivation', () => {
    beforeEach(async () => {
      applied(await asAdam('deactivateUser', project.carl.userId));
      applied(await addNewcomer());
      await refusedWhenFull(() => asAdam('reactivateUser', project.carl.userId));
    });
    const passes = async () => {
      const answer = applied(await asAdam('reactivateUser', project.carl.userId));
      expect(typesOf(answer)).to.deep.equal(['UserReactivated']);
      expect(await membershipOf(project, project.carl.userId)).to.deep.equal({ status: 'ACTIVE' });
    };

    for (const mutation of ['deactivateUser', 'deleteUser'])
      it(`D3-35 passes after a seat is freed with ${mutation}`, async () => {
        applied(await asAdam(mutation, project.rita.userId));
        await passes();
        expect(await seatsOf(project)).to.deep.equal(full);
      });

    it('D3-35 passes after a seat is bought beside the plan', async () => {
      applied(await plan(4, 1));
      await passes();
      expect(await seatsOf(project)).to.include({ limit: 5, inUse: 5, available: 0 });
    });

    it('D3-35 passes after the plan has grown', async () => {
      applied(await plan(5, 0));
      await passes();
    });
  });
});
