import { expect } from 'chai';
import { inOneTurn, inTurns, resultInTurns } from '../../schema/in-turns.js';

describe('work in turns', () => {
  for (const [how, ask] of Object.entries<() => Promise<unknown>>({
    inTurns: () => inTurns([1, 2], () => workFor(3)),
    resultInTurns: () => resultInTurns(twoPieces()),
    inOneTurn: () => inOneTurn(() => workFor(6)),
  }))
    it(`shares each turn among all who ask at once: ${how}`, async () => {
      let longest = 0;
      let isOver = false;
      const watching = (async () => {
        while (!isOver) {
          const before = performance.now();
          await new Promise((resolve) => setImmediate(resolve));
          longest = Math.max(longest, performance.now() - before);
        }
      })();
      await Promise.all(Array.from({ length: 40 }, ask));
      isOver = true;
      await watching;
      // Forty of 6 ms each.
      expect(longest).to.be.lessThan(100);
    });

  it('goes on after a question that failed', async () => {
    const failed = inOneTurn(() => {
      throw new Error('unreadable');
    }).catch((error: unknown) => String(error));
    expect(await inOneTurn(() => 'read')).to.equal('read');
    expect(await failed).to.match(/unreadable/);
  });
});

function* twoPieces(): Generator<void, string> {
  workFor(3);
  yield;
  workFor(3);
  return 'done';
}

function workFor(ms: number): void {
  for (const began = performance.now(); performance.now() - began < ms; );
}
