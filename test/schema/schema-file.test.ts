import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { buildMusterSchema, printMusterSchema } from '../../schema/build-schema.js';

describe('schema/schema.graphql', () => {
  it('is what the code says; if not: npm run emit-schema', () => {
    const file = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
    expect(file === printMusterSchema(buildMusterSchema())).to.equal(true);
  });
});
