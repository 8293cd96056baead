import {
  type ArgumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { daysAsked } from '../../schema/day.js';
import { LIST_SIZE } from '../../schema/list-size.js';

/** Most list items one operation may ask for, nested lists multiplied: about 0.1 s of work. */
export const MAX_LIST_ITEMS = 10_000;

/** Most items of one list; what is not known in advance counts as so many. */
const MAX_PAGE_SIZE = 200;

interface Measured {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * How many list items the operation can give at most. Rules that look at the document alone do not see a `first`
 * that comes in a variable.
 */
export function listItemsOf(measured: Measured): number {
  const { schema, operation, fragments } = measured;
  const withDefaults = variablesOf(measured);
  const unitSizes = new Map<string, number>();

  function sizeOf(selections: SelectionSetNode | undefined, parent: GraphQLNamedType | undefined): number {
    let size = 0;
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) size += sizeOfSpread(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        size += sizeOf(selection.selectionSet, condition === undefined ? parent : schema.getType(condition));
      } else if (isObjectType(parent) || isInterfaceType(parent)) {
        const field = parent.getFields()[selection.name.value];
        // `__typename`; every other unknown field has been refused by validation.
        if (field === undefined) continue;
        const inner = sizeOf(selection.selectionSet, getNamedType(field.type));
        const items = itemsOf(field, selection.arguments ?? []);
        size += items === null ? inner : items * (1 + inner);
      }
    }
    return size;
  }

  /** A fragment has one size wherever it is spread; asking again costs nothing. */
  function sizeOfSpread(spread: FragmentSpreadNode): number {
    const name = spread.name.value;
    const known = unitSizes.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    if (fragment === undefined) return 0;
    const size = sizeOf(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    unitSizes.set(name, size);
    return size;
  }

  /** Null for what is no list, or is short by nature. */
  function itemsOf({ args, extensions }: GraphQLField<unknown, unknown>, given: Arguments): number | null {
    const argument = (wanted: string) => given.find(({ name }) => name.value === wanted)?.value;
    if (args.some(({ name }) => name === 'selection')) return selectedIn(valueIn(argument('selection')));
    const first = args.find(({ name }) => name === 'first');
    if (first !== undefined)
      return sizeIn(argument('last')) ?? sizeIn(argument('first') ?? first) ?? MAX_PAGE_SIZE;
    const most = extensions[LIST_SIZE];
    if (most === 'DAYS') return daysAsked(valueIn(argument('from')), valueIn(argument('to')));
    return typeof most === 'number' ? most : null;
  }

  function sizeIn(given: ValueNode | GraphQLArgument | undefined): number | null {
    const size = given !== undefined && 'kind' in given ? valueIn(given) : given?.defaultValue;
    return typeof size === 'number' && size > 0 ? size : null;
  }

  function valueIn(given: ValueNode | undefined): unknown {
    return given === undefined ? undefined : valueFromASTUntyped(given, withDefaults);
  }

  return sizeOf(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

/** People named in a selection over several accounts: an answer speaks of each of them. */
function selectedIn(selection: unknown): number {
  let selected = 0;
  for (const part of Array.isArray(selection) ? selection : [selection]) {
    const lists = Object.values((part ?? {}) as object).filter(Array.isArray);
    // GraphQL takes a single thing for a list of one.
    selected += Math.max(1, ...lists.map(({ length }) => length));
  }
  return selected;
}

/** As sent, else the default of the operation. */
function variablesOf({ operation, variables }: Measured): Readonly<Record<string, unknown>> {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return { ...Object.fromEntries(defaults), ...variables };
}

type Arguments = readonly ArgumentNode[];
