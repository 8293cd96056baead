import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { buildMusterSchema } from '../../schema/build-schema.js';
import type { RequestContext } from '../../schema/context.js';
import { createAuthenticator } from '../../src/auth/authenticator.js';
import { Admission } from '../../src/http/admission.js';
import { startGraphqlServer } from '../../src/http/graphql-server.js';
import { createHttpServer } from '../../src/http/http-server.js';
import { createLog } from '../../src/http/log.js';
import { Turns } from '../../src/http/turns.js';
import { Metrics } from '../../src/operations/metrics.js';
import { ReadinessProbe } from '../../src/operations/readiness.js';
import { graphqlClient } from '../support/graphql-client.js';
import { TestIssuer } from '../support/test-issuer.js';

/** The HTTP room alone, so that its queue can be full and its inside broken. */
describe('the HTTP server', () => {
  const issuer = new TestIssuer();
  const lines: string[] = [];
  const log = createLog('error', { write: (line) => void lines.push(line) });
  let server: FastifyInstance;
  let isReady: string | null = null;
  let turns = new Turns(100);
  before(async () => {
    const readiness = new ReadinessProbe({ now: () => performance.now(), report: () => {}, holdsMs: 0 });
    readiness.serve([{ name: 'disk', look: async () => isReady }]);
    server = createHttpServer({
      graphql: await startGraphqlServer(buildMusterSchema(), log),
      authenticator: createAuthenticator({
        config: issuer.config,
        clock: Date.now,
        signIn: async ({ subject }) => {
          if (subject === 'breaks') throw new Error('secret of the vault');
          return null;
        },
      }),
      turns: {
        get isFull() {
          return turns.isFull;
        },
        next: () => turns.next(),
      } as Turns,
      contextFor: () => ({}) as RequestContext,
      log,
      admission: new Admission(1_000_000),
      metrics: new Metrics(),
      readiness,
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => server.close());

  const url = () => {
    const address = server.server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  };
  const send = async (query: string, subject = 'ann') =>
    graphqlClient(url(), await issuer.token({ sub: subject })).send(query);

  it('takes no more mutations than can wait: 503 with Retry-After, while queries go on', async () => {
    turns = new Turns(0);
    const mutation = await send('mutation { __typename }');
    expect(mutation.status).to.equal(503);
    expect(mutation.headers.get('retry-after')).to.equal('1');
    expect(mutation.errors?.[0]?.extensions.code).to.equal('OVERLOADED');
    expect((await send('{ __typename }')).status).to.equal(200);
    turns = new Turns(100);
    expect((await send('mutation { __typename }')).status).to.equal(200);
  });

  it('lets nothing of an unforeseen error out but an id that stands in the log', async () => {
    for (const answer of [await send('{ viewer { subject } }'), await send('{ __typename }', 'breaks')]) {
      const [error] = answer.errors ?? [];
      expect(error?.extensions).to.have.keys('code', 'errorId');
      expect(error?.extensions.code).to.equal('INTERNAL_SERVER_ERROR');
      expect(error?.message).not.to.match(/vault|undefined|TypeError|cannot/i);
      expect(lines.some((line) => line.includes(String(error?.extensions.errorId)))).to.equal(true);
    }
    expect(lines.join('')).to.include('secret of the vault');
  });

  it('says when it is not ready, and stays alive', async () => {
    isReady = 'the disk is full';
    const ready = await fetch(`${url()}/readyz`);
    expect(ready.status).to.equal(503);
    expect(await ready.json()).to.deep.equal({
      status: 'not ready',
      checks: { disk: 'the disk is full', serving: 'ok' },
    });
    expect((await fetch(`${url()}/livez`)).status).to.equal(200);
    isReady = null;
    expect((await fetch(`${url()}/readyz`)).status).to.equal(200);
  });
});

describe('the log', () => {
  it('holds no token, address or name, wherever they stand', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    log.info(
      { token: 'canary', email: 'canary', deep: { authorization: 'canary', headers: { a: 'canary' } } },
      'x',
    );
    log.info({ a: { b: { name: 'canary' } } }, 'y');
    log.error({ err: Object.assign(new Error('failed'), { config: { token: 'canary' } }) }, 'z');
    expect(lines).to.have.lengthOf(3);
    expect(lines.join('')).not.to.include('canary');
  });
});
