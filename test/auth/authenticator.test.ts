import { expect } from 'chai';
import type { SignInClaims } from '../../src/application/application.js';
import { createAuthenticator, MissingToken } from '../../src/auth/authenticator.js';
import { InvalidToken } from '../../src/auth/token-verifier.js';
import { TestIssuer } from '../support/test-issuer.js';

describe('authenticating a request', () => {
  const issuer = new TestIssuer();
  let nowMs: number;
  let asked: SignInClaims[];
  let people: Record<string, string>;
  const authenticator = () =>
    createAuthenticator({
      config: issuer.config,
      clock: () => nowMs,
      signIn: async (claims) => {
        asked.push(claims);
        return people[claims.subject] ?? null;
      },
    });

  beforeEach(() => {
    nowMs = Date.now();
    asked = [];
    people = { ann: 'user-of-ann' };
  });

  it('finds the person behind the token', async () => {
    const exp = Math.floor(nowMs / 1000) + 60;
    const caller = await authenticator().authenticate(`Bearer ${await issuer.token({ sub: 'ann', exp })}`);
    expect(caller).to.deep.equal({
      issuer: issuer.issuer,
      subject: 'ann',
      userId: 'user-of-ann',
      expiresAtMs: exp * 1000,
    });
  });

  it('lets somebody unknown in as nobody, and knows them as soon as Muster does', async () => {
    const muster = authenticator();
    const header = `Bearer ${await issuer.token({ sub: 'bob' })}`;
    expect((await muster.authenticate(header)).userId).to.equal(null);
    people.bob = 'user-of-bob';
    expect((await muster.authenticate(header)).userId).to.equal('user-of-bob');
  });

  it('hands on no address that is not verified', async () => {
    const token = await issuer.token({ sub: 'ann', email: 'root@example.test', email_verified: false });
    await authenticator().authenticate(`Bearer ${token}`);
    expect(asked.map(({ verifiedEmail }) => verifiedEmail)).to.deep.equal([null]);
  });

  it('remembers the person for less than 5 seconds', async () => {
    const muster = authenticator();
    const header = `Bearer ${await issuer.token({ sub: 'ann' })}`;
    await muster.authenticate(header);
    nowMs += 4_999;
    await muster.authenticate(header);
    expect(asked).to.have.lengthOf(1);
    nowMs += 1;
    people = {};
    expect((await muster.authenticate(header)).userId).to.equal(null);
  });

  it('believes a remembered token no longer than until it expires', async () => {
    const muster = authenticator();
    const exp = Math.floor(nowMs / 1000) + 30;
    const header = `Bearer ${await issuer.token({ sub: 'ann', exp })}`;
    await muster.authenticate(header);
    nowMs = exp * 1000;
    await refused(muster.authenticate(header), InvalidToken);
  });

  it('remembers no bad token', async () => {
    const muster = authenticator();
    const header = `Bearer ${await issuer.token({ sub: 'ann', nbf: Math.floor(nowMs / 1000) + 10 })}`;
    await refused(muster.authenticate(header), InvalidToken);
    nowMs += 11_000;
    expect((await muster.authenticate(header)).userId).to.equal('user-of-ann');
  });

  it('asks for a token when there is none', async () => {
    await refused(authenticator().authenticate(undefined), MissingToken);
    await refused(authenticator().authenticate(''), MissingToken);
  });

  it('takes nothing but a bearer token', async () => {
    const token = await issuer.token({ sub: 'ann' });
    for (const header of [`Basic ${token}`, token, 'Bearer', `Bearer ${token} ${token}`, `Bearer\n${token}`])
      await refused(authenticator().authenticate(header), InvalidToken);
  });
});

async function refused(outcome: Promise<unknown>, error: new (message: string) => Error): Promise<void> {
  expect(await outcome.catch((thrown: unknown) => thrown)).to.be.instanceOf(error);
}
