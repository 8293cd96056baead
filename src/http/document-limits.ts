import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { apiError } from '../../schema/api-error.js';
import { listItemsOf, MAX_LIST_ITEMS } from './list-size-limit.js';

export const MAX_TOKENS = 1_000;
export const MAX_DEPTH = 12;
export const MAX_ALIASES = 30;
export const MAX_DIRECTIVES = 30;

/**
 * Rules report instead of throwing: a thrown error would leave as HTTP 500. Cast because the package types its rules for
 * any visitor, graphql for its own.
 */
export function documentLimits(): ValidationRule[] {
  const report = {
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null, error: GraphQLError) => context?.reportError(error)],
  };
  return [
    maxDepthRule({ n: MAX_DEPTH, ...report }),
    maxAliasesRule({ n: MAX_ALIASES, allowList: [], ...report }),
    maxDirectivesRule({ n: MAX_DIRECTIVES, ...report }),
  ] as unknown as ValidationRule[];
}

interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @throws GRAPHQL_VALIDATION_FAILED naming the list that most items come from */
export function refuseLongLists({ schema, document, operation, variables }: Operation): void {
  const fragments = fragmentsOf(document);
  const { size, longest } = listItemsOf({ schema, operation, fragments, variables });
  if (size > MAX_LIST_ITEMS)
    throw apiError(
      'GRAPHQL_VALIDATION_FAILED',
      `The operation asks for up to ${size} list items, dear fields counted for several; at most ${MAX_LIST_ITEMS} are given. Most come from ${longest.join('.')}: use a smaller \`first\` there, or around it.`,
      { status: 400 },
    );
}

export const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
