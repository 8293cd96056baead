import type { BenchResult } from './bench-result.js';
import { median, openConnections, runLoad } from './http-load.js';
import { withMeasuredServer } from './measured-server.js';
import { expectApplied, expectUnchanged, switchingRequests } from './switching.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const WARM_UP_MS = 1_500;
const ROUND_MS = 1_500;

/** Durable mutations on many accounts. */
export const benchMutation = (): Promise<BenchResult> =>
  bench({
    name: 'mutation',
    target: 0.5,
    accounts: new Array<number>(200).fill(64),
    limits:
      'Limits: the main thread, which beside the floor decides, builds and hashes the event, hands groups to the log ' +
      'thread and wakes the callers; then the log and projector threads, which share two cores with it and the client.',
  });

/** Durable mutations on one account: one queue, one stream. */
export const benchMutationHot = (): Promise<BenchResult> =>
  bench({
    name: 'mutation-hot',
    target: 0.3,
    accounts: [6_400],
    limits:
      'Limits: the main thread as in `mutation`; in the one queue, what waits during an append goes out with the next.',
  });

interface Options {
  readonly name: string;
  readonly target: number;
  readonly accounts: readonly number[];
  readonly limits: string;
}

function bench({ name, target, accounts, limits }: Options): Promise<BenchResult> {
  return withMeasuredServer({ accounts, named: false }, async (server) => {
    const connections = await openConnections(server.endpoint, CONNECTIONS);
    const requests = switchingRequests(server, CONNECTIONS);
    const noOps = (forMs: number) =>
      runLoad(connections, { forMs, next: requests.noOp, check: expectUnchanged });
    const mutations = (forMs: number) =>
      runLoad(connections, { forMs, next: requests.mutation, check: expectApplied });
    await noOps(WARM_UP_MS);
    await mutations(WARM_UP_MS);
    const floors: number[] = [];
    const values: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      floors.push((await noOps(ROUND_MS)).perSecond);
      values.push((await mutations(ROUND_MS)).perSecond);
    }
    for (const connection of connections) connection.close();
    const [value, floor] = [median(values), median(floors)];
    return {
      name,
      ratio: value / floor,
      target,
      value,
      floor,
      unit: 'mutations/s',
      note:
        `${CONNECTIONS} connections over ${accounts.length} account(s), each mutation durable and readable before it ` +
        `answers. Floor: a mutation of the same server that checks its input and does nothing. ${limits}`,
    };
  });
}
