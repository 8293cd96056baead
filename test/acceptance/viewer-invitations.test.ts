import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type Invitee, invite, tokenFor } from '../support/invitee.js';

describe('the invitations of the viewer', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  let ivy: Invitee;
  let groupId: string;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
    groupId = await world.createGroup('Builders');
    ivy = await invite(world, 'ivy', { groupIds: [groupId] });
  });

  const invitationsOf = async ({ query }: GraphqlClient) =>
    (await query('{ viewer { invitations { id accountId groupNames inviter { id name } } } }')).viewer
      .invitations;
  const idOf = async ({ client }: Invitee): Promise<string> => (await invitationsOf(client))[0].id;

  it('name who invites, and the groups promised', async () => {
    const { accountId, olga } = world;
    const [{ id: _, ...shown }] = await invitationsOf(ivy.client);
    expect(shown).to.deep.equal({
      accountId,
      groupNames: ['Builders'],
      inviter: { id: olga.userId, name: 'olga' },
    });
    applied(await olga.client.mutate('deleteGroup', { accountId, groupId }));
    expect((await invitationsOf(ivy.client))[0].groupNames).to.deep.equal([]);
  });

  it('SW-15 are accepted by their id, once, also after another link was sent', async () => {
    const { accountId, olga } = world;
    muster.clock.nowMs += 60_000;
    applied(await olga.client.mutate('resendInvitation', { accountId, userId: ivy.userId }));
    const invitationId = await idOf(ivy);
    const answer = applied(await ivy.client.mutate('acceptInvitation', { invitationId }, 'account { id }'));
    expect(typesOf(answer)).to.deep.equal(['InvitationAccepted', 'GroupMemberAdded']);
    expect(answer.account).to.deep.equal({ id: accountId });
    expect((await ivy.client.mutate('acceptInvitation', { invitationId })).outcome).to.equal('UNCHANGED');
  });

  it('are declined by their id', async () => {
    const invitationId = await idOf(ivy);
    expect(typesOf(applied(await ivy.client.mutate('declineInvitation', { invitationId })))).to.deep.equal([
      'InvitationDeclined',
    ]);
    expect(await invitationsOf(ivy.client)).to.deep.equal([]);
  });

  it('are decided as with the token: not past their term, nor once revoked', async () => {
    const { accountId, olga } = world;
    const invitationId = await idOf(ivy);
    const token = await tokenFor(world, ivy.userId);
    const both = async () => {
      const byId = await ivy.client.mutate('acceptInvitation', { invitationId });
      expect(codesOf(byId)).to.deep.equal(codesOf(await ivy.client.mutate('acceptInvitation', { token })));
      return codesOf(byId);
    };
    muster.clock.nowMs += 7 * DAY_MS;
    expect(await both()).to.deep.equal(['INVITATION_EXPIRED']);
    applied(await olga.client.mutate('revokeInvitation', { accountId, userId: ivy.userId }));
    expect(await both()).to.deep.equal(['INVITATION_ENDED']);
    await invite(world, 'ivy');
    const other = await ivy.client.mutate('acceptInvitation', { invitationId });
    expect(other.userErrors[0]).to.include({
      code: 'INVITATION_FOR_ANOTHER_ADDRESS',
      field: 'input.invitationId',
    });
  });

  it('are unknown to everybody else, even by their id', async () => {
    const invitationId = await idOf(ivy);
    const ned = await invite(world, 'ned');
    for (const client of [ned.client, world.stranger, world.olga.client])
      for (const mutation of ['acceptInvitation', 'declineInvitation'])
        expect((await client.mutate(mutation, { invitationId })).userErrors[0]).to.include({
          code: 'NOT_FOUND',
          field: 'input.invitationId',
        });
  });

  it('are named in one way at a time', async () => {
    const invitationId = await idOf(ivy);
    const document = 'mutation ($i: AcceptInvitationInput!) { acceptInvitation(input: $i) { outcome } }';
    for (const i of [{}, { invitationId, token: await tokenFor(world, ivy.userId) }]) {
      const { errors } = await ivy.client.send(document, { i });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'input.token' });
    }
  });
});
