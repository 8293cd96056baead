import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createTokenVerifier, InvalidToken, KeysUnavailable } from '../../src/auth/token-verifier.js';
import { TestIssuer } from '../support/test-issuer.js';

describe('keys from a JWKS address', () => {
  const issuer = new TestIssuer();
  let server: Server;
  let answer: { status: number; body: string };
  before((done) => {
    server = createServer((_, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    server.listen(0, '127.0.0.1', done);
  });
  after((done) => {
    server.close(done);
  });

  const jwks = (kid: string) => {
    const jwk = { ...issuer.publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' };
    return { status: 200, body: JSON.stringify({ keys: [jwk] }) };
  };
  const verifier = () => {
    const { port } = server.address() as AddressInfo;
    const keys = { from: 'JWKS_URL' as const, url: new URL(`http://127.0.0.1:${port}/jwks.json`) };
    return createTokenVerifier({ ...issuer.config, keys, algorithms: ['EdDSA', 'RS256'] }, Date.now);
  };

  it('verify a token by its key id', async () => {
    answer = jwks('key-1');
    const token = await issuer.token({ sub: 'ann' }, { kid: 'key-1' });
    expect((await verifier().verify(token)).subject).to.equal('ann');
  });

  it('refuse a token whose key the issuer does not have', async () => {
    answer = jwks('key-1');
    const token = await issuer.token({ sub: 'ann' }, { kid: 'key-2' });
    expect(
      await verifier()
        .verify(token)
        .catch((e: unknown) => e),
    ).to.be.instanceOf(InvalidToken);
  });

  it('leave the token undecided when they cannot be fetched', async () => {
    const token = await issuer.token({ sub: 'ann' }, { kid: 'key-1' });
    for (const broken of [
      { status: 500, body: '' },
      { status: 200, body: 'not JSON' },
    ]) {
      answer = broken;
      expect(
        await verifier()
          .verify(token)
          .catch((e: unknown) => e),
      ).to.be.instanceOf(KeysUnavailable);
    }
  });
});
