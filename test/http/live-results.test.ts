import { expect } from 'chai';
import { LiveResults } from '../../src/http/live/live-results.js';

describe('the results of a subscription', () => {
  /** Gives one event, then waits until it is told to end. */
  function source() {
    let end = (_: IteratorResult<number>) => {};
    let given = 0;
    return {
      isEnded: false,
      next(): Promise<IteratorResult<number>> {
        given += 1;
        if (given === 1) return Promise.resolve({ done: false, value: given });
        return new Promise((resolve) => {
          end = resolve;
        });
      },
      async return() {
        this.isEnded = true;
        end({ done: true, value: undefined });
        return { done: true, value: undefined } as const;
      },
      throw() {
        return this.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
      async [Symbol.asyncDispose]() {},
    };
  }
  const unexpected = (error: unknown) => {
    throw error;
  };

  it('end at once when told to, also while the next event is waited for', async () => {
    const events = source();
    const execute = async (event: unknown) => ({ data: { event } });
    const results = new LiveResults({ source: events, execute, onFailed: unexpected });
    expect(await results.next()).to.deep.equal({ done: false, value: { data: { event: 1 } } });
    const waiting = results.next();
    await results.return();
    expect(await waiting).to.deep.equal({ done: true, value: undefined });
  });

  it('end with their source when an event cannot be told, and say why', async () => {
    const events = source();
    const failures: unknown[] = [];
    const fault = new Error('gone');
    const results = new LiveResults({
      source: events,
      execute: () => Promise.reject(fault),
      onFailed: (error) => failures.push(error),
    });
    expect(await results.next()).to.deep.equal({ done: true, value: undefined });
    expect([failures, events.isEnded]).to.deep.equal([[fault], true]);
  });
});
