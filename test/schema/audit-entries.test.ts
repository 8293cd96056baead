import { expect } from 'chai';
import { type GraphQLInterfaceType, isObjectType } from 'graphql';
import { auditProjection } from '../../projections/audit/audit.js';
import { buildMusterSchema } from '../../schema/build-schema.js';

const schema = buildMusterSchema();
const entries = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter((type) => type.getInterfaces().some(({ name }) => name === 'AuditEntry'));

describe('audit entries', () => {
  it('have one type for every type of event that a log can hold', () => {
    const wanted = Object.keys(auditProjection.interest).map((type) => `${type}Entry`);
    expect(entries.map(({ name }) => name)).to.have.members(wanted);
  });

  it('say something more than every entry does', () => {
    const common = Object.keys((schema.getType('AuditEntry') as GraphQLInterfaceType).getFields());
    const silent = entries.filter((type) => Object.keys(type.getFields()).length === common.length);
    expect(silent.map(({ name }) => name)).to.deep.equal([]);
  });

  it('can be asked for together: a field of one name has one type', () => {
    const types = new Map<string, Set<string>>();
    for (const entry of entries)
      for (const { name, type } of Object.values(entry.getFields()))
        types.set(name, (types.get(name) ?? new Set()).add(`${type}`));
    expect([...types].filter(([, of]) => of.size > 1)).to.deep.equal([]);
  });
});
