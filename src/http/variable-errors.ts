import {
  BREAK,
  coerceInputValue,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { apiError } from '../../schema/api-error.js';
import type { Executor } from './compiled-executor.js';

/** As graphql-js counts. */
const MOST_FAULTS = 50;

interface Sent {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * graphql-js says of a value that does not fit where it lies in its variable. A caller looks for the argument, by the
 * same path as everywhere: the place where the variable is used, and from there the place in the value.
 */
export function namingArguments(schema: GraphQLSchema, execute: Executor): Executor {
  return async (asked) => {
    const result = await execute(asked);
    const { errors, data } = result;
    // Without data nothing was executed.
    if (errors === undefined || data !== undefined) return result;
    const { document, request } = asked;
    const operationName = request.operationName ?? null;
    const sent = { schema, document, operationName, variables: request.variables ?? {} };
    return { ...result, errors: errors.map(errorNamer(sent)) };
  };
}

/** What is wrong with the variables of an operation that is not executed by the executor above; empty when nothing is. */
export function faultyVariables(sent: Sent, operation: OperationDefinitionNode): readonly GraphQLError[] {
  const { errors } = getVariableValues(sent.schema, operation.variableDefinitions ?? [], sent.variables, {
    maxErrors: MOST_FAULTS,
  });
  return errors?.map(errorNamer(sent)) ?? [];
}

/** For the errors of one answer, in their order. */
function errorNamer(sent: Sent): (error: GraphQLError) => GraphQLError {
  const seen = new Map<VariableDefinitionNode, number>();
  return (error) => {
    const [definition] = error.nodes ?? [];
    // It stops counting faults after the fiftieth, and says so without a node.
    if (definition === undefined) return seen.size === 0 ? error : badVariable(error, null);
    if (definition.kind !== Kind.VARIABLE_DEFINITION) return error;
    const nth = seen.get(definition) ?? 0;
    seen.set(definition, nth + 1);
    const argument = argumentWith(definition.variable.name.value, sent);
    const inner = faultsIn(definition, sent)[nth] ?? [];
    return badVariable(error, argument === null ? null : [...argument, ...inner].join('.'));
  };
}

function badVariable({ message, locations }: GraphQLError, field: string | null): GraphQLError {
  const error = apiError('BAD_USER_INPUT', message, field === null ? {} : { field });
  Object.defineProperty(error, 'locations', { value: locations, enumerable: locations !== undefined });
  return error;
}

type Path = readonly (string | number)[];

/** Where in the variable's value the faults lie, in the order in which graphql-js tells of them. */
function faultsIn({ variable, type }: VariableDefinitionNode, { schema, variables }: Sent): readonly Path[] {
  const inputType = typeFromAST(schema, type as Parameters<typeof typeFromAST>[1]);
  const faults: Path[] = [];
  if (isInputType(inputType))
    coerceInputValue(variables[variable.name.value], inputType, (path, _value, { message }) => {
      // A field that is missing, or unknown, is not part of the path yet.
      const [, field] = /^Field "(\w+)"/.exec(message) ?? [];
      faults.push(field === undefined ? path : [...path, field]);
    });
  return faults;
}

/** Path of the first argument that the variable goes into; null when it goes into directives only. */
function argumentWith(name: string, { document, operationName }: Sent): Path | null {
  const isOther = (node: OperationDefinitionNode) =>
    operationName !== null && node.name?.value !== operationName;
  let found: Path | null = null;
  visit(document, {
    OperationDefinition: (node) => (isOther(node) ? false : undefined),
    Directive: () => false,
    Argument: (node) => {
      const inner = pathIn(node.value, name);
      if (inner === null) return undefined;
      found = [node.name.value, ...inner];
      return BREAK;
    },
  });
  return found;
}

function pathIn(value: ValueNode, name: string): Path | null {
  if (value.kind === Kind.VARIABLE) return value.name.value === name ? [] : null;
  const parts: readonly (readonly [string | number, ValueNode])[] =
    value.kind === Kind.OBJECT
      ? value.fields.map((field) => [field.name.value, field.value] as const)
      : value.kind === Kind.LIST
        ? value.values.map((item, index) => [index, item] as const)
        : [];
  for (const [key, part] of parts) {
    const inner = pathIn(part, name);
    if (inner !== null) return [key, ...inner];
  }
  return null;
}
