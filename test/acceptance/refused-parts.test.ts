import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('what is refused in part', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  /** A document is compiled when it comes the second time: both ways must answer alike. */
  const asked = async (query: string) => {
    const ask = () => world.rita.client.send(query, { id: world.accountId });
    const [interpreted, compiled] = [await ask(), await ask()];
    expect(compiled.data).to.deep.equal(interpreted.data);
    expect(compiled.errors?.map(({ path }) => path)).to.deep.equal(
      interpreted.errors?.map(({ path }) => path),
    );
    return compiled;
  };

  const needing = {
    seats: 'seats { inUse }',
    seatLedger: 'seatLedger { totalCount }',
    mails: 'mails { totalCount }',
    scheduledEnds: 'scheduledEnds { totalCount }',
    invitations: 'invitations { totalCount }',
    lingering: 'lingering { totalCount }',
  };
  for (const [field, selection] of Object.entries(needing))
    it(`leaves the rest of the account where the right for ${field} is missing`, async () => {
      const { data, errors } = await asked(
        `query ($id: ID!) { account(id: $id) { viewerPermissions users { totalCount } ${selection} } }`,
      );
      expect(data.account).to.deep.equal({
        viewerPermissions: ['account.read', 'users.read'],
        users: { totalCount: 4 },
        [field]: null,
      });
      expect(errors).to.have.lengthOf(1);
      expect(errors?.[0]).to.deep.include({ path: ['account', field] });
      expect(errors?.[0]?.extensions.code).to.equal('PERMISSION_DENIED');
    });

  for (const [what, args] of Object.entries({ 'page size': 'first: 500', cursor: 'after: "x"' }))
    it(`leaves the rest of the account where a ${what} is wrong`, async () => {
      const { data, errors } = await asked(
        `query ($id: ID!) { account(id: $id) { viewerPermissions users(${args}) { totalCount } } }`,
      );
      expect(data.account).to.deep.equal({ viewerPermissions: ['account.read', 'users.read'], users: null });
      expect(errors?.map(({ extensions }) => extensions.code)).to.deep.equal(['BAD_USER_INPUT']);
    });

  it('tells of a missing right once for all rows of a list', async () => {
    const { data, errors } = await asked(
      'query ($id: ID!) { account(id: $id) { users { nodes { role invitation { id } scheduledEnd { id } } } } }',
    );
    expect(data.account.users.nodes).to.deep.equal(
      ['OWNER', 'ADMIN', 'CONTRIBUTOR', 'REVIEWER'].map((role) => ({
        role,
        invitation: null,
        scheduledEnd: null,
      })),
    );
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.permission])).to.deep.equal([
      ['account.users.nodes.0.invitation', 'users.invite'],
      ['account.users.nodes.0.scheduledEnd', 'users.manage'],
    ]);
  });

  it('keeps the answer of a mutation that was carried out beside one whose input is wrong', async () => {
    const { accountId, carl } = world;
    const document = `mutation ($freeze: FreezeUserInput!, $invite: InviteUserInput!) {
      a: freezeUser(input: $freeze) { outcome }
      b: inviteUser(input: $invite) { outcome }
    }`;
    const { data, errors } = await world.olga.client.send(document, {
      freeze: { accountId, userId: carl.userId },
      invite: { accountId, role: 'REVIEWER', person: { email: 'no address' } },
    });
    expect(data).to.deep.equal({ a: { outcome: 'APPLIED' }, b: null });
    expect(errors).to.have.lengthOf(1);
    expect(errors?.[0]).to.deep.include({ path: ['b'] });
  });
});
