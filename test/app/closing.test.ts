import { expect } from 'chai';
import { Closing } from '../../src/closing.js';

describe('closing what was opened', () => {
  it('begins with the last, and waits for each', async () => {
    const closed: string[] = [];
    const closing = new Closing();
    closing.add(() => closed.push('log'));
    closing.add(async () => {
      await new Promise(setImmediate);
      closed.push('server');
    });
    await closing.closeAll();
    expect(closed).to.deep.equal(['server', 'log']);
    await closing.closeAll();
    expect(closed).to.have.length(2);
  });

  it('closes the rest of what one could not be closed of, then tells of the first failure', async () => {
    const closed: string[] = [];
    const closing = new Closing();
    closing.add(() => closed.push('log'));
    closing.add(() => Promise.reject(new Error('the second')));
    closing.add(() => {
      throw new Error('the first');
    });
    const failure = await closing.closeAll().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).to.have.property('message', 'the first');
    expect(closed).to.deep.equal(['log']);
  });
});
