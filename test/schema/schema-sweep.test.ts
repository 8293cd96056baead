import { expect } from 'chai';
import {
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { accessRuleOf } from '../../schema/access.js';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { undeclaredAccess } from '../../schema/enforce-access.js';

const schema = buildMusterSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

describe('the schema', () => {
  it('says of every root field and object type who may; what says nothing is not served', () => {
    expect(undeclaredAccess(schema)).to.deep.equal([]);
  });

  it('notices a root field or a type without a rule', () => {
    const copy = buildMusterSchema();
    const field = copy.getQueryType()?.getFields().account;
    const type = copy.getType('Membership');
    Object.assign(field ?? {}, { extensions: {} });
    Object.assign(type ?? {}, { extensions: {} });
    expect(undeclaredAccess(copy)).to.have.members(['Query.account', 'Membership']);
  });

  it('leaves every mutation to the decider', () => {
    const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(fields.filter((field) => accessRuleOf(field.extensions)?.by !== 'DECIDER')).to.deep.equal([]);
  });

  it('lets whatever can be refused by itself be null by itself: nothing around it is lost', () => {
    const refusedAlone = types.filter(isObjectType).flatMap((type) =>
      Object.values(type.getFields())
        .filter((f) => f.args.length > 0 || accessRuleOf(f.extensions)?.by === 'ACCOUNT_PERMISSION')
        .map((field) => ({ path: `${type.name}.${field.name}`, type: field.type })),
    );
    expect(refusedAlone.map(({ path }) => path)).to.include.members([
      'Account.seats',
      'Membership.invitation',
    ]);
    expect(refusedAlone.filter(({ type }) => isNonNullType(type)).map(({ path }) => path)).to.deep.equal([]);
  });

  it('describes every type, field, argument, input field and enum value', () => {
    expect(types.flatMap(undescribed)).to.deep.equal([]);
  });

  it('says of every enum that it may grow', () => {
    const silent = types.filter((type) => isEnumType(type) && !type.description?.endsWith('May grow.'));
    expect(silent.map(({ name }) => name)).to.deep.equal([]);
  });

  it('gives every mutation one input, named after it, with key, dry run and reason', () => {
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const name = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
      expect(field.args.map((arg) => `${arg.name}: ${arg.type}`)).to.deep.equal([`input: ${name}Input!`]);
      expect(String(field.type)).to.equal(`${name}Payload`);
      const input = schema.getType(`${name}Input`) as GraphQLInputObjectType;
      expect(input.getFields()).to.include.keys('idempotencyKey', 'dryRun', 'reason');
    }
  });

  it('gives every list as a connection that is asked for by first and after, and counts on demand', () => {
    const connections = types.filter((type) => type.name.endsWith('Connection'));
    expect(connections).not.to.have.lengthOf(0);
    for (const type of connections)
      if (isObjectType(type))
        expect(type.getFields()).to.include.keys('nodes', 'edges', 'pageInfo', 'totalCount');
    for (const { path, args, type } of fields())
      if (type.endsWith('Connection'))
        expect(
          args.map(({ name }) => name),
          path,
        ).to.include.members(['first', 'after']);
  });

  it('nests no input type in itself: compiling such a one takes seconds', () => {
    const inputs = types.filter(isInputObjectType);
    const reaches = (from: GraphQLInputObjectType, seen: readonly string[]): boolean =>
      Object.values(from.getFields()).some((field) => {
        const type = getNamedType(field.type);
        return isInputObjectType(type) && (seen.includes(type.name) || reaches(type, [...seen, type.name]));
      });
    expect(inputs.filter((type) => reaches(type, [type.name])).map(({ name }) => name)).to.deep.equal([]);
  });

  it('has no non-null input field with a default: the compiled executor would be slow on them', () => {
    const slow = types.filter(isInputObjectType).flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => String(field.type).endsWith('!') && field.defaultValue !== undefined)
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(slow).to.deep.equal([]);
  });
});

function undescribed(type: GraphQLNamedType): readonly string[] {
  const missing = (described: { readonly description?: string | null | undefined }, path: string) =>
    (described.description ?? '').length < 4 ? [path] : [];
  const root = ['Query', 'Mutation', 'Subscription'].includes(type.name) ? [] : missing(type, type.name);
  if (isEnumType(type))
    return [...root, ...type.getValues().flatMap((v) => missing(v, `${type.name}.${v.name}`))];
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return root;
  return [
    ...root,
    ...Object.values(type.getFields()).flatMap((field) => {
      const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
      const path = `${type.name}.${field.name}`;
      return [...missing(field, path), ...args.flatMap((arg) => missing(arg, `${path}(${arg.name})`))];
    }),
  ];
}

function fields() {
  return types.flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).map((field) => ({
          path: `${type.name}.${field.name}`,
          args: field.args,
          type: String(field.type),
        }))
      : [],
  );
}
