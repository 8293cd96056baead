import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { accountWorld } from '../support/account-world.js';
import type { GraphqlAnswer } from '../support/graphql-client.js';
import { startMuster } from '../support/start-muster.js';

const createGroup = `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }`;

describe('shutting down', () => {
  let begun: number;
  const onBegun = (message: unknown) => {
    const { request } = message as { readonly request: IncomingMessage };
    if (request.method === 'POST') begun += 1;
  };
  beforeEach(() => {
    begun = 0;
    subscribe('http.server.request.start', onBegun);
  });
  afterEach(() => unsubscribe('http.server.request.start', onBegun));

  it('answers every request that was begun, carries out those begun before, then takes nothing more', async () => {
    const muster = await startMuster();
    const { accountId, olga } = await accountWorld(muster);
    const before = begun;
    const sent = Array.from({ length: 20 }, (_, i) =>
      olga.client.send(createGroup, { input: { accountId, name: `Group ${i}` } }),
    );
    const settled = Promise.allSettled(sent);
    while (begun === before) await new Promise((resolve) => setImmediate(resolve));
    const atClose = begun - before;
    await muster.close();
    const answers = (await settled).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(answers).to.have.lengthOf(begun - before);
    const said = answers.map(whatItSays);
    expect(said.filter((one) => one !== 'SERVICE_UNAVAILABLE' && one !== 'APPLIED')).to.deep.equal([]);
    expect(said.filter((one) => one === 'APPLIED').length).to.be.at.least(atClose);
    const refused = await fetch(`${muster.url}/livez`).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(TypeError);
  });

  it('may be asked for twice', async () => {
    const muster = await startMuster();
    await Promise.all([muster.close(), muster.close()]);
  });
});

const whatItSays = ({ data, errors }: GraphqlAnswer): unknown =>
  data?.createGroup?.outcome ?? errors?.[0]?.extensions.code;
