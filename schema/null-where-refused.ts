import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isObjectType,
} from 'graphql';
import { accessRuleOf } from './access.js';

/**
 * What can be refused by itself, for a right that is missing or for its arguments, is null by itself: were it non-null,
 * GraphQL would take away everything around it, and of several mutations also the answers of those that were carried out.
 */
export function nullWhereRefused(schema: GraphQLSchema): void {
  for (const field of fieldsRefusedAlone(schema)) {
    field.type = getNullableType(field.type);
    if (accessRuleOf(field.extensions)?.by === 'ACCOUNT_PERMISSION')
      field.description = `${field.description} Null without it, with PERMISSION_DENIED; for the rows of a list that is said once.`;
  }
}

/** Fields that take arguments or need a permission of their own. */
export const fieldsRefusedAlone = (schema: GraphQLSchema): readonly GraphQLField<unknown, unknown>[] =>
  Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()))
    .filter(
      ({ args, extensions }) => args.length > 0 || accessRuleOf(extensions)?.by === 'ACCOUNT_PERMISSION',
    );
