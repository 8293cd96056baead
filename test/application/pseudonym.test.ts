import { expect } from 'chai';
import { pseudonymFrom } from '../../src/application/pseudonym.js';
import { InstalledMuster } from './installed-muster.js';

describe('the pseudonym of a member', () => {
  it('is eight letters that nobody misreads', () => {
    expect(pseudonymFrom('00'.repeat(32))).to.equal('Member 0000-0000');
    expect(pseudonymFrom('ff'.repeat(32))).to.equal('Member ZZZZ-ZZZZ');
    expect(pseudonymFrom('00443214c7'.padEnd(64, '0'))).to.equal('Member 0123-4567');
  });

  it('stays the same for a person in an account, and tells nothing of the person elsewhere', async () => {
    const muster = await InstalledMuster.install();
    const of = (account: string, person: string) => muster.application.pseudonymOf(account, person);
    const name = await of('a', 'rita');
    expect(name).to.match(/^Member [0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await of('b', 'rita')).to.not.equal(name);
    expect(await of('a', 'rudi')).to.not.equal(name);
    await muster.restart();
    expect(await of('a', 'rita')).to.equal(name);
    await muster.remove();
  });
});
