import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import { DAY_MS, PostalMuster } from './postal-muster.js';

describe('scheduled ends', () => {
  let muster: PostalMuster;
  let accountId: string;
  let olga: RequestActor;
  let rita: string;

  beforeEach(async () => {
    muster = await PostalMuster.start();
    ({ accountId, olga } = await muster.openAccount({ notifyOnRemove: false }));
    rita = await muster.add(accountId, olga, 'rita@acme.example');
  });
  afterEach(() => muster.remove());

  const schedule = (userId = rita, inDays = 10) =>
    muster.execute(accountId, olga, {
      type: 'scheduleEnd',
      scheduleId: `schedule-${userId}`,
      userId,
      operation: 'REMOVE',
      at: muster.clock.now + inDays * DAY_MS,
      successorId: null,
      confirmation: { confirmed: true, previewToken: null, phrase: null },
    });
  const runs = () => muster.accountEvents(accountId, 'ScheduledEndRun');
  const statusOf = (userId: string) =>
    muster.application.accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.status);

  it('run at their time, not a millisecond before, for whoever ordered them', async () => {
    const [ordered] = (await schedule()).events;
    muster.clock.now += 10 * DAY_MS - 1;
    await muster.settled();
    expect(await statusOf(rita)).to.equal('ACTIVE');
    muster.clock.now += 1;
    await muster.settled();
    expect(await statusOf(rita)).to.equal('REMOVED');
    const [run, ...others] = await runs();
    expect(others).to.deep.equal([]);
    expect(run).to.deep.nested.include({
      'data.outcome': 'APPLIED',
      causationId: ordered?.eventId,
      actor: {
        kind: 'SCHEDULER',
        id: 'scheduled-end',
        onBehalfOf: olga.kind === 'USER' ? olga.userId : '',
        authority: null,
      },
    });
  });

  it('that were missed while Muster was down run once, after the start', async () => {
    await schedule();
    await muster.settled();
    await muster.restart(() => {
      muster.clock.now += 40 * DAY_MS;
    });
    await muster.settled();
    await muster.restart();
    await muster.settled();
    expect(await statusOf(rita)).to.equal('REMOVED');
    expect(await runs()).to.have.length(1);
  });

  it('run once, wherever the clock jumps', async () => {
    await schedule();
    const rudi = await muster.add(accountId, olga, 'rudi@acme.example');
    await schedule(rudi, 20);
    for (const jump of [-400 * DAY_MS, 400 * DAY_MS, 15 * DAY_MS, -30 * DAY_MS, 20 * DAY_MS]) {
      muster.clock.now += jump;
      await muster.settled();
    }
    expect(await statusOf(rita)).to.equal('REMOVED');
    expect(await statusOf(rudi), 'five days are missing').to.equal('ACTIVE');
    expect(await runs()).to.have.length(1);
  });

  it('that are refused by the rules of the moment are not tried again', async () => {
    await schedule();
    await muster.execute(accountId, olga, {
      type: 'changeRole',
      userId: rita,
      role: 'OWNER',
      expectedRole: null,
    });
    const ruth = await muster.add(accountId, olga, 'ruth@acme.example');
    await schedule(ruth);
    const responsibility = { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null } as const;
    await muster.execute(accountId, olga, { type: 'assignContact', responsibility, userId: ruth });
    muster.clock.now += 10 * DAY_MS;
    await muster.settled();
    muster.clock.now += DAY_MS;
    await muster.settled();
    expect(await statusOf(ruth)).to.equal('ACTIVE');
    const codes = (await runs()).map(({ data }) => ('code' in data ? data.code : ''));
    expect(codes.sort()).to.deep.equal(['REASSIGNMENT_REQUIRED', null].sort());
  });

  it('that were cancelled or moved do not run at the old time', async () => {
    await schedule();
    const rudi = await muster.add(accountId, olga, 'rudi@acme.example');
    await schedule(rudi);
    await muster.execute(accountId, olga, { type: 'cancelScheduledEnd', userId: rita });
    await muster.execute(accountId, olga, {
      type: 'rescheduleEnd',
      userId: rudi,
      at: muster.clock.now + 20 * DAY_MS,
    });
    muster.clock.now += 15 * DAY_MS;
    await muster.settled();
    expect(await runs()).to.deep.equal([]);
    muster.clock.now += 5 * DAY_MS;
    await muster.settled();
    expect(await statusOf(rita)).to.equal('ACTIVE');
    expect(await statusOf(rudi)).to.equal('REMOVED');
  });
});
