import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';
import { fragmentsOf } from '../document-limits.js';
import { MAX_SELECTIONS } from '../graphql-server.js';

/** What Apollo Server looks after for queries: a document of few tokens can mean billions of fields. */
export function maxSelections(context: ValidationContext): ASTVisitor {
  const fragments = fragmentsOf(context.getDocument());
  const known = new Map<string, number>();

  function sizeOf(selections: SelectionSetNode | undefined): number {
    let size = 0;
    for (const selection of selections?.selections ?? [])
      size +=
        selection.kind === Kind.FRAGMENT_SPREAD
          ? sizeOfFragment(selection.name.value)
          : 1 + sizeOf(selection.selectionSet);
    return size;
  }

  /** A ring of fragments is another rule's to refuse; here it ends. */
  function sizeOfFragment(name: string): number {
    const size = known.get(name);
    if (size !== undefined) return size;
    known.set(name, 0);
    const counted = sizeOf(fragments.get(name)?.selectionSet);
    known.set(name, counted);
    return counted;
  }

  return {
    OperationDefinition: (operation) => {
      if (sizeOf(operation.selectionSet) > MAX_SELECTIONS)
        context.reportError(
          new GraphQLError(
            `The operation selects more than ${MAX_SELECTIONS} fields once its fragments are spread out.`,
          ),
        );
    },
  };
}
