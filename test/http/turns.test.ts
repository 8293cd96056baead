import { expect } from 'chai';
import { Turns } from '../../src/http/turns.js';

describe('turns', () => {
  it('are given in order, one after the other', async () => {
    const turns = new Turns(100);
    const log: string[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        await turns.next();
        log.push(`${i} begins`);
        await null;
        await null;
        log.push(`${i} ends`);
      }),
    );
    expect(log).to.deep.equal(Array.from({ length: 20 }, (_, i) => [`${i} begins`, `${i} ends`]).flat());
  });

  it('let input and output through after a few milliseconds of work', async () => {
    const turns = new Turns(100);
    let iterations = 0;
    let isOver = false;
    const count = () => {
      iterations += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await turns.next();
        workFor(3);
      }),
    );
    isOver = true;
    expect(iterations).to.be.at.least(20);
  });

  it('are full at their limit, and no longer when they have been given', async () => {
    const turns = new Turns(2);
    const waiting = [turns.next(), turns.next()];
    expect(turns.isFull).to.equal(true);
    await Promise.all(waiting);
    expect(turns.isFull).to.equal(false);
    expect(turns.length).to.equal(0);
  });

  it('go on after thousands, and after a pause', async () => {
    const turns = new Turns(1);
    for (let i = 0; i < 3; i += 1) await Promise.all(Array.from({ length: 2_500 }, () => turns.next()));
    await new Promise((resolve) => setImmediate(resolve));
    await turns.next();
    expect(turns.length).to.equal(0);
  });
});

function workFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
