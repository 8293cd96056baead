import { type ClientRequest, request } from 'node:http';
import { expect } from 'chai';
import { defaultOperations } from '../../src/operations-config.js';
import { accountWorld } from '../support/account-world.js';
import { startMuster } from '../support/start-muster.js';
import { until } from '../support/until.js';

const { limits } = defaultOperations;

describe('more than can wait', () => {
  it('is refused with 503 and Retry-After, and nothing of it is done', async () => {
    const muster = await startMuster({ operations: { limits: { ...limits, waitingPerAccount: 5 } } });
    try {
      const { accountId, olga } = await accountWorld(muster);
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          olga.client.send(CREATE, { input: { accountId, name: `G ${i}` } }),
        ),
      );
      const refused = answers.filter(({ errors }) => errors !== undefined);
      expect(refused.length).to.be.greaterThan(0);
      for (const { status, headers, errors, data } of refused) {
        expect(status).to.equal(503);
        expect(headers.get('retry-after')).to.equal('1');
        expect(errors?.[0]?.extensions).to.deep.equal({ code: 'OVERLOADED', retryAfterSeconds: 1 });
        expect(data?.createGroup ?? null).to.equal(null);
      }
      const done = answers.filter(({ data }) => data?.createGroup?.outcome === 'APPLIED').length;
      expect(done + refused.length).to.equal(60);
      const { account } = await olga.client.query(
        'query ($id: ID!) { account(id: $id) { groups(first: 200) { totalCount } } }',
        { id: accountId },
      );
      expect(account.groups.totalCount).to.equal(done);
    } finally {
      await muster.close();
    }
  });

  it('counts over all accounts too', async () => {
    const muster = await startMuster({ operations: { limits: { ...limits, waiting: 3 } } });
    try {
      const worlds = [await accountWorld(muster), await accountWorld(muster)] as const;
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => {
          const { accountId, olga } = worlds[i % 2 === 0 ? 0 : 1];
          return olga.client.send(CREATE, { input: { accountId, name: `G ${i}` } });
        }),
      );
      const codes = answers.flatMap(({ errors }) => errors?.[0]?.extensions.code ?? []);
      expect(codes.length).to.be.greaterThan(0);
      expect(new Set(codes)).to.deep.equal(new Set(['OVERLOADED']));
    } finally {
      await muster.close();
    }
  });

  it('holds only so many bytes of requests at once, and takes more when those have gone', async () => {
    const muster = await startMuster({ operations: { limits: { ...limits, requestBytes: 500_000 } } });
    try {
      const withBytes = (bytes: number) =>
        muster.root.send('query ($id: ID!) { account(id: $id) { id } }', {
          id: muster.rootAccountId,
          padding: 'x'.repeat(bytes),
        });
      expect((await withBytes(250_000)).status).to.equal(200);
      const slow = halfRequest(muster.url, muster.root.token);
      await until(async () => (await withBytes(250_000)).status === 503);
      const { headers, errors } = await withBytes(250_000);
      expect(headers.get('retry-after')).to.equal('1');
      expect(errors?.[0]?.extensions).to.deep.equal({ code: 'OVERLOADED', retryAfterSeconds: 1 });
      expect((await withBytes(10)).status).to.equal(200);
      slow.destroy();
      await until(async () => (await withBytes(250_000)).status === 200);
    } finally {
      await muster.close();
    }
  });
});

const CREATE = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }';

/** A request that says 280 kB will come, and sends hardly anything of them. */
function halfRequest(url: string, token: string): ClientRequest {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': 280_000,
      authorization: `Bearer ${token}`,
    },
  });
  sent.on('error', () => {});
  sent.write('{"query": "');
  return sent;
}
