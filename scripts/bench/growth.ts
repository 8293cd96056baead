import type { BenchResult } from './bench-result.js';
import { LoadConnection, median, requestBytes } from './http-load.js';
import { type MeasuredServer, withMeasuredServer } from './measured-server.js';
import { expectApplied, expectText } from './switching.js';
import { USERS_PAGE } from './users-page.js';

const SIZES = [100, 10_000, 100_000] as const;
const ROUNDS = 3;
const REQUESTS = 50;

const DEACTIVATE = `mutation ($input: DeactivateUserInput!) {
  deactivateUser(input: $input) { outcome membership { id status } }
}`;
const REACTIVATE = `mutation ($input: ReactivateUserInput!) {
  reactivateUser(input: $input) { outcome }
}`;

/** The cost of one deactivation and of one page of users, in a small account and in a large one. */
export function benchGrowth(): Promise<BenchResult> {
  return withMeasuredServer({ accounts: SIZES, named: false }, async (server) => {
    const connection = await LoadConnection.open(server.endpoint);
    const commands: number[][] = SIZES.map(() => []);
    const pages: number[][] = SIZES.map(() => []);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index] of SIZES.entries()) {
        const measured = await measure(connection, server, index);
        if (round === 0) continue;
        commands[index]?.push(...measured.commands);
        pages[index]?.push(...measured.pages);
      }
    }
    connection.close();
    const ofCommands = commands.map(median);
    const ofPages = pages.map(median);
    const growths = [ofCommands, ofPages].map(
      (p50s) => (p50s.at(-1) ?? Number.NaN) / (p50s[0] ?? Number.NaN),
    );
    const [value, floor] = (growths[0] ?? 0) > (growths[1] ?? 0) ? worst(ofCommands) : worst(ofPages);
    return {
      name: 'growth',
      ratio: Math.max(...growths),
      target: 1.5,
      value,
      floor,
      unit: 'ms (p50)',
      note:
        `p50 at ${SIZES.join(', ')} members: deactivate ${inMs(ofCommands)}, page of 50 ${inMs(ofPages)}. Limits: caches ` +
        'of the processor; no step looks at more members than it changes or shows.',
    };
  });
}

const worst = (p50s: readonly number[]): readonly [number, number] => [p50s.at(-1) ?? 0, p50s[0] ?? 0];
const inMs = (p50s: readonly number[]): string => p50s.map((p50) => `${p50.toFixed(2)} ms`).join(', ');

async function measure(connection: LoadConnection, server: MeasuredServer, index: number) {
  const { accountId, userIds } = server.accounts[index] ?? { accountId: '', userIds: [] };
  const bytes = (query: string, variables: unknown) =>
    requestBytes(server.endpoint, server.token, { query, variables });
  const commands: number[] = [];
  const pages: number[] = [];
  for (let n = 0; n < REQUESTS; n += 1) {
    const input = { accountId, userId: userIds[Math.floor((n * userIds.length) / REQUESTS)] };
    const asked = performance.now();
    expectApplied(await connection.ask(bytes(DEACTIVATE, { input })));
    commands.push(performance.now() - asked);
    expectApplied(await connection.ask(bytes(REACTIVATE, { input })));
    const turned = performance.now();
    expectText(await connection.ask(bytes(USERS_PAGE, { id: accountId })), '"hasNextPage":true');
    pages.push(performance.now() - turned);
  }
  return { commands, pages };
}
