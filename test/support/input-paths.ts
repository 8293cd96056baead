import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';

const schema = buildMusterSchema();

/** Whether a refusal's `field` is a path from the root of the mutation's arguments. */
export function isPathInArguments(mutation: string, path: string): boolean {
  const args = schema.getMutationType()?.getFields()[mutation]?.args ?? [];
  const [name, ...keys] = path.split('.');
  const argument = args.find((arg: GraphQLArgument) => arg.name === name);
  return argument !== undefined && leadsSomewhere(argument.type, keys);
}

function leadsSomewhere(type: GraphQLInputType, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return /^\d+$/.test(key) && leadsSomewhere(nullable.ofType, rest);
  const field = isInputObjectType(nullable) ? nullable.getFields()[key] : undefined;
  return field !== undefined && leadsSomewhere(field.type, rest);
}
