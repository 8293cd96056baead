import { request } from 'node:http';
import { expect } from 'chai';
import { defaultOperations } from '../../src/operations-config.js';
import { accountWorld } from '../support/account-world.js';
import { startMuster } from '../support/start-muster.js';

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
      const worlds = await Promise.all([1, 2, 3, 4].map(() => undefined)).then(async (all) => {
        const made = [];
        for (const _ of all) made.push(await accountWorld(muster));
        return made;
      });
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => {
          const { accountId, olga } = worlds[i % worlds.length] as (typeof worlds)[number];
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
      const { token } = muster.root;
      // Each says that 250 kB will come, sends less and waits: the second does not fit beside the first.
      const first = await halfRequest(muster.url, token);
      await until(async () => (await muster.root.send('{ viewer { user { id } } }')).status === 200);
      const second = await halfRequest(muster.url, token);
      const refused = await second.answer;
      expect(refused.status).to.equal(503);
      expect(refused.retryAfter).to.equal('1');
      expect(refused.body).to.include('"OVERLOADED"').and.to.include('"retryAfterSeconds":1');
      first.abort();
      await until(async () => {
        const third = await halfRequest(muster.url, token);
        const status = await Promise.race([third.answer.then((answer) => answer.status), soon()]);
        third.abort();
        return status === null;
      });
    } finally {
      await muster.close();
    }
  });
});

const CREATE = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }';

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** A request whose body does not come to its end. */
async function halfRequest(url: string, token: string) {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': 250_000,
      authorization: `Bearer ${token}`,
    },
  });
  const answer = new Promise<Answer>((resolve) => {
    sent.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body }),
      );
    });
    sent.on('error', () => {});
  });
  await new Promise<void>((resolve) => sent.write('{"query": "', () => resolve()));
  // Its head has been read when a request that came later has been answered.
  return { answer, abort: () => sent.destroy() };
}

const soon = () => new Promise<null>((resolve) => setTimeout(resolve, 200, null));

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await soon();
}
