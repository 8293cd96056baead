import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { assign, dutiesOf, partnerAdministrative, partnerTechnical } from '../support/contact-duties.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const reviewContacts = `query ReviewContacts($accountId: ID!) {
  account(id: $accountId) {
    contacts {
      nodes { user { id name } applicationCount isTechnicalContact isAdministrativeContact }
    }
  }
}`;

const previewRemoval = `query PreviewRemoval($accountId: ID!, $userId: ID!, $successors: SuccessorsInput) {
  offboardingPreview(accountId: $accountId, userId: $userId, operation: REMOVE, successors: $successors) {
    responsibilities { kind applicationId }
    missingSuccessors { kind applicationId }
    eligibleSuccessors { users { id name } }
    canCommit
    token
  }
}`;

const removeUser = `mutation RemoveUser($input: RemoveUserInput!) {
  removeUser(input: $input) {
    outcome
    message
    userErrors { code message field }
    events { type data }
    position
  }
}`;

const auditTrail = `query AuditTrail($accountId: ID!, $position: Position) {
  auditLog(accountId: $accountId, first: 4, minPosition: $position) {
    nodes { type occurredAt actor { user { name } } subject { name } reason { code ticket } data }
  }
}`;

describe('Reassign and Remove, as the README shows it', () => {
  let muster: TestMuster;
  let partner: AccountWorld;
  let tina: string;
  let applicationId: string;
  before(async () => {
    muster = await startMuster();
    partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    tina = await partner.add('Tina');
    applicationId = await partner.registerApplication('Shop', tina);
    await assign(partner, tina, [partnerTechnical, partnerAdministrative]);
  });
  after(() => muster.close());

  it('goes from the review of the contacts to the audit trail', async () => {
    const { accountId, olga, adam, carl } = partner;

    const { account } = await olga.client.query(reviewContacts, { accountId });
    expect(account.contacts.nodes).to.deep.equal([
      {
        user: { id: tina, name: 'Tina' },
        applicationCount: 1,
        isTechnicalContact: true,
        isAdministrativeContact: true,
      },
    ]);

    const asked = { accountId, userId: tina };
    const first = (await olga.client.query(previewRemoval, asked)).offboardingPreview;
    expect(first.canCommit).to.equal(false);
    expect(first.responsibilities).to.have.lengthOf(3);
    expect(first.missingSuccessors).to.have.deep.members(first.responsibilities);
    const names = first.eligibleSuccessors.users.map(({ name }: { name: string }) => name);
    expect(names).to.deep.equal(['olga', 'adam', 'carl', 'rita']);

    const some = {
      each: [{ responsibility: { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT' }, userId: adam.userId }],
    };
    const second = (await olga.client.query(previewRemoval, { ...asked, successors: some }))
      .offboardingPreview;
    expect(second.canCommit).to.equal(false);
    expect(second.missingSuccessors).to.have.deep.members([
      partnerTechnical,
      { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId },
    ]);

    const successors = { ...some, forAll: carl.userId };
    const third = (await olga.client.query(previewRemoval, { ...asked, successors })).offboardingPreview;
    expect(third).to.deep.include({ canCommit: true, missingSuccessors: [] });

    const reason = { code: 'left-company', ticket: 'HR-17' };
    const input = { ...asked, successors, previewToken: third.token, reason };
    const { outcome, message, userErrors, events, position } = (
      await olga.client.query(removeUser, { input })
    ).removeUser;
    expect({ outcome, message, userErrors }).to.deep.equal({
      outcome: 'APPLIED',
      message: 'Tina has been removed.',
      userErrors: [],
    });
    const types = [...Array(3).fill('ContactReassigned'), 'UserRemoved'];
    expect(events.map(({ type }: { type: string }) => type)).to.deep.equal(types);

    const { nodes } = (await olga.client.query(auditTrail, { accountId, position })).auditLog;
    expect(
      nodes.map(({ type }: { type: string }) => type),
      'newest first',
    ).to.deep.equal([...types].reverse());
    expect(nodes[0]).to.deep.include({
      actor: { user: { name: 'olga' } },
      subject: { name: 'Tina' },
      reason,
    });
    const moved = nodes.slice(1).map(({ data }: { data: { toUserId: string } }) => data.toUserId);
    expect(moved).to.have.members([adam.userId, carl.userId, carl.userId]);
    expect((await dutiesOf(partner)).map(({ holder }) => holder)).to.have.members(moved);
  });

  it('is in the README with the same documents', async () => {
    const readme = await readFile('README.md', 'utf8');
    for (const document of [reviewContacts, previewRemoval, removeUser, auditTrail])
      expect(readme).to.include(document);
  });
});
