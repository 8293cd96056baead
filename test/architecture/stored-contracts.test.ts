import { expect } from 'chai';
import { sourceFiles } from './imports-of.js';

describe('the stored contracts', () => {
  it('tell no place in the log: it is another in every store that the log is carried to', () => {
    const contracts = sourceFiles('src/domain').filter(({ path }) => path.endsWith('/events.ts'));
    expect(contracts).to.have.length.greaterThan(7);
    const names = contracts.flatMap(({ path, code }) =>
      [...code.matchAll(/readonly (\w*(?:position|upTo)\w*)\??:/gi)].map(([, name]) => `${path}: ${name}`),
    );
    expect(names).to.deep.equal([]);
  });
});
