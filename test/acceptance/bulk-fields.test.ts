import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import type { BulkAnswer } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('what a refusal in bulk points at', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let tina: string;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    tina = await world.add('Tina');
    await world.registerApplication('Mail', tina);
  });
  after(() => muster.close());

  const nobody = 'f0f0f0f0-0000-4000-8000-00000000000f';
  const fieldsOf = ({ items }: BulkAnswer) => items.map(({ userErrors }) => userErrors[0]?.field ?? null);
  const remove = (...selection: object[]) =>
    world.olga.client.bulk('removeUsers', { selection, confirmed: true, dryRun: true });

  it('is the person in `users`, or the person’s id in `items`', async () => {
    const { accountId, rita } = world;
    expect(fieldsOf(await remove({ accountId, users: [rita.userId, nobody] }))).to.deep.equal([
      null,
      'input.selection.0.users.1',
    ]);
    const items = [{ userId: rita.userId, previewToken: 'old' }, { userId: nobody }];
    expect(fieldsOf(await remove({ accountId, items }))).to.deep.equal([
      'input.selection.0.items.0.previewToken',
      'input.selection.0.items.1.userId',
    ]);
  });

  it('is the account of the selection, and its successors', async () => {
    const elsewhere = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const { accountId, rita } = world;
    const answer = await remove(
      { accountId: elsewhere.accountId, users: [elsewhere.rita.userId] },
      { accountId, users: [rita.userId, tina], successors: { forAll: nobody } },
    );
    expect(fieldsOf(answer)).to.deep.equal([
      'input.selection.0.accountId',
      null,
      'input.selection.1.successors.forAll',
    ]);
  });

  it('is the selection where it is refused as a whole', async () => {
    await muster.root.mutate('changePolicy', { accountId: world.accountId, policy: { bulkLimit: 1 } });
    const { accountId, rita } = world;
    const answer = await remove({ accountId, users: [rita.userId, tina] });
    expect(answer.userErrors[0]).to.include({ code: 'BULK_LIMIT_EXCEEDED', field: 'input.selection' });
  });

  it('is in a preview the place in the preview’s own arguments', async () => {
    const { accountId, rita, olga } = world;
    const query = `query ($selection: [MembersInput!]!) { bulkPreview(operation: REMOVE, selection: $selection) {
      accounts { refusal { field } } items { reason { code field } } } }`;
    const { bulkPreview } = await olga.client.query(query, {
      selection: [{ accountId, userIds: [rita.userId, nobody] }],
    });
    expect(bulkPreview.accounts).to.deep.equal([{ refusal: { field: 'selection.0.userIds' } }]);
    expect(bulkPreview.items).to.deep.equal([
      { reason: null },
      { reason: { code: 'NOT_FOUND', field: 'selection.0.userIds.1' } },
    ]);
  });

  it('is in endEverywhere the person, or the successors in that account', async () => {
    const { accountId, olga } = world;
    const end = async (successors: object[]) =>
      fieldsOf(
        await olga.client.bulk('endEverywhere', { userId: tina, confirmed: true, dryRun: true, successors }),
      );
    expect(await end([])).to.deep.equal(['input.successors']);
    expect(await end([{ accountId, successors: { forAll: nobody } }])).to.deep.equal([
      'input.successors.0.successors.forAll',
    ]);
  });
});
