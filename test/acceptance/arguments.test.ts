import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('an argument', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const send = (document: string, variables: Readonly<Record<string, unknown>>) =>
    world.olga.client.send(document, variables);
  const refused = async (document: string, variables: Readonly<Record<string, unknown>>, field: string) => {
    const { errors } = await send(document, variables);
    expect(errors?.[0]?.extensions, JSON.stringify(variables)).to.include({ code: 'BAD_USER_INPUT', field });
  };

  describe('of an id is the same in upper and in lower case', () => {
    const upper = (id: string) => id.toUpperCase();

    it('in a query', async () => {
      const { accountId, carl, olga } = world;
      const document = `query ($a: ID!, $u: ID!) {
        account(id: $a) { id } membership(accountId: $a, userId: $u) { userId } user(id: $u) { id } }`;
      const answer = await olga.client.query(document, { a: upper(accountId), u: upper(carl.userId) });
      expect(answer).to.deep.equal({
        account: { id: accountId },
        membership: { userId: carl.userId },
        user: { id: carl.userId },
      });
    });

    it('in an input, in its lists and in what lies in them; written down in lower case', async () => {
      const { accountId, carl, olga } = world;
      const groupId = await world.createGroup('Upper');
      const person = { email: `upper.${accountId}@example.test` };
      const { events } = applied(
        await olga.client.mutate('inviteUser', {
          ...{ accountId: upper(accountId), person, role: 'REVIEWER', groupIds: [upper(groupId)] },
        }),
      );
      expect(events[0]?.data.groupIds).to.deep.equal([groupId]);
      const duty = { responsibility: { kind: 'ACCOUNT_TECHNICAL_CONTACT' }, userId: upper(carl.userId) };
      const assigned = applied(await olga.client.mutate('assignContact', { accountId, ...duty }));
      expect(assigned.events[0]?.data.userId).to.equal(carl.userId);
    });

    it('so that somebody named in both is named twice', async () => {
      const { accountId, carl } = world;
      const userIds = [carl.userId, upper(carl.userId)];
      const document = 'query ($s: [MembersInput!]!) { availableActions(selection: $s) { action } }';
      await refused(document, { s: [{ accountId, userIds }] }, 'selection.0.userIds.1');
    });
  });

  describe('of a person can be mailed, and shows as what it is', () => {
    const document = 'mutation ($input: InviteUserInput!) { inviteUser(input: $input) { outcome } }';
    const asked = (person: object) => ({ input: { accountId: world.accountId, person, role: 'REVIEWER' } });
    for (const email of ['"a b"@example.com', '"../x"@example.com', '"a"@example.com'])
      it(`so that no address is ${email}`, async () => {
        const { errors } = await send(document, asked({ email }));
        expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'input.person.email' });
        expect(errors?.[0]?.message).to.include('quotes');
      });
    for (const name of ['A\u061cB', 'A\u200bB', '\u2060Ann', 'Ann https://evil.test', 'ann@evil.test'])
      it(`so that nobody is named ${JSON.stringify(name)}`, async () =>
        refused(document, asked({ email: 'a@example.test', name }), 'input.person.name'));
    it('and no account is named like a link', async () => {
      const { userErrors } = await muster.root.mutate('createAccount', { name: 'Win at http://evil.test' });
      expect(userErrors[0]).to.include({ code: 'INVALID_INPUT', field: 'input.name' });
    });
  });

  describe('of a moment lies in the years 1970 to 9999, in UTC', () => {
    const document =
      'query ($a: ID!, $at: DateTime!) { account(id: $a) { users(asOf: { at: $at }) { totalCount } } }';
    const answered = async (at: string) => (await send(document, { a: world.accountId, at })).errors?.[0];
    for (const at of ['9999-12-31T23:59:59.999-23:59', '1970-01-01T00:00:00+00:01', '0000-01-01T00:00:00Z'])
      it(`so not ${at}`, async () =>
        expect((await answered(at))?.extensions).to.include({ code: 'BAD_USER_INPUT' }));
    for (const at of ['1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999+01:00'])
      it(`so ${at}`, async () => expect((await answered(at))?.message).not.to.match(/DateTime/));
  });

  describe('of text takes no control characters', () => {
    for (const search of ['\u0000', '\u0000zzzz', 'zzz\u0000', 'a\tb', 'a\nb', '\ud800'])
      it(`in a search: ${JSON.stringify(search)}`, async () => {
        const ofAccount = `query ($a: ID!, $s: String) { account(id: $a) { users(search: $s) { totalCount } } }`;
        await refused(ofAccount, { a: world.accountId, s: search }, 'search');
        await refused(
          'query ($s: String) { memberships(search: $s) { totalCount } }',
          { s: search },
          'search',
        );
      });

    for (const [field, mutation, input] of [
      ['name', 'createGroup', { name: 'Te\u0000am' }],
      ['phrase', 'removeUser', { confirmed: true, phrase: 'REMOVE\u0007' }],
      ['reason.code', 'createGroup', { name: 'Team', reason: { code: 'a\u0000' } }],
      ['reason.ticket', 'createGroup', { name: 'Team', reason: { code: 'a', ticket: 'T\n1' } }],
      ['idempotencyKey', 'createGroup', { name: 'Team', idempotencyKey: 'k\u0000' }],
      [
        'person.name',
        'inviteUser',
        { person: { email: 'a@example.test', name: 'A\u0000' }, role: 'REVIEWER' },
      ],
      ['permissions.0', 'grantPermissions', { permissions: ['app\u0000'] }],
      ['subject', 'notifyUser', { subject: 'one\ntwo', text: 'Text' }],
      ['text', 'notifyUser', { subject: 'Subject', text: 'bell\u0007' }],
    ] as const)
      it(`in ${field} of ${mutation}`, async () => {
        const { accountId, carl } = world;
        const onPerson = ['removeUser', 'grantPermissions', 'notifyUser'].includes(mutation);
        const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
        const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { outcome } }`;
        const whole = { accountId, ...(onPerson ? { userId: carl.userId } : {}), ...input };
        await refused(document, { input: whole }, `input.${field}`);
      });

    it('but tabs and line breaks where a text has lines', async () => {
      const { accountId, carl, olga } = world;
      const letter = { userId: carl.userId, subject: 'Hello', text: 'Dear Carl,\r\n\n\tgood-bye' };
      applied(await olga.client.mutate('notifyUser', { accountId, ...letter }));
    });
  });
});
