import fc from 'fast-check';
import type { ReadConnections } from '../../projections/read-connections.js';
import { MemoryLog } from '../projections/memory-log.js';
import { playDecisions, wishes } from '../projections/random-decisions.js';
import { play, steps } from '../projections/random-history.js';
import { ReadModelFixture } from '../projections/read-model-fixture.js';
import { expectSameFigures, expectSameRisks, tellAccounts } from './compare-figures.js';
import { stretched } from './stretched-log.js';

const numRuns = Number(process.env.FC_RUNS ?? 40);
/** The first of January 2020. */
const FIRST_DAY = 18_262;
const ranges = fc.tuple(fc.integer({ min: -20, max: 90 }), fc.integer({ min: 1, max: 60 }));

describe('the figures for analysts', () => {
  it('are those of a brute force over the events, for everything the decider lets through', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(150), ranges, async (plan, range) => {
        const log = new MemoryLog();
        await playDecisions(log, plan);
        await expectLikeBruteForce(stretched(log, 37), range);
      }),
      { numRuns },
    );
  }).timeout(120_000);

  for (const imported of [false, true])
    it(`are so for several accounts together (${imported ? 'imported' : 'live'} history)`, async () => {
      await fc.assert(
        fc.asyncProperty(uncorrected, uncorrected, ranges, async (one, other, range) => {
          const log = new MemoryLog();
          await play(log, one, { accountId: 'a1', imported });
          await play(log, other, { accountId: 'a2', imported });
          await expectLikeBruteForce(stretched(log, 61), range);
        }),
        { numRuns },
      );
    }).timeout(120_000);
});

/** Corrections come with the real decider, which knows their limits. */
const uncorrected = steps(60).map((plan) =>
  plan.filter(({ what }) => what < 50 || (what >= 58 && what < 100)),
);

async function expectLikeBruteForce(
  log: MemoryLog,
  [first, length]: readonly [number, number],
): Promise<void> {
  const fixture = new ReadModelFixture();
  try {
    await fixture.catchUp(log);
    const databases: ReadConnections = fixture.connect();
    const compared = { databases, told: tellAccounts(log.events) };
    const from = FIRST_DAY + first;
    await expectSameFigures(compared, [...compared.told.keys()].sort(), { from, to: from + length });
    expectSameRisks(compared);
  } finally {
    fixture.close();
  }
}
