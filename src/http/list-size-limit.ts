import {
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

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
  const { schema, operation, fragments, variables } = measured;
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
        const first = field.args.find(({ name }) => name === 'first');
        const inner = sizeOf(selection.selectionSet, getNamedType(field.type));
        if (first === undefined) size += inner;
        else size += firstOf(selection.arguments, first.defaultValue) * (1 + inner);
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

  function firstOf(
    given:
      | readonly { readonly name: { readonly value: string }; readonly value: ArgumentValue }[]
      | undefined,
    otherwise: unknown,
  ): number {
    const value = given?.find(({ name }) => name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    const asked = value?.kind === Kind.VARIABLE ? variableOf(value.name?.value ?? '') : otherwise;
    return typeof asked === 'number' && asked > 0 ? asked : MAX_PAGE_SIZE;
  }

  /** As sent, else the default of the operation; without either, as much as a list can give. */
  function variableOf(name: string): unknown {
    if (variables[name] !== undefined) return variables[name];
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.INT
      ? Number(definition.defaultValue.value)
      : MAX_PAGE_SIZE;
  }

  return sizeOf(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

type ArgumentValue = {
  readonly kind: string;
  readonly value?: unknown;
  readonly name?: { readonly value: string };
};
