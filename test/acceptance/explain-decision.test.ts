import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';

const query = `query ($a: ID!, $e: ID!) { explainDecision(accountId: $a, eventId: $e) {
  event { id type data } position policyVersion authority { via role permission stream revision }
  rules { code says sources policy { field value } facts { name value } } } }`;

describe('explainDecision', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const removal = async (client = world.olga.client) => {
    const { accountId } = world;
    const userId = await world.add(`Leaver ${crypto.randomUUID().replaceAll(/[^a-z]/g, '')}`);
    const answer = applied(await client.mutate('removeUser', { accountId, userId, confirmed: true }));
    return { userId, e: answer.events.at(-1)?.id ?? '', position: answer.position };
  };
  const explained = async (e: string, { query: send } = world.adam.client) =>
    (await send(query, { a: world.accountId, e })).explainDecision;

  it('says by which right, under which policy, past which rules and facts', async () => {
    const { e, position } = await removal();
    const { event, rules, ...explanation } = await explained(e);
    expect(event).to.deep.include({ id: e, type: 'UserRemoved' });
    expect(explanation).to.deep.equal({
      position,
      policyVersion: 1,
      authority: {
        via: 'MEMBERSHIP',
        role: 'OWNER',
        permission: 'users.manage',
        stream: null,
        revision: null,
      },
    });
    const self = rules.find(({ code }: { code: string }) => code === 'SELF_REMOVAL_FORBIDDEN');
    expect(self.sources).to.include('SW-7');
    expect(self.policy).to.deep.include({ field: 'selfRemoval', value: 'FORBIDDEN' });
    expect(self.says).to.match(/\.$/);
  });

  it('shows the policy in the shape in which the account gives it', async () => {
    const { e } = await removal();
    const { accountId, olga } = world;
    const { account } = await olga.client.query(
      `query ($id: ID!) { account(id: $id) { policy { operationsOffered bulkLimit ssoCutoffMaximumSeconds
        selfRemoval rankGuard adminManagesAdmins ownerManagesOwners lifecycleAuthority directoryManagedUsers
        responsibilities { remove deactivate delete }
        confirmation { remove { single bulk } deactivate { single bulk } reactivate { single bulk } delete { single bulk } } } } }`,
      { id: accountId },
    );
    const read: { field: string; value: unknown }[] = (await explained(e)).rules.flatMap(
      ({ policy }: { policy: object[] }) => policy,
    );
    expect(read.map(({ field }) => field)).to.include.members([
      'confirmation.remove.single',
      'operationsOffered',
    ]);
    for (const { field, value } of read) expect(account.policy).to.have.deep.nested.property(field, value);
  });

  it('names the operator account whose member did it, and where that right was read', async () => {
    const { e } = await removal(muster.root);
    const { authority } = await explained(e);
    expect(authority).to.include({ via: 'OPERATOR', stream: `account-${muster.rootAccountId}` });
    expect(authority.revision).to.be.a('number');
  });

  it('stays what it was when the policy has changed since', async () => {
    const { e } = await removal();
    const before = await explained(e);
    const { accountId, olga } = world;
    applied(
      await olga.client.mutate('changePolicy', { accountId, policy: { selfRemoval: 'UNLESS_LAST_OWNER' } }),
    );
    expect(await explained(e)).to.deep.equal(before);
  });

  it('holds no personal data', async () => {
    const { e } = await removal();
    expect(JSON.stringify(await explained(e))).not.to.match(/Leaver|olga|@example/);
  });

  it('needs audit.read; is null for strangers, for other accounts’ events and for what does not exist', async () => {
    const { e } = await removal();
    const { errors } = await world.rita.client.send(query, { a: world.accountId, e });
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'audit.read' });
    expect(await explained(e, world.stranger)).to.equal(null);
    expect(await explained(unknownId)).to.equal(null);
    const elsewhere = await accountWorld(muster);
    const foreign = await elsewhere.olga.client.query(query, { a: elsewhere.accountId, e });
    expect(foreign.explainDecision).to.equal(null);
  });
});
