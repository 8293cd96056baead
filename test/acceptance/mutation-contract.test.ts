import { expect } from 'chai';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf } from '../support/answers.js';
import { auditedTypes } from '../support/audited-types.js';
import { answerTo, changedInputs, whatComesOf } from '../support/changed-inputs.js';
import { type ClockedMuster, startClockedMuster } from '../support/clocked-muster.js';
import type { MutationAnswer } from '../support/graphql-client.js';
import { lifecycleSamples } from './lifecycle-samples.js';
import type { Input, Sample } from './mutation-sample.js';
import { webhookSamples } from './webhook-samples.js';

const confirmed = { confirmed: true };
const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };

/** Olga, the owner, may do all of these, but for the four that need the root operator account. */
const samples: readonly Sample[] = [
  ...lifecycleSamples,
  ...webhookSamples,
  {
    mutation: 'changePolicy',
    input: () => ({ policy: { bulkLimit: 7 } }),
    writes: ['PolicyChanged'],
    again: 'UNCHANGED',
    other: { policy: { bulkLimit: 8 } },
    permission: 'policy.write',
  },
  {
    mutation: 'addUser',
    input: () => ({ person: { email: 'newcomer@example.test', name: 'Newcomer' }, role: 'REVIEWER' }),
    writes: ['UserAdded'],
    again: 'ALREADY_MEMBER',
    other: { role: 'CONTRIBUTOR' },
    permission: 'users.invite',
  },
  {
    mutation: 'removeUser',
    input: ({ carl }) => ({ userId: carl.userId, ...confirmed }),
    writes: ['UserRemoved'],
    again: 'UNCHANGED',
    other: { phrase: 'REMOVE' },
    permission: 'users.manage',
  },
  {
    mutation: 'deactivateUser',
    input: ({ carl }) => ({ userId: carl.userId, ...confirmed }),
    writes: ['UserDeactivated'],
    again: 'UNCHANGED',
    other: { phrase: 'DEACTIVATE' },
    permission: 'users.manage',
  },
  {
    mutation: 'reactivateUser',
    input: async ({ olga, accountId, carl }) => {
      applied(await olga.client.mutate('deactivateUser', { accountId, userId: carl.userId, ...confirmed }));
      return { userId: carl.userId, ...confirmed };
    },
    writes: ['UserReactivated'],
    again: 'UNCHANGED',
    other: { phrase: 'REACTIVATE' },
    permission: 'users.manage',
  },
  {
    mutation: 'deleteUser',
    input: async ({ olga, accountId, carl }) => {
      const { userId } = carl;
      applied(await olga.client.mutate('deactivateUser', { accountId, userId, ...confirmed }));
      const query =
        'query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: DELETE) { token } }';
      const { offboardingPreview } = await olga.client.query(query, { a: accountId, u: userId });
      return { userId, previewToken: offboardingPreview.token };
    },
    writes: ['UserDeleted'],
    again: 'UNCHANGED',
    other: { confirmed: true },
    permission: 'users.manage',
  },
  {
    mutation: 'changeRole',
    input: ({ carl }) => ({ userId: carl.userId, role: 'ADMIN' }),
    writes: ['RoleChanged'],
    again: 'UNCHANGED',
    other: { role: 'REVIEWER' },
    permission: 'users.edit',
  },
  {
    mutation: 'grantPermissions',
    input: ({ carl }) => ({ userId: carl.userId, permissions: ['users.manage', 'app-store'] }),
    writes: ['PermissionsGranted'],
    again: 'UNCHANGED',
    other: { permissions: ['app-store'] },
    permission: 'users.edit',
  },
  {
    mutation: 'revokePermissions',
    input: async ({ olga, accountId, carl }) => {
      const input = { userId: carl.userId, permissions: ['app-store'] };
      applied(await olga.client.mutate('grantPermissions', { accountId, ...input }));
      return input;
    },
    writes: ['PermissionsRevoked'],
    again: 'UNCHANGED',
    other: { permissions: ['configuration'] },
    permission: 'users.edit',
  },
  {
    mutation: 'createGroup',
    input: () => ({ name: 'Reviewers' }),
    writes: ['GroupCreated'],
    again: 'GROUP_NAME_TAKEN',
    other: { name: 'Others' },
    permission: 'users.edit',
  },
  {
    mutation: 'renameGroup',
    input: async (world) => ({ groupId: await world.createGroup('Old name'), name: 'New name' }),
    writes: ['GroupRenamed'],
    again: 'UNCHANGED',
    other: { name: 'Other name' },
    permission: 'users.edit',
  },
  {
    mutation: 'moveGroup',
    input: async (world) => ({
      groupId: await world.createGroup('Inner'),
      parentId: await world.createGroup('Outer'),
    }),
    writes: ['GroupMoved'],
    again: 'UNCHANGED',
    other: { parentId: null },
    permission: 'users.edit',
  },
  {
    mutation: 'deleteGroup',
    input: async (world) => ({ groupId: await world.createGroup('Short-lived') }),
    writes: ['GroupDeleted'],
    again: 'NOT_FOUND',
    other: { groupId: 'f0f0f0f0-0000-4000-8000-000000000001' },
    permission: 'users.edit',
  },
  {
    mutation: 'addGroupMember',
    input: async (world) => ({ groupId: await world.createGroup('Team'), userId: world.carl.userId }),
    writes: ['GroupMemberAdded'],
    again: 'UNCHANGED',
    other: { role: 'MAINTAINER' },
    permission: 'users.edit',
  },
  {
    mutation: 'changeGroupRole',
    input: async (world) => {
      const input = { groupId: await world.createGroup('Team'), userId: world.carl.userId };
      applied(await world.olga.client.mutate('addGroupMember', { accountId: world.accountId, ...input }));
      return { ...input, role: 'MAINTAINER' };
    },
    writes: ['GroupRoleChanged'],
    again: 'UNCHANGED',
    other: { role: 'MEMBER' },
    permission: 'users.edit',
  },
  {
    mutation: 'removeGroupMember',
    input: async (world) => {
      const input = { groupId: await world.createGroup('Team'), userId: world.carl.userId };
      applied(await world.olga.client.mutate('addGroupMember', { accountId: world.accountId, ...input }));
      return input;
    },
    writes: ['GroupMemberRemoved'],
    again: 'UNCHANGED',
    other: { groupId: 'f0f0f0f0-0000-4000-8000-000000000001' },
    permission: 'users.edit',
  },
  {
    mutation: 'registerApplication',
    input: ({ carl }) => ({ name: 'Shop', technicalContactUserId: carl.userId }),
    writes: ['ApplicationRegistered', 'ContactAssigned'],
    again: 'APPLICATION_NAME_TAKEN',
    other: { name: 'Other shop' },
    permission: 'contacts.reassign',
  },
  {
    mutation: 'retireApplication',
    input: async (world) => ({ applicationId: await world.registerApplication('Shop', world.carl.userId) }),
    writes: ['ApplicationRetired'],
    again: 'NOT_FOUND',
    other: { applicationId: 'f0f0f0f0-0000-4000-8000-000000000001' },
    permission: 'contacts.reassign',
  },
  {
    mutation: 'assignContact',
    input: ({ carl }) => ({ responsibility: technical, userId: carl.userId }),
    writes: ['ContactAssigned'],
    again: 'UNCHANGED',
    other: { responsibility: { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT' } },
    permission: 'contacts.reassign',
  },
  {
    mutation: 'reassignContacts',
    input: async ({ olga, adam, carl, accountId }) => {
      const input = { accountId, responsibility: technical, userId: carl.userId };
      applied(await olga.client.mutate('assignContact', input));
      return { reassignments: [{ responsibility: technical, userId: adam.userId }] };
    },
    writes: ['ContactReassigned'],
    again: 'UNCHANGED',
    other: { reassignments: [{ responsibility: technical, userId: 'f0f0f0f0-0000-4000-8000-000000000001' }] },
    permission: 'contacts.reassign',
  },
  {
    mutation: 'correctMembershipPeriod',
    input: async ({ olga, accountId, carl }) => {
      const { userId } = carl;
      const deactivated = applied(
        await olga.client.mutate('deactivateUser', { accountId, userId, ...confirmed }),
      );
      const query = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { joinedAt } }';
      const { membership } = await olga.client.query(query, { a: accountId, u: userId });
      const effectiveAt = new Date(Date.parse(membership.joinedAt) + 1).toISOString();
      return { userId, revision: deactivated.events.at(-1)?.revision, effectiveAt };
    },
    writes: ['MembershipPeriodCorrected'],
    again: 'UNCHANGED',
    other: { effectiveAt: '2020-01-01T00:00:00.000Z' },
    permission: 'users.manage',
  },
];

describe('every mutation', () => {
  let muster: ClockedMuster;
  before(async () => {
    muster = await startClockedMuster(new Date().toISOString());
  });
  after(() => muster.close());

  it('is among the samples here, or has a test of its own', () => {
    const all = Object.keys(buildMusterSchema().getMutationType()?.getFields() ?? {});
    const own = [
      ...['createAccount', 'linkOperator', 'unlinkOperator', 'leaveAccount'],
      ...['acceptInvitation', 'declineInvitation'],
      ...['startDirectoryManagement', 'endDirectoryManagement', 'sessionEnded'],
      ...['removeUsers', 'deactivateUsers', 'reactivateUsers', 'deleteUsers'],
      ...['endEverywhere', 'undoBulkOperation', 'signCheckpoint'],
      ...['eraseUser', 'placeLegalHold', 'releaseLegalHold', 'redeliverWebhookEvents'],
    ];
    expect(all).to.have.members([...samples.map(({ mutation }) => mutation), ...own]);
  });

  for (const sample of samples) {
    const { mutation, writes, again } = sample;
    describe(mutation, () => {
      let world: AccountWorld;
      let input: Input;
      const asOlga = (extra: Input = {}): Promise<MutationAnswer> =>
        world.olga.client.mutate(mutation, { ...input, ...extra });
      const eventsNow = () => auditedTypes(muster.root, world.accountId);

      beforeEach(async () => {
        world = await accountWorld(muster);
        input = { accountId: world.accountId, ...(await sample.input(world)) };
        // What was just sent can be sent again by then.
        muster.clock.nowMs += 60_000;
      });

      it(`writes ${writes.join(' and ')}, and is readable when it answers`, async () => {
        const before = await eventsNow();
        const answer = await asOlga({ reason: { code: 'test', ticket: 'T-1' } });
        expect(answer).to.include({ outcome: 'APPLIED', readable: true, replayed: false });
        expect(answer.userErrors).to.deep.equal([]);
        expect(answer.message).to.match(/\.$/);
        expect(answer.events.map(({ type }) => type)).to.deep.equal(writes);
        expect(await eventsNow()).to.deep.equal([...before, ...writes]);
      });

      it('tells in a dry run what it would write, and writes nothing', async () => {
        const before = await eventsNow();
        const answer = await asOlga({ dryRun: true });
        expect(answer).to.include({ outcome: 'WOULD_APPLY', position: null });
        expect(answer.events.map(({ type }) => type)).to.deep.equal(writes);
        expect(await eventsNow()).to.deep.equal(before);
      });

      it('gives the first result again for the same key and input', async () => {
        const first = applied(await asOlga({ idempotencyKey: 'once' }));
        const second = await asOlga({ idempotencyKey: 'once' });
        expect(second).to.include({ outcome: 'APPLIED', replayed: true, position: first.position });
        expect(second.events).to.deep.equal(first.events);
      });

      it('refuses the same key for another input', async () => {
        applied(await asOlga({ idempotencyKey: 'once' }));
        const before = await eventsNow();
        const answer = await asOlga({ idempotencyKey: 'once', ...sample.other });
        expect(codesOf(answer)).to.deep.equal(['IDEMPOTENCY_KEY_REUSED']);
        expect(await eventsNow()).to.deep.equal(before);
      });

      it('refuses the same key when any one field is another', async () => {
        const reason = { code: 'test', ticket: 'T-1' };
        applied(await asOlga({ idempotencyKey: 'once', reason }));
        const before = await eventsNow();
        for (const changed of changedInputs(mutation, { ...input, reason }))
          expect(
            [changed.path, await answerTo(world.olga.client, mutation, changed.input)],
            JSON.stringify(changed.input),
          ).to.deep.equal([changed.path, whatComesOf[changed.path] ?? 'IDEMPOTENCY_KEY_REUSED']);
        expect(await eventsNow()).to.deep.equal(before);
      });

      it(`answers ${again} when it is asked again without a key`, async () => {
        applied(await asOlga());
        const before = await eventsNow();
        const answer = await asOlga();
        expect(answer.outcome === 'REJECTED' ? codesOf(answer)[0] : answer.outcome).to.equal(again);
        expect(await eventsNow()).to.deep.equal(again === 'APPLIED' ? [...before, ...writes] : before);
      });

      it(`names the permission ${sample.permission} to a member without it`, async () => {
        const before = await eventsNow();
        const { userErrors } = await world.rita.client.mutate(mutation, input);
        expect(userErrors).to.have.lengthOf(1);
        expect(userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: sample.permission });
        expect(await eventsNow()).to.deep.equal(before);
      });

      it('answers a stranger as if there were no such account', async () => {
        const foreign = await world.stranger.mutate(mutation, input);
        const unknown = await world.stranger.mutate(mutation, {
          ...input,
          accountId: 'f0f0f0f0-0000-4000-8000-00000000000f',
        });
        expect(foreign.userErrors).to.deep.equal(unknown.userErrors);
        expect(foreign.userErrors[0]).to.include({ code: 'NOT_FOUND', field: 'input.accountId' });
      });

      it('is open to the account’s operator', async () => {
        const answer = await muster.root.mutate(mutation, input);
        expect(answer.outcome).to.equal('APPLIED');
      });

      it('names the field of a malformed id', async () => {
        const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
        const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { outcome } }`;
        for (const bad of [
          '',
          'x',
          '1',
          "'; DROP TABLE memberships",
          'f0f0f0f0-0000-4000-8000-00000000000g',
        ]) {
          const { errors } = await world.olga.client.send(document, { input: { ...input, accountId: bad } });
          expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'input.accountId' });
        }
      });

      it('takes no key, code or ticket that is too long', async () => {
        const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
        const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { outcome } }`;
        const faults: readonly (readonly [string, Input])[] = [
          ['input.idempotencyKey', { idempotencyKey: 'k'.repeat(201) }],
          ['input.idempotencyKey', { idempotencyKey: '' }],
          ['input.reason.code', { reason: { code: 'not a code' } }],
          ['input.reason.ticket', { reason: { code: 'c', ticket: 't'.repeat(129) } }],
        ];
        for (const [field, extra] of faults) {
          const { errors } = await world.olga.client.send(document, { input: { ...input, ...extra } });
          expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
        }
      });
    });
  }
});
