import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { eventsAfter } from '../../../support/logged-events.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const confirmed = { confirmed: true };

interface Action {
  readonly action: string;
  readonly available: boolean;
  readonly confirmation: string | null;
  readonly reasons: readonly { readonly code: string; readonly userIds?: readonly string[] }[];
}

describe('DOCUMENT360: what can be done with a selection', () => {
  let muster: TestMuster;
  let project: AccountWorld;
  let active: readonly string[];
  let inactive: readonly string[];
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    active = [project.carl.userId, project.rita.userId];
    inactive = [await project.add('Ina'), await project.add('Ingo', { role: 'REVIEWER' })];
    await bulk('deactivateUsers', inactive);
  });

  const bulk = (mutation: string, users: readonly string[], fields: object = confirmed) =>
    project.adam.client.bulk(mutation, { selection: [{ accountId: project.accountId, users }], ...fields });
  const actions = async (userIds: readonly string[]): Promise<readonly Action[]> => {
    const query = `query ($s: [MembersInput!]!) { availableActions(selection: $s) {
      action available confirmation reasons { code ... on PeopleUserError { userIds } } } }`;
    const s = [{ accountId: project.accountId, userIds }];
    return (await project.adam.client.query(query, { s })).availableActions;
  };
  const available = async (userIds: readonly string[]) =>
    (await actions(userIds)).filter((action) => action.available).map(({ action }) => action);
  const statuses = async (users: readonly string[]) =>
    Promise.all(users.map(async (userId) => (await membershipOf(project, userId)).status));

  it('D3-18 of active and inactive ones there is no Deactivate; the reason names the inactive', async () => {
    const mixed = [...active, ...inactive];
    expect(await available(mixed)).not.to.include('DEACTIVATE');
    const deactivate = (await actions(mixed)).find(({ action }) => action === 'DEACTIVATE');
    expect(deactivate?.reasons).to.have.lengthOf(1);
    expect(deactivate?.reasons[0]?.code).to.equal('BULK_MIXED_SELECTION');
    expect(deactivate?.reasons[0]?.userIds).to.have.members(inactive);
  });

  it('D3-18 nor an Activate; the bulk mutations refuse the mix as a whole', async () => {
    const mixed = [active[0] ?? '', ...inactive, active[1] ?? ''];
    expect(await available(mixed)).not.to.include('REACTIVATE');
    for (const [mutation, atFault] of [
      ['deactivateUsers', inactive],
      ['reactivateUsers', active],
    ] as const) {
      const answer = await appendingNothing(muster, project.adam.client, () => bulk(mutation, mixed));
      expect(answer).to.include({ outcome: 'REJECTED', bulkOperationId: null });
      expect(answer.userErrors[0]?.code).to.equal('BULK_MIXED_SELECTION');
      expect(answer.userErrors[0]?.userIds).to.have.members(atFault);
    }
    expect(await statuses(mixed)).to.deep.equal(['ACTIVE', 'INACTIVE', 'INACTIVE', 'ACTIVE']);
  });

  it('D3-18 no error policy gets round it', async () => {
    const mixed = [...active, ...inactive];
    for (const errorPolicy of ['REJECT_FAILED_ITEMS', 'REJECT_EVERYTHING']) {
      const answer = await appendingNothing(muster, project.adam.client, () =>
        bulk('deactivateUsers', mixed, { ...confirmed, errorPolicy }),
      );
      expect(answer.userErrors[0]?.code).to.equal('BULK_MIXED_SELECTION');
    }
  });

  it('D3-18, PP-7 the other reading: where the policy skips what does not apply, the active ones go', async () => {
    const { accountId, olga } = project;
    const policy = { bulkMixedSelection: 'SKIP_INAPPLICABLE' };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    const answer = await bulk('deactivateUsers', [...active, ...inactive]);
    expect(answer.counts).to.include({ applied: 2, unchanged: 2, rejected: 0 });
    expect(await statuses(active)).to.deep.equal(['INACTIVE', 'INACTIVE']);
  });

  it('D3-19 of inactive ones there are Activate and Delete, exactly these, for one and for several', async () => {
    expect(await available(inactive)).to.deep.equal(['REACTIVATE', 'DELETE']);
    for (const userId of inactive) expect(await available([userId])).to.deep.equal(['REACTIVATE', 'DELETE']);
    const refused = (await actions(inactive)).filter((action) => !action.available);
    expect(refused.map(({ action, reasons }) => [action, reasons[0]?.code])).to.have.deep.members([
      ['REMOVE', 'OPERATION_NOT_OFFERED'],
      ['DEACTIVATE', 'ALREADY_DONE'],
    ]);
  });

  it('D3-20 of active ones there are Deactivate and Delete, no Activate, for one and for several', async () => {
    expect(await available(active)).to.deep.equal(['DEACTIVATE', 'DELETE']);
    for (const userId of active) expect(await available([userId])).to.deep.equal(['DEACTIVATE', 'DELETE']);
    const activate = (await actions(active)).find(({ action }) => action === 'REACTIVATE');
    expect(activate?.reasons[0]?.code).to.equal('ALREADY_DONE');
  });

  it('D3-19, D3-20 they follow at once what is done, and stand at each membership', async () => {
    const { adam, accountId, carl } = project;
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      availableActions { action available } } }`;
    const own = async () =>
      (await adam.client.query(query, { a: accountId, u: carl.userId })).membership.availableActions
        .filter((action: Action) => action.available)
        .map(({ action }: Action) => action);
    expect(await own()).to.deep.equal(['DEACTIVATE', 'DELETE']);
    await bulk('deactivateUsers', [carl.userId]);
    expect(await own()).to.deep.equal(['REACTIVATE', 'DELETE']);
    await bulk('reactivateUsers', [carl.userId]);
    expect(await own()).to.deep.equal(['DEACTIVATE', 'DELETE']);
  });

  it('D3-24 before reactivating a panel shows who they are', async () => {
    const query = `query ($s: [MembersInput!]!) { bulkPreview(operation: REACTIVATE, selection: $s) {
      accounts { confirmation refusal { code } }
      items { userId available reason { code } membership { status role kind user { name email } } } } }`;
    const s = [{ accountId: project.accountId, userIds: inactive }];
    const { bulkPreview } = await appendingNothing(muster, project.adam.client, (client) =>
      client.query(query, { s }),
    );
    expect(bulkPreview.accounts).to.deep.equal([{ confirmation: 'FLAG', refusal: null }]);
    const [ina, ingo] = bulkPreview.items;
    expect(bulkPreview.items).to.have.lengthOf(2);
    expect(ina).to.deep.include({ userId: inactive[0], available: true, reason: null });
    expect(ina.membership).to.deep.include({ status: 'INACTIVE', role: 'CONTRIBUTOR', kind: 'STANDARD' });
    expect(ina.membership.user.name).to.equal('Ina');
    expect(ina.membership.user.email).to.match(/^ina\.\d+@example\.test$/);
    expect(ingo.membership).to.deep.include({ role: 'REVIEWER' });
  });

  for (const count of [1, 2])
    it(`D3-24 ${count === 1 ? 'one is' : 'several are'} reactivated at once, confirmed`, async () => {
      const users = inactive.slice(0, count);
      const unconfirmed = await appendingNothing(muster, project.adam.client, () =>
        bulk('reactivateUsers', users, {}),
      );
      expect(unconfirmed.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
      const head = await muster.core.store.head();
      const answer = await bulk('reactivateUsers', users);
      expect(answer.counts).to.deep.include({ applied: count, rejected: 0 });
      const written = (await eventsAfter(muster, head)).filter(({ type }) => type === 'UserReactivated');
      expect(written.map(({ subjectId }) => subjectId)).to.deep.equal(users);
      expect(await statuses(users)).to.deep.equal(users.map(() => 'ACTIVE'));
      for (const userId of users)
        expect(await accessOf(project.adam.client, project.accountId, userId)).to.include({
          state: 'GRANTED',
        });
    });
});
