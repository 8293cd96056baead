import { expect } from 'chai';
import { accountWorld } from '../support/account-world.js';
import { startMuster } from '../support/start-muster.js';

describe('shutting down', () => {
  it('answers what was accepted, then takes nothing more', async () => {
    const muster = await startMuster();
    const { accountId, olga } = await accountWorld(muster);
    const accepted = Array.from({ length: 20 }, (_, i) =>
      olga.client.mutate('createGroup', { accountId, name: `Group ${i}` }),
    );
    // The requests are on their way when the first one is answered.
    await Promise.race(accepted);
    const [answers] = await Promise.all([Promise.allSettled(accepted), muster.close()]);
    const fulfilled = answers.filter((answer) => answer.status === 'fulfilled');
    expect(fulfilled.filter(({ value }) => value.outcome !== 'APPLIED')).to.deep.equal([]);
    expect(fulfilled.length).to.be.greaterThan(0);
    const refused = await fetch(`${muster.url}/livez`).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(TypeError);
  });

  it('may be asked for twice', async () => {
    const muster = await startMuster();
    await Promise.all([muster.close(), muster.close()]);
  });
});
