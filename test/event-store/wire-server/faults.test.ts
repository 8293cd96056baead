import {
  CancelledError,
  DeadlineExceededError,
  NO_STREAM,
  START,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { type Fault, type FaultRule, planOf } from '../../support/wire-server/faults.js';
import { CREDENTIALS, failureOf, listOf, someEvents, WireFixture } from './wire-fixture.js';

describe('wire server: faults', () => {
  const fixture = new WireFixture();
  afterEach(() => fixture.release());

  async function withFaults(rules: readonly FaultRule[] = [], deadlineMs = 10_000) {
    const node = await fixture.node();
    const client = fixture.clientAt(node.connectionString([`defaultDeadline=${deadlineMs}`]));
    node.setFaults(planOf(rules));
    const append = (stream = 'a', count = 1) =>
      client.appendToStream(stream, someEvents(count), {
        expectedRevision: NO_STREAM,
        credentials: CREDENTIALS,
      });
    return { node, client, append };
  }

  const inAppends: readonly [string, Fault, number, new (...args: never[]) => Error][] = [
    ['a connection lost before the write', { at: 'before', does: 'drop' }, 0, UnavailableError],
    ['a reply lost after the write', { at: 'after', does: 'drop' }, 1, UnavailableError],
    ['a call that hangs before the write', { at: 'before', does: 'hang' }, 0, DeadlineExceededError],
    ['a call that hangs after the write', { at: 'after', does: 'hang' }, 1, DeadlineExceededError],
    ['a server that is not ready', { at: 'before', does: 'not-ready' }, 0, UnavailableError],
    ['a server that is too busy', { at: 'before', does: 'too-busy' }, 0, UnavailableError],
    ['a write that timed out and is not there', { at: 'before', does: 'timed-out' }, 0, TimeoutError],
    ['a write that timed out and is there', { at: 'after', does: 'timed-out' }, 1, TimeoutError],
    ['a call that the server cancelled', { at: 'after', does: 'cancelled' }, 1, CancelledError],
    [
      'a deadline that the server noticed',
      { at: 'before', does: 'deadline-exceeded' },
      0,
      DeadlineExceededError,
    ],
    ['an error without a name', { at: 'after', does: 'unknown' }, 1, UnknownError],
    ['a node that dies before the write', { at: 'before', does: 'die' }, 0, UnavailableError],
    ['a node that dies after the write', { at: 'after', does: 'die' }, 1, UnavailableError],
  ];
  for (const [name, fault, written, error] of inAppends) {
    it(`show ${name}`, async () => {
      const { node, append } = await withFaults(
        [{ method: 'Append', faults: [fault] }],
        fault.does === 'hang' ? 1000 : undefined,
      );
      expect(await failureOf(append())).to.be.instanceOf(error);
      expect(node.log.stream('a')).to.have.length(written);
    });
  }

  it('let a late write land after its caller has given up', async () => {
    const { node, append } = await withFaults(
      [{ faults: [{ at: 'before', does: { delayMs: 2000 } }] }],
      1000,
    );
    expect(await failureOf(append())).to.be.instanceOf(DeadlineExceededError);
    expect(node.log.stream('a')).to.have.length(0);
    await node.log.grown(AbortSignal.timeout(5000));
    expect(node.log.stream('a')).to.have.length(1);
  });

  it('let nothing land on a node that is gone by then', async () => {
    const { node, append } = await withFaults([{ faults: [{ at: 'before', does: { delayMs: 200 } }] }]);
    const refused = failureOf(append());
    while (node.calls().Append === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await node.stop();
    expect(await refused).to.be.instanceOf(UnavailableError);
    // Longer than the append was held back.
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(node.log.stream('a')).to.have.length(0);
  });

  it('make a reply late, but no later than its caller waits', async () => {
    const { append } = await withFaults([{ faults: [{ at: 'after', does: { delayMs: 100 } }] }]);
    const begun = performance.now();
    await append();
    expect(performance.now() - begun).to.be.at.least(95);
  });

  it('end a read in the middle, by error and without', async () => {
    const { node, client, append } = await withFaults();
    await append('a', 5);
    node.setFaults(planOf([{ method: 'ReadStream', faults: [{ at: { afterEvents: 2 }, does: 'drop' }] }]));
    expect(await failureOf(listOf(client.readStream('a')))).to.be.instanceOf(UnavailableError);
    node.setFaults(planOf([{ method: 'ReadStream', faults: [{ at: { afterEvents: 2 }, does: 'end' }] }]));
    expect(await listOf(client.readStream('a'))).to.have.length(2);
  });

  it('make every event of a read slow', async () => {
    const { node, client, append } = await withFaults();
    await append('a', 5);
    node.setFaults(planOf([{ faults: [{ at: 'eachEvent', does: { delayMs: 30 } }] }]));
    const begun = performance.now();
    expect(await listOf(client.readStream('a'))).to.have.length(5);
    expect(performance.now() - begun).to.be.at.least(140);
  });

  it('end a subscription in the middle', async () => {
    const { node, client, append } = await withFaults();
    await append('a', 5);
    node.setFaults(
      planOf([{ method: 'SubscribeToStream', faults: [{ at: { afterEvents: 3 }, does: 'drop' }] }]),
    );
    const subscription = client.subscribeToStream('a', { fromRevision: START });
    const revisions: (bigint | undefined)[] = [];
    subscription.on('data', ({ event }) => revisions.push(event?.revision));
    const failure = await new Promise((resolve) => subscription.on('error', resolve));
    expect(failure).to.be.instanceOf(UnavailableError);
    expect(revisions.length).to.be.at.most(3);
  });

  it('strike other calls on the same connection too', async () => {
    const { node, append } = await withFaults([
      { stream: 'slow', faults: [{ at: 'before', does: { delayMs: 1000 } }] },
      { stream: 'drop', faults: [{ at: 'before', does: 'drop' }] },
    ]);
    const slow = failureOf(append('slow'));
    while (node.calls().Append === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await failureOf(append('drop'));
    expect(await slow).to.be.instanceOf(UnavailableError);
  });

  it('can be aimed at single calls, and the next go through', async () => {
    const { node, append } = await withFaults([
      { method: 'Append', numbers: [2], faults: [{ at: 'before', does: 'not-ready' }] },
    ]);
    await append('a');
    expect(await failureOf(append('b'))).to.be.instanceOf(UnavailableError);
    await append('c');
    expect(node.calls().Append).to.equal(3);
  });

  it('are used up after so many times', async () => {
    const { append } = await withFaults([
      { times: 1, method: 'Append', faults: [{ at: 'before', does: 'not-ready' }] },
    ]);
    await failureOf(append('a'));
    await append('a');
  });

  it('fall alike for the same seed, and otherwise for another', () => {
    const rule: FaultRule = { probability: 0.5, faults: [{ at: 'after', does: 'drop' }] };
    const drawn = (seed: number) => {
      const plan = planOf([rule], seed);
      return Array.from({ length: 64 }, (_, index) => plan({ method: 'Append', number: index + 1 }).length);
    };
    expect(drawn(7)).to.deep.equal(drawn(7));
    expect(drawn(7)).not.to.deep.equal(drawn(8));
    expect(drawn(7).filter((faults) => faults > 0).length).to.be.within(16, 48);
  });
});
