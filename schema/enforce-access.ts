import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { type AccessRule, accessRuleOf } from './access.js';
import type { RequestContext } from './context.js';

/**
 * Default deny: a root field or object type without a declared rule is an error of the schema, and a field that needs
 * a permission on its account is guarded here, not in its own code.
 * @throws Error naming everything undeclared
 */
export function enforceAccess(schema: GraphQLSchema): void {
  const undeclared = undeclaredAccess(schema);
  if (undeclared.length > 0) throw new Error(`no access rule is declared for ${undeclared.join(', ')}`);
  for (const type of objectTypes(schema))
    for (const field of Object.values(type.getFields())) guard(field, accessRuleOf(field.extensions));
}

/** Names of root fields and object types that say nothing of who may. */
export function undeclaredAccess(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return objectTypes(schema).flatMap((type) => {
    if (!roots.includes(type)) return accessRuleOf(type.extensions) === undefined ? [type.name] : [];
    const fields = Object.values(type.getFields());
    return fields
      .filter((field) => accessRuleOf(field.extensions) === undefined)
      .map((f) => `${type.name}.${f.name}`);
  });
}

const objectTypes = (schema: GraphQLSchema): readonly GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as GraphQLObjectType[];

function guard(field: GraphQLField<unknown, RequestContext>, rule: AccessRule | undefined): void {
  if (rule?.by !== 'ACCOUNT_PERMISSION') return;
  const { resolve } = field;
  if (resolve === undefined)
    throw new Error(`${field.name} needs ${rule.permission}, but has no resolver to guard`);
  field.resolve = (source, args, context, info) => {
    const parent = source as { readonly accountId?: string; readonly id?: string };
    context.rights.require(parent.accountId ?? parent.id ?? '', rule.permission);
    return resolve(source, args, context, info);
  };
}
