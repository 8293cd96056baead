import { expect } from 'chai';
import { accountWorld, applied } from '../support/account-world.js';
import { codesOf } from '../support/answers.js';
import { addMachine } from '../support/machine.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('adding somebody in a dry run', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  it('writes the events that would be written, of the very person, when named by id', async () => {
    const { accountId, olga, carl } = await accountWorld(muster);
    const gone = { accountId, userId: carl.userId, confirmed: true };
    applied(await olga.client.mutate('removeUser', gone));
    for (const mutation of ['addUser', 'inviteUser']) {
      const input = { accountId, person: { userId: carl.userId }, role: 'REVIEWER' };
      const dry = await olga.client.mutate(mutation, { ...input, dryRun: true });
      expect(dry.outcome, mutation).to.equal('WOULD_APPLY');
      expect(
        dry.events.map(({ data }) => data.userId),
        mutation,
      ).to.deep.equal([carl.userId]);
    }
  });

  it('does not tell by an address who was here before, nor who is known elsewhere', async () => {
    const { accountId, olga } = await accountWorld(muster);
    const elsewhere = await accountWorld(muster);
    const email = `known.${accountId}@example.test`;
    const known = await elsewhere.add('known', { person: { email, name: 'Known' } });
    const idFor = async (address: string, mutation: string) => {
      const input = { accountId, person: { email: address }, role: 'REVIEWER', dryRun: true };
      const { outcome, events } = await olga.client.mutate(mutation, input);
      expect([outcome, events.length]).to.deep.equal(['WOULD_APPLY', 1]);
      return events[0]?.data.userId;
    };
    for (const mutation of ['addUser', 'inviteUser'])
      for (const address of [email, `nobody.${accountId}@example.test`]) {
        const [first, second] = [await idFor(address, mutation), await idFor(address, mutation)];
        expect([first, second]).not.to.include(known);
        expect(first, 'another stand-in each time').not.to.equal(second);
      }
  });
});

describe('adding a machine', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  const machine = (subject: string, fields: object = {}) => ({
    accountId: muster.rootAccountId,
    person: { identity: { issuer: muster.issuer.issuer, subject }, name: 'Directory' },
    kind: 'SERVICE',
    role: 'ADMIN',
    ...fields,
  });

  it('names it by the issuer and subject of its tokens; it signs in without any address', async () => {
    const { userId, client } = await addMachine(muster, 'directory-1');
    const { viewer } = await client.query('{ viewer { subject user { id name email } } }');
    expect(viewer).to.deep.equal({
      subject: 'directory-1',
      user: { id: userId, name: 'directory-1', email: null },
    });
  });

  it('needs accounts.create in the root operator account: nobody claims identities of others', async () => {
    const operator = { name: 'Operator', kind: 'OPERATOR', owner: { email: 'boss@example.test' } };
    const { account } = applied(await muster.root.mutate('createAccount', operator, 'account { id }'));
    const boss = await muster.client({ subject: 'boss', email: 'boss@example.test' });
    const answer = await boss.mutate('addUser', machine('root-owner-2', { accountId: account.id }));
    expect(answer.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'accounts.create' });
  });

  it('is refused outside operator accounts, for people, and by an address', async () => {
    const { accountId } = await accountWorld(muster);
    expect(codesOf(await muster.root.mutate('addUser', machine('m-1', { accountId })))).to.deep.equal([
      'INVALID_INPUT',
    ]);
    const person = await muster.root.mutate('addUser', machine('m-2', { kind: 'STANDARD' }));
    expect(person.userErrors[0]).to.include({ code: 'INVALID_INPUT', field: 'input.kind' });
    const named = { person: { email: 'machine@example.test' } };
    const addressed = await muster.root.mutate('addUser', machine('m-3', named));
    expect(addressed.userErrors[0]).to.include({ code: 'INVALID_INPUT', field: 'input.kind' });
  });

  it('takes exactly one way of naming somebody', async () => {
    const identity = { issuer: muster.issuer.issuer, subject: 'm-4' };
    for (const person of [{ name: 'Nobody' }, { email: 'machine@example.test', identity }]) {
      const document = 'mutation ($input: AddUserInput!) { addUser(input: $input) { outcome } }';
      const { errors } = await muster.root.send(document, { input: machine('m-4', { person }) });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'input.person' });
    }
  });
});
