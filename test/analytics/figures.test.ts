import fc from 'fast-check';
import type { ReadConnections } from '../../projections/read-connections.js';
import { MemoryLog } from '../projections/memory-log.js';
import { playDecisions, wishes } from '../projections/random-decisions.js';
import { play, type Step, steps } from '../projections/random-history.js';
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
        fc.asyncProperty(steps(60), steps(60), ranges, async (one, other, range) => {
          const log = new MemoryLog();
          await play(log, one, { accountId: 'a1', imported });
          await play(log, other, { accountId: 'a2', imported });
          await expectLikeBruteForce(stretched(log, 61), range);
        }),
        { numRuns, examples: imported ? [] : [changedAtOnceThenCorrected] },
      );
    }).timeout(120_000);
});

const step = (what: number, a: number, b: number, minutes = 0) => ({ what, a, b, minutes, together: false });

/**
 * Somebody comes in; a minute later, in one millisecond, role and access change; then it turns out that access ended
 * with the coming in: what had no length is no stay.
 */
const changedAtOnceThenCorrected: [Step[], Step[], [number, number]] = [
  [step(0, 0, 0)],
  [step(0, 188, 0), step(40, 206, 0, 1), step(0, 710, 0), step(50, 812, 363), step(0, 0, 0)],
  [0, 1],
];

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
