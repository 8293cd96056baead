import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('a value that does not fit', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const codeAndField = async (query: string, variables: object) => {
    const ask = async () => (await world.olga.client.send(query, { ...variables })).errors;
    const [interpreted, compiled] = [await ask(), await ask(), await ask()].slice(1);
    expect(compiled).to.deep.equal(interpreted);
    return compiled?.map(({ extensions: { code, field } }) => [code, field]);
  };
  const schedule = 'mutation ($i: ScheduleEndInput!) { scheduleEnd(input: $i) { outcome } }';
  const bad = (field?: string) => ['BAD_USER_INPUT', field];

  it('in a variable is named by its argument: a moment, an enum, what is missing, what is unknown', async () => {
    const { accountId, carl } = world;
    const good = { accountId, userId: carl.userId, operation: 'REMOVE', at: '2099-01-01T00:00:00Z' };
    const given = (fields: object) => codeAndField(schedule, { i: { ...good, ...fields } });
    expect(await given({ at: 'tomorrow' })).to.deep.equal([bad('input.at')]);
    expect(await given({ operation: 'FIRE' })).to.deep.equal([bad('input.operation')]);
    expect(await given({ at: undefined })).to.deep.equal([bad('input.at')]);
    expect(await given({ when: 1 })).to.deep.equal([bad('input.when')]);
    expect(await given({ reason: { code: 7 }, at: 'soon' })).to.have.deep.members([
      bad('input.at'),
      bad('input.reason.code'),
    ]);
    expect(await codeAndField(schedule, {})).to.deep.equal([bad('input')]);
  });

  it('in a variable inside an argument is named by the whole path', async () => {
    const query = `query ($id: ID!, $at: DateTime, $roles: [Role!]) {
      account(id: $id) { users(asOf: {at: $at}, role: $roles) { totalCount } } }`;
    const { accountId: id } = world;
    expect(await codeAndField(query, { id, at: '2023-02-30T00:00:00Z' })).to.deep.equal([bad('asOf.at')]);
    expect(await codeAndField(query, { id, roles: ['OWNER', 'BOSS'] })).to.deep.equal([bad('role.1')]);
    expect(await codeAndField(query, {})).to.deep.equal([bad('id')]);
  });

  it('is the caller’s mistake also when there are too many to tell', async () => {
    const query =
      'query ($id: ID!, $roles: [Role!]) { account(id: $id) { users(role: $roles) { totalCount } } }';
    const told = await codeAndField(query, { id: world.accountId, roles: Array(60).fill('BOSS') });
    expect(told).to.have.lengthOf(51);
    expect(told?.slice(-2)).to.deep.equal([bad('role.49'), bad()]);
  });

  for (const [what, literal] of Object.entries({ moment: 'asOf: {at: "soon"}', enum: 'role: [BOSS]' }))
    it(`in the document is told with its place: ${what}`, async () => {
      const query = `query ($id: ID!) { account(id: $id) { users(${literal}) { totalCount } } }`;
      const { errors } = await world.olga.client.send(query, { id: world.accountId });
      expect(errors).to.have.lengthOf(1);
      expect(errors?.[0]).to.have.deep.nested.property('locations[0]', {
        line: 1,
        column: query.indexOf(what === 'enum' ? 'BOSS' : '"soon"') + 1,
      });
    });
});
