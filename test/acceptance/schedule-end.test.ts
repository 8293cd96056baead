import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';

const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };

describe('scheduling the end of a membership', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const inDays = (days: number) => new Date(muster.clock.nowMs + days * DAY_MS).toISOString();
  const schedule = (fields: object = {}, client = world.olga.client) =>
    client.mutate(
      'scheduleEnd',
      {
        accountId: world.accountId,
        userId: world.carl.userId,
        operation: 'REMOVE',
        at: inDays(1),
        confirmed: true,
        ...fields,
      },
      'membership { status scheduledEnd { operation at status orderedBy { id } successor { id } } }',
    );
  const ends = async (status?: readonly string[]) => {
    const query = `query ($a: ID!, $s: [ScheduledEndStatus!]) { account(id: $a) {
      scheduledEnds(status: $s) { totalCount nodes { userId status code } } } }`;
    const { account } = await world.olga.client.query(query, { a: world.accountId, s: status });
    expect(account.scheduledEnds.totalCount).to.equal(account.scheduledEnds.nodes.length);
    return account.scheduledEnds.nodes;
  };
  const carlNow = async () => {
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status scheduledEnd { at } responsibilities { kind } } }`;
    const { accountId, carl, olga } = world;
    return (await olga.client.query(query, { a: accountId, u: carl.userId })).membership;
  };

  it('leaves the member as is until then', async () => {
    const answer = applied(await schedule({ operation: 'DEACTIVATE' }));
    expect(typesOf(answer)).to.deep.equal(['EndScheduled']);
    expect(answer.membership).to.deep.equal({
      status: 'ACTIVE',
      scheduledEnd: {
        operation: 'DEACTIVATE',
        at: inDays(1),
        status: 'SCHEDULED',
        orderedBy: { id: world.olga.userId },
        successor: null,
      },
    });
    expect(await ends()).to.deep.equal([{ userId: world.carl.userId, status: 'SCHEDULED', code: null }]);
    await muster.pass(DAY_MS - 1);
    expect((await carlNow()).status).to.equal('ACTIVE');
  });

  it('is carried out when the time has come, duties handed over', async () => {
    const { accountId, olga, adam, carl } = world;
    const { userId } = carl;
    applied(await olga.client.mutate('assignContact', { accountId, responsibility: technical, userId }));
    applied(await schedule({ successorId: adam.userId }));
    await muster.pass(DAY_MS);
    expect(await carlNow()).to.deep.equal({ status: 'REMOVED', scheduledEnd: null, responsibilities: [] });
    expect(await ends()).to.deep.equal([]);
    expect(await ends(['APPLIED'])).to.deep.equal([{ userId, status: 'APPLIED', code: null }]);
    const query = `query ($a: ID!) { auditLog(accountId: $a, first: 10) {
      nodes { type actor { kind onBehalfOf } } } }`;
    const { auditLog } = await olga.client.query(query, { a: accountId });
    const done = auditLog.nodes.filter(
      ({ actor }: { actor: { kind: string } }) => actor.kind === 'SCHEDULER',
    );
    expect(done.map(({ type }: { type: string }) => type)).to.include.members([
      'ScheduledEndRun',
      'UserRemoved',
      'ContactReassigned',
    ]);
  });

  it('is refused at its time by the rules of then, and says why', async () => {
    const { accountId, olga, carl } = world;
    const { userId } = carl;
    applied(await schedule());
    applied(await olga.client.mutate('assignContact', { accountId, responsibility: technical, userId }));
    await muster.pass(DAY_MS);
    expect((await carlNow()).status).to.equal('ACTIVE');
    expect(await ends(['REFUSED'])).to.deep.equal([
      { userId, status: 'REFUSED', code: 'REASSIGNMENT_REQUIRED' },
    ]);
  });

  it('SO-9 warns of what would refuse it, until that is settled', async () => {
    const { accountId, olga, adam, carl } = world;
    const { userId } = carl;
    applied(await olga.client.mutate('assignContact', { accountId, responsibility: technical, userId }));
    const asked = `warnings { code ... on ResponsibilitiesUserError { responsibilities { kind } } }
      membership { scheduledEnd { blockers { code } } }`;
    const order = { accountId, userId, operation: 'REMOVE', at: inDays(1), confirmed: true };
    const ask = (fields: object) => olga.client.mutate('scheduleEnd', { ...order, ...fields }, asked);
    const warnings = [{ code: 'REASSIGNMENT_REQUIRED', responsibilities: [technical] }];

    expect((await ask({ dryRun: true })).warnings).to.deep.equal(warnings);
    expect((await ask({ dryRun: true, successorId: adam.userId })).warnings).to.deep.equal([]);
    expect((await ask({ confirmed: false })).warnings).to.equal(null);
    const answer = applied(await ask({}));
    expect(answer.warnings).to.deep.equal(warnings);
    expect(answer.membership.scheduledEnd.blockers).to.deep.equal([{ code: 'REASSIGNMENT_REQUIRED' }]);

    const query = `query ($a: ID!, $s: [ScheduledEndStatus!]) { account(id: $a) {
      scheduledEnds(status: $s) { nodes { status blockers { code } } } } }`;
    const shown = async () => {
      const status = ['SCHEDULED', 'APPLIED'];
      const { account } = await olga.client.query(query, { a: accountId, s: status });
      return account.scheduledEnds.nodes;
    };
    const reassignments = [{ responsibility: technical, userId: adam.userId }];
    applied(await olga.client.mutate('reassignContacts', { accountId, reassignments }));
    expect(await shown()).to.deep.equal([{ status: 'SCHEDULED', blockers: [] }]);
    applied(
      await olga.client.mutate('changePolicy', { accountId, policy: { operationsOffered: ['DELETE'] } }),
    );
    expect(await shown()).to.deep.equal([
      { status: 'SCHEDULED', blockers: [{ code: 'OPERATION_NOT_OFFERED' }] },
    ]);
    applied(
      await olga.client.mutate('changePolicy', { accountId, policy: { operationsOffered: ['REMOVE'] } }),
    );
    await muster.pass(DAY_MS);
    expect(await shown()).to.deep.equal([{ status: 'APPLIED', blockers: [] }]);
  });

  it('SO-8 is confirmed now', async () => {
    const answer = await schedule({ confirmed: false });
    expect(answer.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
  });

  it('is refused now for whatever the operation is refused for', async () => {
    const { accountId, olga, adam, carl } = world;
    const refused = {
      SELF_REMOVAL_FORBIDDEN: await schedule({ userId: adam.userId }, adam.client),
      TARGET_OUTRANKS_ACTOR: await schedule({ userId: olga.userId }, adam.client),
      LAST_OWNER: await schedule({ userId: olga.userId }, muster.root),
      INVALID_SUCCESSOR: await schedule({ successorId: carl.userId }),
      PERMISSION_DENIED: await schedule({}, carl.client),
    };
    for (const [code, answer] of Object.entries(refused)) expect(codesOf(answer)).to.deep.equal([code]);
    const operationsOffered = ['DEACTIVATE'];
    applied(await olga.client.mutate('changePolicy', { accountId, policy: { operationsOffered } }));
    expect(codesOf(await schedule())).to.deep.equal(['OPERATION_NOT_OFFERED']);
  });

  it('is for a time to come', async () => {
    for (const at of [inDays(0), inDays(-1)])
      expect((await schedule({ at })).userErrors[0]).to.include({ code: 'INVALID_INPUT', field: 'input.at' });
  });

  it('is seen only by whoever may manage people', async () => {
    applied(await schedule());
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { scheduledEnd { at } } }`;
    const { errors } = await world.carl.client.send(query, { a: world.accountId, u: world.carl.userId });
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
  });
});
