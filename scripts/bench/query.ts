import type { BenchResult } from './bench-result.js';
import { startChild } from './child.js';
import { median, openConnections, requestBytes, runLoad } from './http-load.js';
import { withMeasuredServer } from './measured-server.js';
import { expectText } from './switching.js';
import { USERS_PAGE } from './users-page.js';

const CONNECTIONS = 32;
const ROUNDS = 5;
const WARM_UP_MS = 1_500;
const ROUND_MS = 1_500;

/** A page of 50 people from the read model, against the same page from constant data on Apollo's own server. */
export function benchQuery(): Promise<BenchResult> {
  return withMeasuredServer({ accounts: [1_000], named: true }, async (server) => {
    const request = { query: USERS_PAGE, variables: { id: server.accounts[0]?.accountId } };
    const bytes = requestBytes(server.endpoint, server.token, request);
    const connections = await openConnections(server.endpoint, CONNECTIONS);
    const page = await connections[0]?.ask(bytes);
    const { data } = JSON.parse(page ?? '') as { data: unknown };
    const standalone = await startChild<{ url: string }>('standalone-server', data);
    const { url } = standalone.ready;
    const floorConnections = await openConnections(url, CONNECTIONS);
    const floorBytes = requestBytes(url, null, request);

    const check = (body: string) => expectText(body, '"hasNextPage":true');
    const pages = (forMs: number) => runLoad(connections, { forMs, next: () => bytes, check });
    const floorPages = (forMs: number) => runLoad(floorConnections, { forMs, next: () => floorBytes, check });
    await floorPages(WARM_UP_MS);
    await pages(WARM_UP_MS);
    const floors: number[] = [];
    const values: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      floors.push((await floorPages(ROUND_MS)).perSecond);
      values.push((await pages(ROUND_MS)).perSecond);
    }
    for (const connection of [...connections, ...floorConnections]) connection.close();
    await standalone.end();
    const [value, floor] = [median(values), median(floors)];
    return {
      name: 'query',
      ratio: value / floor,
      target: 1.2,
      value,
      floor,
      unit: 'pages/s',
      note:
        `${CONNECTIONS} connections, 50 members with names a page, from an account of 1,000, token checked. Floor: the ` +
        'same answer from constant data by startStandaloneServer. Limits: 50 rows of SQL and their objects, then JSON.',
    };
  });
}
