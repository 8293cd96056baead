import { expect } from 'chai';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { TestIssuer } from '../support/test-issuer.js';

describe('while the keys of the issuer cannot be fetched', () => {
  const issuer = new TestIssuer();
  const keys = { from: 'JWKS_URL' as const, url: new URL('http://127.0.0.1:1/jwks.json') };
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster({ auth: { ...issuer.config, keys } });
  });
  after(() => muster.close());

  it('the log says so before anybody comes', async () => {
    const deadline = performance.now() + 10_000;
    while (!muster.logged().includes('no token can be verified') && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(muster.logged()).to.match(/no token can be verified until MUSTER_JWKS_URL gives keys/);
    expect(muster.logged()).to.match(/cannot be fetched: fetch failed: /);
  });

  it('a request is told when to come again, and the log tells the outage without a stack', async () => {
    const { status, headers, errors } = await muster.root.send('{ viewer { user { id } } }');
    expect(status).to.equal(503);
    expect(headers.get('retry-after')).to.equal('1');
    expect(errors?.[0]?.extensions).to.deep.equal({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 });
    expect(muster.logged()).to.include('tokens cannot be verified').and.not.include('unexpected error');
    expect(muster.logged()).to.not.include('stack');
  });
});
