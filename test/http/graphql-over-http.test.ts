import { expect } from 'chai';
import { serverAudits } from 'graphql-http';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('GraphQL over HTTP', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  const audits = serverAudits({
    url: () => `${muster.url}/graphql`,
    // Muster answers nobody without a token, and no browser form that could be forged.
    fetchFn: (url: string, init: RequestInit = {}): Promise<Response> => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${muster.root.token}`);
      headers.set('apollo-require-preflight', '1');
      return fetch(url, { ...init, headers });
    },
  });

  it('is audited by 61 rules', () => expect(audits).to.have.lengthOf(61));

  for (const audit of audits)
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      if (result.status === 'ok') return;
      expect.fail(`${result.status}: ${result.reason}`);
    });
});
