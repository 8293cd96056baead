import { expect } from 'chai';
import {
  HeldElsewhere,
  type Pace,
  type ReadModelProgress,
  type Work,
  WorkLoop,
} from '../../src/process-managers/work-loop.js';

/** Pauses that a test need not wait for. */
const quick: Pace = { pollMs: 1, gapMs: 1, firstPauseMs: 1, longestPauseMs: 4, heldPauseMs: 4 };
/** Nothing happens unless the test asks for a round. */
const patient: Pace = {
  pollMs: 3_600_000,
  gapMs: 3_600_000,
  firstPauseMs: 3_600_000,
  longestPauseMs: 3_600_000,
  heldPauseMs: 3_600_000,
};

const upToDate: ReadModelProgress = { waitFor: async () => true };

describe('a loop that does what is listed', () => {
  let reported: unknown[];
  let loop: WorkLoop<string> | null;
  beforeEach(() => {
    reported = [];
    loop = null;
  });
  afterEach(() => loop?.close(5_000));

  const start = (work: Partial<Work<string>>, pace = patient, readModel = upToDate) => {
    loop = new WorkLoop({
      work: { name: 'test', parallel: 1, keyOf: (item) => item, list: () => [], do: async () => 1, ...work },
      readModel,
      report: (error) => void reported.push(error),
      pace,
    });
    return loop;
  };

  it('does each item once, and looks again when it has been done', async () => {
    const waiting = ['a', 'b', 'c'];
    const done: string[] = [];
    await start({
      list: () => [...waiting],
      do: async (item) => {
        done.push(item);
        waiting.splice(waiting.indexOf(item), 1);
        return done.length;
      },
    }).round();
    expect(done).to.deep.equal(['a', 'b', 'c']);
  });

  it('looks again only when the list shows what it has written', async () => {
    const done: string[] = [];
    let shown = 0;
    const readModel = {
      waitFor: async (position: number) => {
        shown = position;
        return true;
      },
    };
    const work = {
      list: () => (shown < 7 ? ['a'] : []),
      do: async (item: string) => {
        done.push(item);
        return 7;
      },
    };
    const looping = start(work, patient, readModel);
    await looping.round();
    await looping.round();
    expect(done).to.deep.equal(['a']);
  });

  it('never has two rounds at once, however it is asked', async () => {
    let atOnce = 0;
    let most = 0;
    const looping = start(
      {
        list: () => ['a'],
        do: async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce -= 1;
          return 1;
        },
      },
      quick,
    );
    for (let i = 0; i < 20; i += 1) looping.nudge();
    await Promise.all(Array.from({ length: 20 }, () => looping.round()));
    expect(most).to.equal(1);
  });

  it('works on several items at once, no more than it is told', async () => {
    let atOnce = 0;
    let most = 0;
    let left = Array.from({ length: 10 }, (_, i) => `${i}`);
    await start({
      parallel: 3,
      list: () => left,
      do: async (item) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        left = left.filter((one) => one !== item);
        return 1;
      },
    }).round();
    expect({ most, left }).to.deep.equal({ most: 3, left: [] });
  });

  it('goes on beside what takes long, and begins that once', async () => {
    const begun: string[] = [];
    let waiting = ['slow', 'a'];
    let finish = () => {};
    let arrived = () => {};
    const looping = start(
      {
        parallel: 2,
        list: () => waiting,
        do: async (item) => {
          begun.push(item);
          if (item === 'slow') await new Promise<void>((resolve) => (finish = resolve));
          waiting = waiting.filter((one) => one !== item);
          arrived();
          return 1;
        },
      },
      quick,
    );
    for (const item of ['b', 'c']) {
      waiting = [...waiting, item];
      await new Promise<void>((resolve) => {
        arrived = () => !waiting.includes(item) && resolve();
      });
    }
    finish();
    await looping.round();
    expect({ begun, waiting }).to.deep.equal({ begun: ['slow', 'a', 'b', 'c'], waiting: [] });
  });

  it('goes on past items that fail, however many stand before', async () => {
    const poisoned = Array.from({ length: 250 }, (_, i) => `poisoned ${i}`);
    let good = ['good'];
    const looping = start({
      list: (limit) => [...poisoned, ...good].slice(0, limit),
      do: async (item) => {
        if (item !== 'good') throw new Error(item);
        good = [];
        return 1;
      },
    });
    for (let round = 1; round <= 5; round += 1) await looping.round();
    expect(good).to.deep.equal([]);
    expect(new Set(reported.map(String)).size, 'each is reported').to.equal(250);
    expect(reported.length, 'and left alone afterwards').to.equal(250);
  });

  it('tries what failed again, until it works', async () => {
    let attempts = 0;
    const succeeded = new Promise<void>((resolve) => {
      start(
        {
          list: () => (attempts < 5 ? ['a'] : []),
          do: async () => {
            attempts += 1;
            if (attempts < 5) throw new Error('not yet');
            resolve();
            return 1;
          },
        },
        quick,
      );
    });
    await succeeded;
    expect(reported).to.have.length(4);
  });

  it('looks again after a list that could not be read', async () => {
    let looks = 0;
    const done = new Promise<void>((resolve) => {
      start(
        {
          list: () => {
            looks += 1;
            if (looks < 4) throw new Error('locked');
            return ['a'];
          },
          do: async () => {
            resolve();
            return 1;
          },
        },
        quick,
      );
    });
    await done;
    expect(reported.map(String)).to.deep.equal(Array(3).fill('Error: locked'));
  });

  it('leaves alone for a while what came to nothing, without a word', async () => {
    let attempts = 0;
    const looping = start({
      list: () => ['a'],
      do: async () => {
        attempts += 1;
        return null;
      },
    });
    expect(await looping.round()).to.equal(0);
    await looping.round();
    expect({ attempts, reported }).to.deep.equal({ attempts: 1, reported: [] });
  });

  /** Resolves when an item that another node has each time has been looked at so often. */
  const lookedAt = (times: number, { forMs, ...pace }: { readonly forMs: number } & Partial<Pace>) =>
    new Promise<void>((resolve) => {
      let looks = 0;
      const work = {
        list: () => ['a'],
        do: async () => {
          looks += 1;
          if (looks === times) resolve();
          return new HeldElsewhere(forMs);
        },
      };
      start(work, { ...patient, pollMs: 1, gapMs: 1, ...pace });
    });

  it('looks again at what another node has when that may be over, however often it was so', async () => {
    // The pause after a failure is no part of it: the second look would be a second away.
    await lookedAt(12, { forMs: 1, firstPauseMs: 1_000 });
    expect(reported).to.deep.equal([]);
  });

  it('looks now and then at what another node says to have for long', () =>
    lookedAt(3, { forMs: 3_600_000, heldPauseMs: 1 }));

  it('leaves what another node has alone until then', async () => {
    let looks = 0;
    const looping = start({
      list: () => ['a'],
      do: async () => {
        looks += 1;
        return new HeldElsewhere(3_600_000);
      },
    });
    expect(await looping.round()).to.equal(0);
    expect(await looping.round()).to.equal(0);
    expect(looks).to.equal(1);
  });

  it('looks soon when nudged', async () => {
    let waiting: string[] = [];
    const done = new Promise<string>((resolve) => {
      const looping = start(
        {
          list: () => waiting,
          do: async (item) => {
            waiting = [];
            resolve(item);
            return 1;
          },
        },
        { ...patient, gapMs: 1 },
      );
      waiting = ['a'];
      looping.nudge();
    });
    expect(await done).to.equal('a');
  });

  it('finishes what is under way when it ends, and begins nothing more', async () => {
    const begun: string[] = [];
    let finish: (() => void) | undefined;
    let finished = false;
    const looping = start({
      list: () => ['a', 'b'],
      do: async (item) => {
        begun.push(item);
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        finished = true;
        return 1;
      },
    });
    const round = looping.round();
    const closed = looping.close(5_000);
    finish?.();
    await closed;
    expect({ begun, finished }).to.deep.equal({ begun: ['a'], finished: true });
    await round;
    expect(await looping.round()).to.equal(0);
  });
});
