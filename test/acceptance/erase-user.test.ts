import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { erased, erasureOf } from '../support/erasures.js';
import type { MutationAnswer } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const selection = 'user { id name email erasure { status } legalHolds { id releasedAt reasonCode } }';
const reason = { code: 'litigation', ticket: 'CASE-7' };

describe('erasing a person', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  beforeEach(async () => {
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const remove = async (userId: string) => {
    const input = { userId, confirmed: true, phrase: 'REMOVE' };
    const { outcome, userErrors } = await muster.root.bulk('endEverywhere', input);
    expect(outcome, JSON.stringify(userErrors)).to.equal('APPLIED');
  };
  const erase = (userId: string, more: object = {}, as = muster.root): Promise<MutationAnswer> =>
    as.mutate(
      'eraseUser',
      { userId, ...more },
      `${selection} userErrors { ... on LegalHoldUserError { holdIds } ... on StillAMemberUserError { accountIds otherAccounts nextStep: useInstead } }`,
    );
  const formerMember = async (name = 'Fiona Former'): Promise<string> => {
    const userId = await world.add(name);
    await remove(userId);
    return userId;
  };
  const codes = ({ userErrors }: MutationAnswer) => userErrors.map(({ code }) => code);

  it('takes name and address away, and gives a receipt without personal data', async () => {
    const userId = await formerMember();
    const answer = applied(await erase(userId, { reason: { code: 'gdpr-17' } }));
    expect(answer.events.map(({ type }) => type)).to.deep.equal(['ErasureRequested']);
    expect(answer.readable).to.equal(true);
    expect(answer.user).to.include({ name: null, email: null });
    const { receipt, erasedAt } = await erased(muster, userId);
    expect(erasedAt).to.be.a('string');
    expect(receipt?.requestEventId).to.equal(answer.events[0]?.id);
    expect(receipt?.destroyed.map(({ what }) => what)).to.deep.equal(['KEY', 'NAMES', 'MAILS']);
    expect(JSON.stringify(receipt)).not.to.match(/fiona/i);
  });

  it('offers nothing that would bring the person back', async () => {
    const userId = await formerMember();
    const { accountId, olga } = world;
    const document = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      availableActions(actions: [REINSTATE, DELETE]) { action available reasons { code } } } }`;
    const offered = async () =>
      (await olga.client.query(document, { a: accountId, u: userId })).membership.availableActions;
    const dryRun = async () =>
      codes(await olga.client.mutate('reinstateUser', { accountId, userId, dryRun: true }));
    const none = { reasons: [] };
    expect(await offered()).to.deep.equal([
      { action: 'REINSTATE', available: true, ...none },
      { action: 'DELETE', available: true, ...none },
    ]);
    expect(await dryRun()).to.deep.equal([]);
    applied(await erase(userId));
    expect(await offered()).to.deep.equal([
      { action: 'REINSTATE', available: false, reasons: [{ code: 'PERSON_ERASED' }] },
      { action: 'DELETE', available: true, ...none },
    ]);
    expect(await dryRun()).to.deep.equal(['PERSON_ERASED']);
  });

  it('is not done twice: asking again changes nothing', async () => {
    const userId = await formerMember();
    applied(await erase(userId, { idempotencyKey: 'k' }));
    expect((await erase(userId)).outcome).to.equal('UNCHANGED');
    expect(await erase(userId, { idempotencyKey: 'k' })).to.include({ outcome: 'APPLIED', replayed: true });
    await erased(muster, userId);
    expect((await erase(userId)).outcome).to.equal('UNCHANGED');
  });

  it('refuses an idempotency key that came with something else about the person', async () => {
    const userId = await formerMember();
    const { events } = applied(
      await muster.root.mutate('placeLegalHold', { userId, reason, idempotencyKey: 'same' }),
    );
    applied(await muster.root.mutate('releaseLegalHold', { userId, holdId: events[0]?.data.holdId }));
    expect(codes(await erase(userId, { idempotencyKey: 'same' }))).to.deep.equal(['IDEMPOTENCY_KEY_REUSED']);
  });

  it('tells in a dry run what it would write, and writes nothing', async () => {
    const userId = await formerMember();
    const tried = await erase(userId, { dryRun: true });
    expect(tried.outcome).to.equal('WOULD_APPLY');
    expect(tried.events.map(({ type }) => type)).to.deep.equal(['ErasureRequested']);
    expect(await erasureOf(muster.root, userId)).to.equal(null);
  });

  it('is refused while the person is in an account, and names the way out', async () => {
    const userId = await world.add('Still There');
    const answer = await erase(userId);
    expect(codes(answer)).to.deep.equal(['STILL_A_MEMBER']);
    expect(answer.userErrors[0]).to.deep.include({
      accountIds: [world.accountId],
      otherAccounts: 0,
      nextStep: 'endEverywhere',
    });
    for (const [mutation, more] of [
      ['deactivateUser', { confirmed: true }],
      ['freezeUser', {}],
    ] as const) {
      const member = await world.add(`Still ${mutation}`);
      const input = { accountId: world.accountId, userId: member, ...more };
      applied(await muster.root.mutate(mutation, input));
      expect(codes(await erase(member)), mutation).to.deep.equal(['STILL_A_MEMBER']);
    }
    const invited = applied(
      await muster.root.mutate(
        'inviteUser',
        { accountId: world.accountId, person: { email: 'inge@example.test' }, role: 'REVIEWER' },
        'membership { userId }',
      ),
    );
    expect(codes(await erase(invited.membership.userId))).to.deep.equal(['STILL_A_MEMBER']);
  });

  it('needs privacy.erase in the root account, which no role carries', async () => {
    const userId = await formerMember();
    for (const client of [world.olga.client, world.stranger]) {
      const answer = await erase(userId, {}, client);
      expect(answer.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'privacy.erase' });
      expect(await erasureOf(client, userId)).to.equal(null);
    }
    expect(codes(await erase(UNKNOWN, {}, world.stranger))).to.deep.equal(['PERMISSION_DENIED']);
    expect(codes(await erase(UNKNOWN))).to.deep.equal(['NOT_FOUND']);
  });

  it('frees the address for a new person, and for nobody before', async () => {
    const email = 'gregor@example.test';
    const join = async () =>
      applied(
        await muster.root.mutate(
          'addUser',
          { accountId: world.accountId, person: { email, name: 'Gregor' }, role: 'REVIEWER' },
          'membership { userId }',
        ),
      ).membership.userId as string;
    const first = await join();
    await remove(first);
    expect(await join(), 'removed only').to.equal(first);
    await remove(first);
    applied(await erase(first));
    const second = await join();
    expect(second).not.to.equal(first);
    await erased(muster, first);
    const { user } = await muster.root.query('query ($id: ID!) { user(id: $id) { name email } }', {
      id: second,
    });
    expect(user).to.deep.equal({ name: 'Gregor', email });
    expect(await muster.core.application.people.find({ email, name: null })).to.equal(second);
  });

  it('gives whoever signs in with the old identity none of the old rights', async () => {
    const email = 'hanna@example.test';
    const userId = await world.add('Hanna', { person: { email, name: 'Hanna' }, role: 'OWNER' });
    const claims = { issuer: muster.issuer.issuer, subject: 'hanna', verifiedEmail: email };
    const { application } = muster.core;
    expect(await application.signIn(claims)).to.equal(userId);
    await remove(userId);
    applied(await erase(userId));
    expect(await application.signIn(claims)).to.equal(null);
    const newcomer = await world.add('Hanna', { person: { email, name: 'Hanna' }, role: 'REVIEWER' });
    expect(await application.signIn(claims)).to.equal(newcomer);
  });

  it('lets nobody bring the person in again', async () => {
    const userId = await formerMember();
    applied(await erase(userId));
    const { accountId } = world;
    const member = { accountId, userId };
    for (const [mutation, input] of [
      ['reinstateUser', member],
      ['addUser', { accountId, person: { userId }, role: 'REVIEWER' }],
      ['inviteUser', { accountId, person: { userId }, role: 'REVIEWER' }],
    ] as const) {
      expect(codes(await muster.root.mutate(mutation, input)), mutation).to.deep.equal(['PERSON_ERASED']);
      expect(codes(await world.rita.client.mutate(mutation, input)), mutation).to.deep.equal([
        'PERMISSION_DENIED',
      ]);
    }
  });

  it('refuses to write a profile or an identity afterwards', async () => {
    const userId = await formerMember();
    const { people } = muster.core.application;
    const actor = { kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null } as const;
    const profile = { name: 'Fiona New', email: null };
    expect(await people.recordProfile(userId, profile, actor)).to.equal(null);
    expect(await people.profileOf(userId)).to.deep.equal(profile);
    applied(await erase(userId));
    expect(await people.recordProfile(userId, profile, actor)).to.include({ code: 'PERSON_ERASED' });
    await erased(muster, userId);
    expect(await people.profileOf(userId)).to.equal(null);
    expect(await people.recordProfile(UNKNOWN, profile, actor)).to.include({ code: 'NOT_FOUND' });
  });

  it('stands in the audit log of the root account, by whose right it was done', async () => {
    const userId = await formerMember();
    applied(await erase(userId, { reason: { code: 'gdpr-17', ticket: 'DPO-3' } }));
    await erased(muster, userId);
    const query = `query ($a: ID!, $u: ID!) { auditLog(accountId: $a, filter: {subjectId: $u}, first: 9) {
      nodes { type reason { code ticket } actor { id } } } }`;
    const { auditLog } = await muster.root.query(query, { a: muster.rootAccountId, u: userId });
    expect(auditLog.nodes).to.deep.equal([
      { type: 'PersonalDataErased', reason: null, actor: { id: 'erasure' } },
      {
        type: 'ErasureRequested',
        reason: { code: 'gdpr-17', ticket: 'DPO-3' },
        actor: { id: muster.rootUserId },
      },
    ]);
  });

  describe('under a legal hold', () => {
    const place = (userId: string, more: object = { reason }, as = muster.root) =>
      as.mutate('placeLegalHold', { userId, ...more }, selection);
    const release = (userId: string, holdId: string, as = muster.root) =>
      as.mutate('releaseLegalHold', { userId, holdId }, selection);

    it('is refused, naming the holds, until each is released', async () => {
      const userId = await formerMember();
      const first: string = applied(await place(userId)).events[0]?.data.holdId;
      const second: string = applied(await place(userId)).events[0]?.data.holdId;
      const refused = await erase(userId);
      expect(codes(refused)).to.deep.equal(['LEGAL_HOLD']);
      expect(refused.userErrors[0]).to.deep.include({ holdIds: [first, second] });
      applied(await release(userId, first));
      expect((await release(userId, first)).outcome).to.equal('UNCHANGED');
      expect(codes(await erase(userId))).to.deep.equal(['LEGAL_HOLD']);
      const { user } = applied(await release(userId, second));
      expect(user.legalHolds.map((hold: { id: string }) => hold.id)).to.deep.equal([first, second]);
      expect(user.legalHolds[0]).to.include({ reasonCode: 'litigation' });
      expect(user.legalHolds[0].releasedAt).to.be.a('string');
      applied(await erase(userId));
      expect(codes(await place(userId))).to.deep.equal(['PERSON_ERASED']);
    });

    it('needs a reason, a person, a hold that is there, and legalhold.write', async () => {
      const userId = await formerMember();
      expect(codes(await place(userId, {}))).to.deep.equal(['INVALID_INPUT']);
      expect(codes(await place(UNKNOWN))).to.deep.equal(['NOT_FOUND']);
      expect(codes(await release(userId, UNKNOWN))).to.deep.equal(['NOT_FOUND']);
      for (const answer of [
        await place(userId, { reason }, world.olga.client),
        await release(userId, UNKNOWN, world.olga.client),
      ])
        expect(answer.userErrors[0]).to.include({ permission: 'legalhold.write' });
    });

    it('is placed once under one idempotency key', async () => {
      const userId = await formerMember();
      const input = { reason, idempotencyKey: 'once' };
      const placed = applied(await place(userId, input));
      const again = applied(await place(userId, input));
      expect(again.replayed).to.equal(true);
      expect(again.events).to.deep.equal(placed.events);
      expect(again.user.legalHolds).to.have.lengthOf(1);
    });
  });
});
