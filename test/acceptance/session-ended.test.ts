import { expect } from 'chai';
import { type AccountWorld, applied, type TestMember } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { addMachine } from '../support/machine.js';
import { addLingering, lingeringIn, sessionWorld } from '../support/session-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const nobody = 'f0f0f0f0-0000-4000-8000-000000000001';

describe('the signal that a session has ended', () => {
  let muster: TestMuster;
  let provider: TestMember;
  let world: AccountWorld;
  let sam: string;
  before(async () => {
    muster = await startMuster();
    provider = await addMachine(muster, 'identity-provider', ['session.signal']);
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await sessionWorld(muster);
    sam = await addLingering(world);
  });

  const signal = (input: object, client = provider.client) =>
    client.mutate('sessionEnded', { ...input }, 'results { accountId userId outcome userErrors { code } }');

  it('D3-23 ends the access that lasted until then', async () => {
    const { accountId } = world;
    const answer = applied(await signal({ person: { userId: sam }, accountId }));
    expect(typesOf(answer)).to.deep.equal(['SessionAccessEnded']);
    expect(answer.events[0]?.data.cause).to.equal('SIGNALLED');
    expect(answer.results).to.deep.equal([{ accountId, userId: sam, outcome: 'APPLIED', userErrors: [] }]);
    expect(answer.readable).to.equal(true);
    expect(await lingeringIn(world)).to.deep.equal([]);
  });

  it('reaches every account at once, by the identity of the token', async () => {
    const other = await sessionWorld(muster);
    const email = `sso.${world.accountId}@example.test`;
    const person = { email, name: 'Sue' };
    const userId = await addLingering(world, 'sue', { person });
    expect(await addLingering(other, 'sue', { person })).to.equal(userId);
    const sue = await muster.client({ subject: email, email });
    expect((await sue.query('{ viewer { user { id } } }')).viewer.user).to.deep.equal({ id: userId });

    const identity = { issuer: muster.issuer.issuer, subject: email };
    const answer = applied(await signal({ person: identity }));
    expect(answer.results).to.have.deep.members(
      [world.accountId, other.accountId].map((accountId) => ({
        accountId,
        userId,
        outcome: 'APPLIED',
        userErrors: [],
      })),
    );
    expect(await lingeringIn(world)).to.deep.equal([sam]);
    expect(await lingeringIn(other)).to.deep.equal([]);
  });

  it('changes nothing where access has ended already', async () => {
    const { accountId } = world;
    applied(await signal({ person: { userId: sam } }));
    const everywhere = await signal({ person: { userId: sam } });
    expect(everywhere).to.deep.include({ outcome: 'UNCHANGED', results: [] });
    const there = await signal({ person: { userId: sam }, accountId });
    expect(there).to.deep.include({
      outcome: 'UNCHANGED',
      results: [{ accountId, userId: sam, outcome: 'UNCHANGED', userErrors: [] }],
    });
  });

  it('is told in a dry run, and not done', async () => {
    const answer = await signal({ person: { userId: sam }, dryRun: true });
    expect(answer).to.include({ outcome: 'WOULD_APPLY', position: null });
    expect(typesOf(answer)).to.deep.equal(['SessionAccessEnded']);
    expect(await lingeringIn(world)).to.deep.equal([sam]);
  });

  it('is refused to whoever lacks session.signal, before anybody is looked for', async () => {
    const { accountId, olga } = world;
    for (const person of [{ userId: sam }, { userId: nobody }]) {
      const everywhere = await signal({ person }, olga.client);
      expect(everywhere.userErrors[0]).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'session.signal',
      });
      expect(codesOf(await signal({ person, accountId }, olga.client))).to.deep.equal(['PERMISSION_DENIED']);
      expect(codesOf(await signal({ person, accountId }, world.stranger))).to.deep.equal(['NOT_FOUND']);
    }
    expect(await lingeringIn(world)).to.deep.equal([sam]);
  });

  it('is refused for somebody nobody knows', async () => {
    const identity = { issuer: muster.issuer.issuer, subject: 'never seen' };
    for (const person of [{ userId: nobody }, identity])
      expect(codesOf(await signal({ person }))).to.deep.equal(['NOT_FOUND']);
  });

  it('takes exactly one way of naming somebody', async () => {
    const document = 'mutation ($input: SessionEndedInput!) { sessionEnded(input: $input) { outcome } }';
    for (const person of [
      {},
      { issuer: 'x' },
      { subject: 'x' },
      { userId: sam, issuer: 'x', subject: 'x' },
    ]) {
      const { errors } = await provider.client.send(document, { input: { person } });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'input.person' });
    }
  });
});
