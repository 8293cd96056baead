import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';
const confirmed = { confirmed: true };

interface Answer {
  readonly action: string;
  readonly available: boolean;
  readonly applicableCount: number;
  readonly reasons: readonly { readonly code: string; readonly userIds?: readonly string[] }[];
  readonly confirmation: string | null;
  readonly reassignmentRequired: boolean;
}

const fields = `action available applicableCount confirmation reassignmentRequired
  reasons { code ... on PeopleUserError { userIds } }`;
const query = `query ($s: [MembersInput!]!, $actions: [MemberAction!]) {
  availableActions(selection: $s, actions: $actions) { ${fields} } }`;

describe('availableActions', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster, { preset: 'DOCUMENT360' });
  });

  const of = (...userIds: readonly string[]) => [{ accountId: world.accountId, userIds }];
  const ask = async ({ query: send }: GraphqlClient, s: object, actions?: readonly string[]) =>
    (await send(query, { s, actions })).availableActions as readonly Answer[] | null;
  const available = async (client: GraphqlClient, s: object) =>
    (await ask(client, s))?.filter((answer) => answer.available).map(({ action }) => action);
  const deactivate = async (userId: string) =>
    applied(
      await world.olga.client.mutate('deactivateUser', { accountId: world.accountId, userId, ...confirmed }),
    );

  describe('name no way that the account does not offer', () => {
    const told = `query ($s: [MembersInput!]!, $actions: [MemberAction!]) {
      availableActions(selection: $s, actions: $actions) {
        reasons { code message ... on UseInsteadUserError { useInstead } } } }`;
    const reasonsFor = async (userId: string, action: string) => {
      const { availableActions } = await world.olga.client.query(told, { s: of(userId), actions: [action] });
      return availableActions[0].reasons;
    };
    beforeEach(async () => {
      world = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    });

    it('of a member who can only be removed', async () => {
      expect(await reasonsFor(world.carl.userId, 'DELETE')).to.deep.equal([
        {
          code: 'OPERATION_NOT_OFFERED',
          message: 'This account does not offer DELETE; use removeUser.',
          useInstead: 'removeUser',
        },
      ]);
    });

    it('of one who was removed, and can be reinstated', async () => {
      const { accountId, olga, carl } = world;
      applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, ...confirmed }));
      expect(await reasonsFor(carl.userId, 'DELETE')).to.deep.equal([
        {
          code: 'OPERATION_NOT_OFFERED',
          message: 'This account does not offer DELETE.',
        },
      ]);
      for (const action of ['FREEZE', 'UNFREEZE'])
        expect(await reasonsFor(carl.userId, action), action).to.deep.equal([
          {
            code: 'MEMBERSHIP_ENDED',
            message: 'This user was removed; reinstate the user first.',
            useInstead: 'reinstateUser',
          },
        ]);
      const [reinstate] = (await ask(olga.client, of(carl.userId), ['REINSTATE'])) ?? [];
      expect(reinstate?.available).to.equal(true);
    });

    it('and say what there is nothing to do about', async () => {
      const messages = async (action: string) =>
        (await reasonsFor(world.carl.userId, action)).map(({ message }: { message: string }) => message);
      expect(await messages('UNFREEZE')).to.deep.equal(['This user is active, not frozen.']);
      expect(await messages('TERMINATE_SESSION')).to.deep.equal(['This user has no open session to end.']);
    });
  });

  it('D3-20 of an active member are to deactivate and to delete, not to activate', async () => {
    expect(await available(world.olga.client, of(world.carl.userId))).to.deep.equal(['DEACTIVATE', 'DELETE']);
  });

  it('D3-19 of inactive ones are to activate and to delete, and nothing else', async () => {
    await deactivate(world.carl.userId);
    await deactivate(world.rita.userId);
    const selection = of(world.carl.userId, world.rita.userId);
    expect(await available(world.olga.client, selection)).to.deep.equal(['REACTIVATE', 'DELETE']);
  });

  it('D3-18 of a mixed selection lack DEACTIVATE; the reason names who is at fault', async () => {
    await deactivate(world.rita.userId);
    const answers = await ask(world.olga.client, of(world.carl.userId, world.rita.userId));
    const deactivation = answers?.find(({ action }) => action === 'DEACTIVATE');
    expect(deactivation).to.deep.include({
      available: false,
      reasons: [{ code: 'BULK_MIXED_SELECTION', userIds: [world.rita.userId] }],
    });
  });

  it('say of a selection to how many it could be done, successors given', async () => {
    world = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const { accountId, olga, adam, carl, rita } = world;
    await world.registerApplication('Shop', carl.userId);
    const userId = rita.userId;
    applied(await olga.client.mutate('deactivateUser', { accountId, userId, ...confirmed }));
    const selection = of(adam.userId, carl.userId, userId);
    const counts = (await ask(olga.client, selection))?.map((one) => [one.action, one.applicableCount]);
    expect(counts).to.deep.equal([
      ['REMOVE', 0],
      ['DEACTIVATE', 2],
      ['REACTIVATE', 1],
      ['DELETE', 1],
    ]);
    const [deactivation] = (await ask(olga.client, of(adam.userId), ['DEACTIVATE'])) ?? [];
    expect(deactivation).to.include({ available: true, applicableCount: 1 });
  });

  it('say why not, what to confirm with, and whether successors are needed', async () => {
    world = await accountWorld(muster);
    await world.registerApplication('Shop', world.carl.userId);
    const answers = await ask(world.olga.client, of(world.carl.userId));
    expect(answers).to.deep.equal([
      {
        action: 'REMOVE',
        available: true,
        applicableCount: 1,
        reasons: [],
        confirmation: 'FLAG',
        reassignmentRequired: true,
      },
      {
        action: 'DEACTIVATE',
        available: true,
        applicableCount: 1,
        reasons: [],
        confirmation: 'FLAG',
        reassignmentRequired: true,
      },
      {
        action: 'REACTIVATE',
        available: false,
        applicableCount: 0,
        reasons: [{ code: 'ALREADY_DONE' }],
        confirmation: 'FLAG',
        reassignmentRequired: false,
      },
      {
        action: 'DELETE',
        available: false,
        applicableCount: 0,
        reasons: [{ code: 'DELETE_REQUIRES_INACTIVE' }],
        confirmation: 'PREVIEW_TOKEN',
        reassignmentRequired: false,
      },
    ]);
  });

  it('are those of whoever asks: D3-12 an admin can do nothing with an owner', async () => {
    const answers = await ask(world.adam.client, of(world.olga.userId));
    for (const { available: can, reasons } of answers ?? []) {
      expect(can).to.equal(false);
      expect(reasons[0]?.code).to.be.oneOf(['OPERATION_NOT_OFFERED', 'TARGET_OUTRANKS_ACTOR']);
    }
  });

  it('are told for single members beyond the four, when asked for', async () => {
    const actions = ['FREEZE', 'UNFREEZE', 'REINSTATE', 'TERMINATE_SESSION'];
    const answers = await ask(world.olga.client, of(world.carl.userId), actions);
    expect(answers?.map(({ action }) => action)).to.deep.equal(actions);
    expect(answers?.filter((answer) => answer.available).map(({ action }) => action)).to.deep.equal([
      'FREEZE',
    ]);
  });

  it('stand at each membership too', async () => {
    const document = `query ($a: ID!, $u: ID!) {
      membership(accountId: $a, userId: $u) { availableActions { ${fields} }
        some: availableActions(actions: [FREEZE]) { action available } } }`;
    const asked = { a: world.accountId, u: world.carl.userId };
    const { membership } = await world.olga.client.query(document, asked);
    expect(membership.availableActions).to.deep.equal(await ask(world.olga.client, of(world.carl.userId)));
    expect(membership.some).to.deep.equal([{ action: 'FREEZE', available: true }]);
  });

  it('go with the roles that can be given, and none that would outrank the giver', async () => {
    const { accountId, olga, adam, carl, rita } = world;
    const rolesFor = async (client: typeof olga.client, userId: string) => {
      const document = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { assignableRoles
        availableActions(actions: [CHANGE_ROLE, SCHEDULE_END, CANCEL_SCHEDULED_END, NOTIFY]) { available } } }`;
      const { membership } = await client.query(document, { a: accountId, u: userId });
      const available = (membership.availableActions as { available: boolean }[]).map((one) => one.available);
      return [membership.assignableRoles, available];
    };
    expect(await rolesFor(olga.client, carl.userId)).to.deep.equal([
      ['OWNER', 'ADMIN', 'REVIEWER'],
      [true, true, false, true],
    ]);
    expect((await rolesFor(adam.client, carl.userId))[0]).to.deep.equal(['ADMIN', 'REVIEWER']);
    expect(await rolesFor(adam.client, olga.userId)).to.deep.equal([[], [false, false, false, true]]);
    expect(await rolesFor(rita.client, carl.userId)).to.deep.equal([[], [false, false, false, false]]);
  });

  it('are null at a membership that a later one of the person has followed', async () => {
    const { accountId, olga } = world;
    const email = `again.${accountId}@example.test`;
    const join = { accountId, person: { email, name: 'Again' }, role: 'REVIEWER' };
    const payload = 'membership { userId }';
    const { userId } = applied(await olga.client.mutate('addUser', join, payload)).membership;
    const on = { accountId, userId, ...confirmed };
    applied(await olga.client.mutate('deactivateUser', on));
    const preview =
      'query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: DELETE) { token } }';
    const { offboardingPreview } = await olga.client.query(preview, { a: accountId, u: userId });
    applied(
      await olga.client.mutate('deleteUser', { accountId, userId, previewToken: offboardingPreview.token }),
    );
    applied(await olga.client.mutate('addUser', join, payload));
    const document = `query ($a: ID!) { account(id: $a) { users(status: [ACTIVE, DELETED], first: 50) {
      nodes { userId status assignableRoles availableActions(actions: [DEACTIVATE, FREEZE]) { available } } } } }`;
    const { account } = await olga.client.query(document, { a: accountId });
    const of = (account.users.nodes as { userId: string }[]).filter((node) => node.userId === userId);
    expect(of).to.have.deep.members([
      { userId, status: 'DELETED', assignableRoles: null, availableActions: null },
      {
        userId,
        status: 'ACTIVE',
        assignableRoles: ['OWNER', 'ADMIN', 'CONTRIBUTOR'],
        availableActions: [{ available: true }, { available: true }],
      },
    ]);
  });

  it('are what the mutation then does', async () => {
    const { accountId, olga, carl } = world;
    const mutations = { REMOVE: 'removeUser', DEACTIVATE: 'deactivateUser', DELETE: 'deleteUser' } as const;
    for (const { action, available: can } of (await ask(olga.client, of(carl.userId))) ?? []) {
      if (action === 'REACTIVATE') continue;
      const mutation = mutations[action as keyof typeof mutations];
      const input = { accountId, userId: carl.userId, ...confirmed, dryRun: true };
      const { outcome } = await olga.client.mutate(mutation, input);
      expect(outcome).to.equal(can ? 'WOULD_APPLY' : 'REJECTED');
    }
  });

  it('are refused with the permission to a member who may do none of it', async () => {
    const answers = await ask(world.rita.client, of(world.carl.userId));
    expect(answers?.every((answer) => !answer.available)).to.equal(true);
    expect(answers?.[1]?.reasons[0]?.code).to.equal('PERMISSION_DENIED');
  });

  it('are null where an account or a person is unknown or not visible', async () => {
    const { stranger, olga, carl } = world;
    expect(await ask(stranger, of(carl.userId))).to.equal(null);
    expect(await ask(stranger, [{ accountId: unknownId, userIds: [carl.userId] }])).to.equal(null);
    expect(await ask(olga.client, of(unknownId))).to.equal(null);
    expect(await ask(olga.client, of(carl.userId, unknownId))).to.equal(null);
  });

  it('write nothing', async () => {
    // The first sign-in links the identity.
    await world.olga.client.query('{ viewer { issuer } }');
    const before = await muster.core.store.head();
    await ask(world.olga.client, of(world.carl.userId, world.rita.userId));
    expect(await muster.core.store.head()).to.equal(before);
  });

  it('name the field of a selection of the wrong shape', async () => {
    const a = world.accountId;
    const faults = [
      ['selection', []],
      ['selection.0.userIds', [{ accountId: a, userIds: [] }]],
      ['selection.0.userIds.1', [{ accountId: a, userIds: [unknownId, unknownId] }]],
      ['selection.0.accountId', [{ accountId: 'x', userIds: [unknownId] }]],
    ] as const;
    for (const [field, s] of faults) {
      const { errors } = await world.olga.client.send(query, { s });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
    }
  });
});
