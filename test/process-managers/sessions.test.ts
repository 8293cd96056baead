import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { SessionEndedRequest } from '../../src/application/application.js';
import { isRejection } from '../../src/domain/rejection.js';
import { applied, joining, resultOf, user } from '../application/installed-muster.js';
import { end } from '../domain/account/given.js';
import { PostalMuster } from './postal-muster.js';

const ISSUER = 'https://sso.example';

describe('the end of a session, told by an identity provider', () => {
  let muster: PostalMuster;
  let identityProvider: RequestActor;
  let accounts: { accountId: string; olga: RequestActor }[];
  let sam: string;

  beforeEach(async () => {
    muster = await PostalMuster.start();
    const rootAccountId = (await muster.application.rootAccountId()) ?? '';
    const added = applied(
      await muster.application.addUser(
        joining(rootAccountId, muster.root, '', {
          person: { issuer: ISSUER, subject: 'the machine', name: 'Identity provider' },
          kind: 'SERVICE',
          role: 'REVIEWER',
          permissions: ['accounts.operate', 'session.signal'],
        }),
      ),
    );
    identityProvider = user(added.events[0]?.subjectId);
    const policy = { ssoCutoffOnDeactivate: 'AT_SESSION_END' };
    accounts = [await muster.openAccount(policy), await muster.openAccount(policy)];
    for (const { accountId, olga } of accounts) {
      const joined = await muster.application.addUser(
        joining(accountId, olga, 'sam@acme.example', { kind: 'SSO' }),
      );
      sam = applied(joined).events[0]?.subjectId ?? '';
      await muster.execute(accountId, olga, end('deactivateUser', sam));
    }
    const claims = { issuer: ISSUER, subject: 'sam', verifiedEmail: 'sam@acme.example' };
    await muster.application.signIn(claims);
  });
  afterEach(() => muster.remove());

  const ended = (also: Partial<SessionEndedRequest> = {}) =>
    muster.application.sessionEnded({
      actor: identityProvider,
      person: { issuer: ISSUER, subject: 'sam' },
      accountId: null,
      ...also,
    });
  const resultsOf = async (answer: Promise<Awaited<ReturnType<typeof ended>>>) => {
    const found = await answer;
    return isRejection(found) ? found.code : found.map(resultOf);
  };

  it('is heard in every account that waits for it, also right after a deactivation', async () => {
    expect(await resultsOf(ended())).to.deep.equal(['APPLIED', 'APPLIED']);
    for (const { accountId } of accounts) {
      const [event] = await muster.accountEvents(accountId, 'SessionAccessEnded');
      expect(event).to.deep.nested.include({ 'data.cause': 'SIGNALLED', 'actor.kind': 'SERVICE' });
    }
    expect(await resultsOf(ended())).to.deep.equal([]);
  });

  it('gives the first result again under the same idempotency key', async () => {
    const first = await ended({ idempotencyKey: 'k' });
    const again = await ended({ idempotencyKey: 'k' });
    if (isRejection(first) || isRejection(again)) throw new Error('refused');
    expect(first.map(resultOf)).to.deep.equal(['APPLIED', 'APPLIED']);
    expect(again).to.deep.equal(first.map((outcome) => ({ ...outcome, replayed: true, results: null })));
  });

  it('is heard in one account when that one is named', async () => {
    const [first, second] = accounts.map(({ accountId }) => accountId);
    expect(await resultsOf(ended({ accountId: first ?? '', person: { userId: sam } }))).to.deep.equal([
      'APPLIED',
    ]);
    expect(await resultsOf(ended({ accountId: first ?? '' }))).to.deep.equal(['UNCHANGED']);
    expect(await muster.accountEvents(second ?? '', 'SessionAccessEnded')).to.deep.equal([]);
  });

  it('of somebody unknown is refused', async () => {
    const person = { issuer: ISSUER, subject: 'nobody' };
    expect(await resultsOf(ended({ person }))).to.equal('NOT_FOUND');
    expect(await resultsOf(ended({ person, accountId: accounts[0]?.accountId ?? '' }))).to.equal('NOT_FOUND');
  });

  it('is not taken from whoever may not say it, who does not learn either who is known', async () => {
    const [{ olga, accountId } = { olga: muster.root, accountId: '' }] = accounts;
    const nobody = { issuer: ISSUER, subject: 'nobody' };
    for (const actor of [olga, user(sam)])
      expect(await ended({ actor })).to.deep.equal(await ended({ actor, person: nobody }));
    expect(await resultsOf(ended({ actor: olga }))).to.equal('PERMISSION_DENIED');
    expect(await ended({ actor: olga, accountId })).to.deep.equal(
      await ended({ actor: olga, accountId, person: nobody }),
    );
    expect(await muster.accountEvents(accountId, 'SessionAccessEnded')).to.deep.equal([]);
  });

  it('is left out where the machine has no right', async () => {
    const [first] = accounts;
    const rootAccountId = (await muster.application.rootAccountId()) ?? '';
    await muster.execute(first?.accountId ?? '', muster.root, {
      type: 'unlinkOperator',
      operatorAccountId: rootAccountId,
    });
    expect(await resultsOf(ended())).to.deep.equal(['APPLIED']);
  });
});
