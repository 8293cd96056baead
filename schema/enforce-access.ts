import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { type AccessRule, accessRuleOf } from './access.js';
import type { RequestContext } from './context.js';
import { permissionDenied } from './rights.js';

/**
 * Default deny: a root field or object type without a declared rule is an error of the schema, and a field that needs
 * a permission on its account is guarded here, not in its own code: without it null, with one error for all rows of a
 * list.
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
    const accountId = parent.accountId ?? parent.id ?? '';
    if (context.rights.on(accountId).has(rule.permission)) return resolve(source, args, context, info);
    // Two hundred rows without the right are one mistake of the caller, not two hundred.
    if (context.rights.isFirstRefusal(placeOf(info))) throw permissionDenied(rule.permission, accountId);
    return null;
  };
}

/** The path of a field in the document: the same for all rows of a list. */
function placeOf({ path }: GraphQLResolveInfo): string {
  const keys: string[] = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev)
    if (typeof at.key === 'string') keys.push(at.key);
  return keys.join('.');
}
