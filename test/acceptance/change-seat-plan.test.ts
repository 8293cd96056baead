import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { invite } from '../support/invitee.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const seats = 'seats { limit planSeats addOnSeats inUse reserved available enforcement }';

describe('changing the seats of an account', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster, { policy: { seatEnforcement: 'HARD' } });
  });

  const change = (planSeats: number | null, addOnSeats: number, client = world.olga.client) => {
    const input = { accountId: world.accountId, planSeats, addOnSeats };
    return client.mutate('changeSeatPlan', input, `account { ${seats} }`);
  };

  it('D3-25 counts plan and add-ons together', async () => {
    await invite(world);
    const answer = applied(await change(5, 2));
    expect(typesOf(answer)).to.deep.equal(['SeatPlanChanged']);
    expect(answer.account.seats).to.deep.equal({
      limit: 7,
      planSeats: 5,
      addOnSeats: 2,
      inUse: 4,
      reserved: 1,
      available: 2,
      enforcement: 'HARD',
    });
  });

  it('is without limit at first, and again when the plan has none', async () => {
    const query = `query ($a: ID!) { account(id: $a) { ${seats} } }`;
    const none = { limit: null, planSeats: null, available: null };
    const { account } = await world.adam.client.query(query, { a: world.accountId });
    expect(account.seats).to.include({ ...none, addOnSeats: 0, inUse: 4, reserved: 0 });
    applied(await change(10, 0));
    expect(applied(await change(null, 3)).account.seats).to.include({ ...none, addOnSeats: 3 });
    const { errors } = await world.carl.client.send(query, { a: world.accountId });
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'seats.read' });
  });

  it('is refused below what is taken, with the numbers', async () => {
    await invite(world);
    const answer = await change(4, 0);
    expect(answer.userErrors[0]).to.deep.include({
      code: 'SEAT_LIMIT_EXCEEDED',
      limit: 4,
      inUse: 4,
      reserved: 1,
      requested: 0,
    });
    applied(await change(4, 1));
  });

  it('takes any number where the limit is not enforced, and is asked when it comes to be', async () => {
    const { accountId, olga } = world;
    const enforce = (seatEnforcement: string) =>
      olga.client.mutate('changePolicy', { accountId, policy: { seatEnforcement } });
    applied(await enforce('OFF'));
    expect(applied(await change(1, 0)).account.seats).to.include({ limit: 1, inUse: 4, available: 0 });
    expect(codesOf(await enforce('HARD'))).to.deep.equal(['SEAT_LIMIT_EXCEEDED']);
  });

  it('is said in full: a number or null, none below 0', async () => {
    const document = 'mutation ($input: ChangeSeatPlanInput!) { changeSeatPlan(input: $input) { outcome } }';
    const { accountId, olga } = world;
    for (const [field, input] of [
      ['input.planSeats', { addOnSeats: 1 }],
      ['input.planSeats', { planSeats: -1, addOnSeats: 1 }],
      ['input.planSeats', { planSeats: 10_000_001, addOnSeats: 1 }],
      ['input.addOnSeats', { planSeats: 1, addOnSeats: -1 }],
    ] as const) {
      const { errors } = await olga.client.send(document, { input: { accountId, ...input } });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
    }
  });

  it('is not for administrators, who only see them', async () => {
    expect((await change(5, 0, world.adam.client)).userErrors[0]).to.include({
      code: 'PERMISSION_DENIED',
      permission: 'seats.write',
    });
  });
});
