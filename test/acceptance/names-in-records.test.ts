import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { daysAhead } from '../support/days-ahead.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { addSupplier, type Supplier } from '../support/supplier.js';

const PSEUDONYM = /^Member [0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/;
const records = `query ($a: ID!, $f: AuditLogFilter) {
  auditLog(accountId: $a, filter: $f) { nodes { actor { id label user { id name email } } } }
  account(id: $a) {
    invitations { nodes { inviter { id name email } inviterLabel } }
    scheduledEnds { nodes { orderedBy { id name email } orderedByLabel } }
  }
}`;

describe('whoever acts on an account from outside', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let petra: Supplier;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  beforeEach(async () => {
    world = await accountWorld(muster);
    petra = await addSupplier(muster, [world]);
    const { accountId, carl } = world;
    const person = { email: `ian.${accountId}@example.test` };
    applied(await petra.client.mutate('inviteUser', { accountId, person, role: 'REVIEWER' }));
    const end = { userId: carl.userId, operation: 'REMOVE', at: daysAhead(30), confirmed: true };
    applied(await petra.client.mutate('scheduleEnd', { accountId, ...end }));
  });

  /** As shown in all three places, which agree. */
  const shownTo = async (client: GraphqlClient) => {
    const f = { actorId: petra.userId };
    const { auditLog, account } = await client.query(records, { a: world.accountId, f });
    const [{ user, label }] = auditLog.nodes.map(({ actor }: { actor: object }) => actor);
    const [{ inviter, inviterLabel }] = account.invitations.nodes;
    const [{ orderedBy, orderedByLabel }] = account.scheduledEnds.nodes;
    expect({ inviter, inviterLabel }).to.deep.equal({ inviter: user, inviterLabel: label });
    expect({ orderedBy, orderedByLabel }).to.deep.equal({ orderedBy: user, orderedByLabel: label });
    expect(user.id).to.equal(petra.userId);
    return { name: user.name, email: user.email, label };
  };

  it('is named, without the address, to who holds audit.personal', async () =>
    expect(await shownTo(world.olga.client)).to.deep.equal({ name: 'Petra', email: null, label: 'Petra' }));

  it('is an id and a label to others who read the records', async () => {
    const { name, email, label } = await shownTo(world.adam.client);
    expect({ name, email }).to.deep.equal({ name: null, email: null });
    expect(label).to.match(PSEUDONYM);
  });

  it('is named with the address to whoever shares an account, and to himself', async () => {
    const { name, email } = await shownTo(petra.client);
    expect({ name, email }).to.deep.equal({ name: 'Petra', email: `petra.${petra.accountId}@example.test` });
  });

  it('is named to nobody once deleted where he came from, under a policy that takes the name away', async () => {
    const { accountId, userId } = petra;
    const policy = {
      attributionAfterDelete: 'PSEUDONYM',
      deletionRequiresInactive: false,
      confirmation: { delete: { single: 'FLAG' } },
    };
    applied(await muster.root.mutate('changePolicy', { accountId, policy }));
    applied(await muster.root.mutate('deleteUser', { accountId, userId, confirmed: true }));
    for (const { client } of [world.olga, world.adam]) {
      const { name, email, label } = await shownTo(client);
      expect({ name, email }).to.deep.equal({ name: null, email: null });
      expect(label).to.match(PSEUDONYM);
    }
  });
});
