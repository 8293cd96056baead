import type { BenchResult } from './bench-result.js';
import { startChild } from './child.js';
import { median, openConnections, quantile, requestBytes, runLoad } from './http-load.js';
import { withMeasuredServer } from './measured-server.js';
import { expectText } from './switching.js';
import { USERS_PAGE } from './users-page.js';

const WRITERS = 64;
const READERS = 8;
const ROUNDS = 3;
const ROUND_MS = 2_000;
const WARM_UP_MS = 2_000;

/** What a flood of writes does to the slowest of a hundred reads. */
export function benchReadUnderWrite(): Promise<BenchResult> {
  return withMeasuredServer({ accounts: new Array<number>(100).fill(64), named: true }, async (server) => {
    const readers = await openConnections(server.endpoint, READERS);
    const bytes = requestBytes(server.endpoint, server.token, {
      query: USERS_PAGE,
      variables: { id: server.accounts[0]?.accountId },
    });
    const read = async (forMs: number) => {
      const check = (body: string) => expectText(body, '"hasNextPage":true');
      const { latenciesMs } = await runLoad(readers, { forMs, next: () => bytes, check });
      return quantile(latenciesMs, 0.99);
    };
    await read(WARM_UP_MS);
    const alone: number[] = [];
    const beside: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(await read(ROUND_MS));
      // Members that no earlier round has switched: every request writes.
      const accounts = server.accounts.filter((_, index) => index % ROUNDS === round);
      const writers = await startChild<string>('writers', {
        server: { ...server, accounts },
        connections: WRITERS,
      });
      await read(WARM_UP_MS / 2);
      beside.push(await read(ROUND_MS));
      await writers.end();
    }
    for (const reader of readers) reader.close();
    const [value, floor] = [median(beside), median(alone)];
    return {
      name: 'read-under-write',
      ratio: value / floor,
      target: 3,
      value,
      floor,
      unit: 'ms (p99)',
      note:
        `${READERS} readers of a 50-member page, beside ${WRITERS} writers that never pause ÷ alone. Limits: one event ` +
        'loop executes both; a read waits for a millisecond of mutations a turn, and for cores shared with four processes.',
    };
  });
}
