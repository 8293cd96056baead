import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { MAX_LAG_MS, ReadLag } from '../../src/read-lag.js';

/** A log whose end and a read model whose position only the test moves. */
class Node {
  clock = 0;
  end = 0;
  position = 0;
  isReachable = true;
  looks = 0;
  isExclusive = false;

  async head(): Promise<number> {
    this.looks += 1;
    if (!this.isReachable) throw new Error('nobody there');
    return this.end;
  }

  start = () => ReadLag.start({ store: this, readModel: this, now: () => this.clock });

  /** The next look is at this time. */
  async lookAt(clock: number): Promise<void> {
    this.clock = clock;
    const { looks } = this;
    while (this.looks === looks) await pause(5);
    await pause(1);
  }
}

describe('how far what a node shows is behind the log', () => {
  let node: Node;
  let lag: ReadLag;
  beforeEach(() => {
    node = new Node();
  });
  afterEach(() => lag.close());

  it('is what has passed since a look at the end of the log that is shown by now', async () => {
    lag = await node.start();
    expect(lag.lagMs).to.equal(0);
    node.end = 10;
    await node.lookAt(300);
    node.clock = 450;
    expect(lag.lagMs, 'the end of 300 is not shown yet, that of 0 is').to.equal(450);
    node.position = 10;
    expect(lag.lagMs).to.equal(150);
  });

  it('does not grow while the log grows and the read model follows', async () => {
    lag = await node.start();
    for (let at = 1; at <= 5; at += 1) {
      node.end = at * 10;
      await node.lookAt(at * 400);
      node.position = node.end - 10;
      expect(lag.lagMs).to.equal(400);
    }
  });

  it('is small on a node that follows, however long nobody has asked', async () => {
    lag = await node.start();
    for (let at = 1; at <= 20; at += 1) {
      node.position = node.end;
      node.end = at * 10;
      await node.lookAt(at * 200);
    }
    node.position = node.end;
    expect(lag.lagMs).to.equal(0);
  }).timeout(10_000);

  it('ends reads when it is more than a second, and says so', async () => {
    lag = await node.start();
    node.end = 10;
    await node.lookAt(MAX_LAG_MS);
    expect(lag.whyNot).to.equal(null);
    node.clock += 1;
    expect(lag.whyNot).to.match(/may be 1001 ms behind the log/);
    node.position = 10;
    expect(lag.whyNot).to.equal(null);
  });

  it('grows while the log cannot be reached, whatever the read model shows', async () => {
    lag = await node.start();
    node.isReachable = false;
    await node.lookAt(MAX_LAG_MS + 1);
    expect(lag.whyNot).to.not.equal(null);
  });

  it('is not known before the end of the log was shown once', async () => {
    node.end = 10;
    lag = await node.start();
    expect(lag.whyNot).to.match(/has not shown the end of the log yet/);
    node.position = 10;
    expect(lag.whyNot).to.equal(null);
  });

  it('is beside it known as how long something has been waiting to be shown, by the clock of this node alone', async () => {
    lag = await node.start();
    node.clock = 5_000;
    expect(lag.waitingMs, 'nothing waits').to.equal(0);
    node.end = 10;
    await node.lookAt(6_000);
    await node.lookAt(6_500);
    node.clock = 7_000;
    expect(lag.waitingMs).to.equal(1_000);
    node.position = 10;
    expect(lag.waitingMs).to.equal(0);
  });

  it('is none on a node that has the log to itself, which is not asked', async () => {
    node.isExclusive = true;
    node.end = 10;
    lag = await node.start();
    expect(lag.lagMs).to.equal(0);
    expect(node.looks).to.equal(0);
  });
});
