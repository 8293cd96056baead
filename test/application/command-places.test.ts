import { expect } from 'chai';
import { Overloaded } from '../../src/application/account-errors.js';
import { CommandPlaces } from '../../src/application/command-places.js';

describe('places for commands', () => {
  it('are given until there are none, and given back whatever comes of the command', async () => {
    const places = new CommandPlaces({ waiting: 2, waitingPerAccount: 2 });
    const ends: ((error?: Error) => void)[] = [];
    const command = () =>
      places.during(
        () =>
          new Promise<void>((resolve, reject) => {
            ends.push((error) => (error === undefined ? resolve() : reject(error)));
          }),
      );
    const first = command();
    const second = command().catch((error: Error) => error.message);
    expect(places.taken).to.equal(2);
    const third = await command().catch((error: unknown) => error);
    expect(third).to.be.instanceOf(Overloaded);
    expect(String(third)).to.include('wait for Muster');
    expect(ends).to.have.lengthOf(2);
    ends[0]?.();
    ends[1]?.(new Error('lost'));
    await first;
    expect(await second).to.equal('lost');
    expect(places.taken).to.equal(0);
    void command();
    expect(ends).to.have.lengthOf(3);
  });
});
