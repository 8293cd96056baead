import { expect } from 'chai';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('signing in over HTTP', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  const ask = (authorization: string | null, body = '{"query":"{ viewer { subject user { id } } }"}') =>
    fetch(`${muster.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
      body,
    });

  it('is needed: 401, WWW-Authenticate and UNAUTHENTICATED', async () => {
    const response = await ask(null);
    expect(response.status).to.equal(401);
    expect(response.headers.get('www-authenticate')).to.equal('Bearer realm="muster"');
    expect(await response.json()).to.have.nested.property('errors[0].extensions.code', 'UNAUTHENTICATED');
  });

  it('comes before everything else: a stranger’s nonsense is not even read', async () => {
    expect((await ask(null, '{{{')).status).to.equal(401);
    expect((await fetch(`${muster.url}/graphql?query=mutation`)).status).to.equal(401);
  });

  it('says what is wrong with a token', async () => {
    const response = await ask(`Bearer ${await muster.issuer.token({ sub: 'ann', aud: 'elsewhere' })}`);
    expect(response.status).to.equal(401);
    expect(response.headers.get('www-authenticate')).to.match(
      /error="invalid_token", error_description=".*aud/,
    );
  });

  it('needs no more than a token of the issuer: somebody unknown is let in, as nobody', async () => {
    const nobody = await muster.client({ subject: 'nobody' });
    expect(
      await nobody.query('{ viewer { subject user { id } accounts { nodes { id } totalCount } } }'),
    ).to.deep.equal({
      viewer: { subject: 'nobody', user: null, accounts: { nodes: [], totalCount: 0 } },
    });
  });

  it('gives a nobody no right, and tells him nothing', async () => {
    const nobody = await muster.client({ subject: 'nobody' });
    const query =
      'query ($a: ID!) { account(id: $a) { name } membership(accountId: $a, userId: $a) { id } user(id: $a) { id } }';
    const { rootAccountId } = muster;
    expect(await nobody.query(query, { a: rootAccountId })).to.deep.equal({
      account: null,
      membership: null,
      user: null,
    });
    const refused = await nobody.mutate('createGroup', { accountId: rootAccountId, name: 'mine' });
    const unknown = await nobody.mutate('createGroup', { accountId: muster.rootUserId, name: 'mine' });
    expect(refused.userErrors).to.deep.equal(unknown.userErrors);
    expect(refused.userErrors[0]).to.include({ code: 'NOT_FOUND', field: 'input.accountId' });
  });

  it('links an identity by a verified address only', async () => {
    const add = {
      accountId: muster.rootAccountId,
      person: { email: 'lin@example.test', name: 'Lin' },
      role: 'REVIEWER',
    };
    await muster.root.mutate('addUser', add);
    const claims = { sub: 'lin', email: 'lin@example.test' };
    const unverified = await ask(`Bearer ${await muster.issuer.token({ ...claims, email_verified: false })}`);
    expect(await unverified.json()).to.have.nested.property('data.viewer.user', null);
    const verified = await ask(`Bearer ${await muster.issuer.token({ ...claims, email_verified: true })}`);
    expect(await verified.json())
      .to.have.nested.property('data.viewer.user.id')
      .that.is.a('string');
  });

  it('reads no right from the token', async () => {
    const token = await muster.issuer.token({
      sub: 'nobody',
      role: 'OWNER',
      permissions: ['accounts.create'],
      scope: 'admin',
    });
    const body = JSON.stringify({
      query: 'mutation { createAccount(input: { name: "Mine" }) { outcome userErrors { code } } }',
    });
    expect(await (await ask(`Bearer ${token}`, body)).json()).to.deep.equal({
      data: { createAccount: { outcome: 'REJECTED', userErrors: [{ code: 'PERMISSION_DENIED' }] } },
    });
  });

  it('is not needed to see that Muster is alive and ready', async () => {
    expect((await fetch(`${muster.url}/livez`)).status).to.equal(200);
    expect((await fetch(`${muster.url}/readyz`)).status).to.equal(200);
  });

  it('leaves no token in the log', () => expect(muster.logged()).not.to.include(muster.root.token));
});
