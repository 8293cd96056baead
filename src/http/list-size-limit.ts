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
import { COST, type Cost, LIST_SIZE } from '../../schema/list-size.js';

/** Most list items one operation may ask for, nested lists multiplied and dear fields at their price: about 0.1 s of work. */
export const MAX_LIST_ITEMS = 10_000;

/** Most items of one list; what is not known in advance counts as so many. */
const MAX_PAGE_SIZE = 200;

interface Measured {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface ListItems {
  readonly size: number;
  /** Path in the answer of the list, nested in others, that most of them come from; empty when there is no list. */
  readonly longest: readonly string[];
}

const none: ListItems = { size: 0, longest: [] };

/**
 * How many list items the operation can give at most, and where most of them come from. Rules that look at the document alone do not see a `first`
 * that comes in a variable.
 */
export function listItemsOf(measured: Measured): ListItems {
  const { schema, operation, fragments } = measured;
  const withDefaults = variablesOf(measured);
  const unitSizes = new Map<string, ListItems>();

  function sizeOf(
    selections: SelectionSetNode | undefined,
    parent: GraphQLNamedType | undefined,
    isAsOf: boolean,
  ): ListItems {
    const parts: ListItems[] = [];
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) parts.push(sizeOfSpread(selection, isAsOf));
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        parts.push(
          sizeOf(
            selection.selectionSet,
            condition === undefined ? parent : schema.getType(condition),
            isAsOf,
          ),
        );
      } else if (isObjectType(parent) || isInterfaceType(parent)) {
        const field = parent.getFields()[selection.name.value];
        // `__typename`; every other unknown field has been refused by validation.
        if (field === undefined) continue;
        const given = selection.arguments ?? [];
        const isThen = isAsOf || asksForMoment(field, given);
        const inner = sizeOf(selection.selectionSet, getNamedType(field.type), isThen);
        const items = itemsOf(field, given);
        const cost = costOf(field, given, isThen);
        const isOnce = items === null || isPaidOnce(field);
        const each = (isOnce ? 0 : cost) + inner.size;
        const size = (isOnce ? cost : 0) + (items === null ? each : items * (1 + each));
        const name = (selection.alias ?? selection.name).value;
        if (size > 0) parts.push({ size, longest: [name, ...inner.longest] });
      }
    }
    return together(parts);
  }

  /** A fragment has one size wherever it is spread, and another under `asOf`; asking again costs nothing. */
  function sizeOfSpread(spread: FragmentSpreadNode, isAsOf: boolean): ListItems {
    const name = spread.name.value;
    const unit = `${name} ${isAsOf}`;
    const known = unitSizes.get(unit);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    if (fragment === undefined) return none;
    const size = sizeOf(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), isAsOf);
    unitSizes.set(unit, size);
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

  function asksForMoment({ args }: GraphQLField<unknown, unknown>, given: Arguments): boolean {
    return given.some(
      ({ name, value }) =>
        valueIn(value) != null &&
        args.some((arg) => arg.name === name.value && getNamedType(arg.type).name === 'AsOfInput'),
    );
  }

  const isPaidOnce = ({ extensions }: GraphQLField<unknown, unknown>): boolean =>
    (extensions[COST] as Cost | undefined)?.once === true;

  function costOf({ extensions }: GraphQLField<unknown, unknown>, given: Arguments, isAsOf: boolean): number {
    const cost = extensions[COST] as Cost | undefined;
    if (cost?.onlyAsOf === true && !isAsOf) return 0;
    if (cost?.per === undefined) return cost?.items ?? 0;
    const { argument } = cost.per;
    const values = valueIn(given.find(({ name }) => name.value === argument)?.value) ?? null;
    if (values === null) return cost.items * cost.per.default;
    return cost.items * (Array.isArray(values) ? values.length : 1);
  }

  function sizeIn(given: ValueNode | GraphQLArgument | undefined): number | null {
    const size = given !== undefined && 'kind' in given ? valueIn(given) : given?.defaultValue;
    return typeof size === 'number' && size > 0 ? size : null;
  }

  function valueIn(given: ValueNode | undefined): unknown {
    return given === undefined ? undefined : valueFromASTUntyped(given, withDefaults);
  }

  return sizeOf(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, false);
}

function together(parts: readonly ListItems[]): ListItems {
  const [first = none, ...others] = parts;
  const most = others.reduce((best, part) => (part.size > best.size ? part : best), first);
  return { size: parts.reduce((sum, { size }) => sum + size, 0), longest: most.longest };
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
