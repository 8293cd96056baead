import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { catchUpReadModel } from '../../projections/open-generation.js';
import { ReadFolder } from '../../projections/read-folder.js';
import { readModelProjections } from '../../projections/read-model-projections.js';
import { type Difference, differencesOf } from '../../scripts/replay/compare-facts.js';
import { ReadModelToCompare } from '../../scripts/replay/diff-read-model.js';
import { factsOfState } from '../../scripts/replay/facts-of-state.js';
import { Replay } from '../../src/application/replay.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { type Dice, ReplayedWorld } from './replayed-world.js';

/** MUSTER_TEST_REPLAY_COMMANDS=10000 for the long version. */
const COMMANDS = Number(process.env.MUSTER_TEST_REPLAY_COMMANDS ?? 400);
const POSITIONS = Math.ceil(COMMANDS / 10);

/** What such a history is made of, at the least. */
const ingredients = [
  'UserAdded',
  'UserRejoined',
  'UserDeleted',
  'UserReinstated',
  'MembershipPeriodCorrected',
  'ErasureRequested',
  'PersonalDataErased',
];

describe('replay, read model and as-of', () => {
  it(`say the same at ${POSITIONS} random positions of a history of ${COMMANDS} commands`, async () => {
    const dice = seeded(Number(process.env.MUSTER_TEST_SEED ?? 20_261_123));
    const world = await ReplayedWorld.live(COMMANDS, dice);
    const { store } = world.muster;
    const dir = mkdtempSync(join(tmpdir(), 'muster-replay-read-'));
    const folder = new ReadFolder(dir);
    try {
      const head = await store.head();
      const chosen = new Set(Array.from({ length: POSITIONS }, () => 1 + dice(head)));
      const positions = [...chosen, head].sort((a, b) => a - b);
      const replays = new Map((await world.accountIds()).map((id) => [id, new Replay(store, id)]));
      const remembered: (() => readonly Difference[])[] = [];
      let compared = 0;
      for (const position of positions) {
        await followTo(position);
        const readModel = new ReadModelToCompare(folder);
        expect(readModel.position).to.equal(position);
        for (const [accountId, replay] of replays) {
          for await (const _ of replay.steps({ userId: null, until: { position } }));
          const { last, state } = replay;
          if (last === null) continue;
          const isTimeShared = await nextHasTheTimeOf(last.event, position);
          const differences = readModel.differences({ state, last, isTimeShared }, true);
          expect(differences, `${accountId} at ${position}`).to.deep.equal([]);
          compared += 1;
          const facts = factsOfState(state, 'PERIODS');
          remembered.push(() =>
            differencesOf('AS_OF_POSITION', { replay: facts, readModel: final.factsAt(accountId, position) }),
          );
        }
        readModel.close();
      }
      // What was true at each is still told when everything that came after is known.
      const final = new ReadModelToCompare(folder);
      expect(remembered.flatMap((difference) => difference())).to.deep.equal([]);
      final.close();
      expect(compared).to.be.greaterThan(positions.length);
      const counts = await world.eventCounts();
      for (const type of ingredients) expect(counts.get(type), type).to.be.greaterThan(0);
    } finally {
      rmSync(dir, { recursive: true, force: true });
      await world.muster.remove();
    }

    async function followTo(position: number): Promise<void> {
      const projections = readModelProjections(world.muster.core.openProfile);
      await catchUpReadModel({ store: upTo(store, position), folder, projections });
    }

    async function nextHasTheTimeOf(event: StoredEvent, until: number): Promise<boolean> {
      const [next] = await store.readStream(event.stream, { fromRevision: event.revision + 1, maxCount: 1 });
      if (next === undefined || next.position > until) return false;
      return (JSON.parse(next.body) as StoredEvent).recordedAt === event.recordedAt;
    }
  }).timeout(COMMANDS * 200 + 60_000);
});

/** The log as it was when this position was its last. */
function upTo(store: EventStore, position: number): EventStore {
  return {
    logId: store.logId,
    isExclusive: false,
    append: (request) => store.append(request),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: async (options) => (await store.readAll(options)).filter((event) => event.position <= position),
    readAt: (position) => store.readAt(position),
    head: async () => position,
    subscribe: (options) => store.subscribe(options),
    close: async () => undefined,
  };
}

/** Mulberry32: the same seed, the same history. */
function seeded(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below) | 0;
  };
}
