import type { GatewayExecutor } from '@apollo/server-gateway-interface';
import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';

const MAX_COMPILED = 500;
/** A document is compiled when it comes the second time: compiling one costs as much as running it a few times. */
const SEEN_BEFORE_COMPILING = 1;

type Counted = { readonly timesSeen: number } | CompiledQuery;

/**
 * Executes operations compiled by graphql-jit. Its errors are turned into graphql-js ones, because Apollo Server needs
 * `extensions` on every error, and tells unusable variables by the absence of data.
 */
export function createCompiledExecutor(schema: GraphQLSchema): GatewayExecutor {
  const compiled = new LRUCache<string, Counted>({ max: MAX_COMPILED });

  return async ({ document, request, context, queryHash, operationName }) => {
    const variables = request.variables ?? {};
    const key = `${queryHash}:${operationName ?? ''}`;
    const known = compiled.get(key) ?? { timesSeen: 0 };
    if (!('timesSeen' in known)) return withPlainErrors(await known.query(undefined, context, variables));

    if (known.timesSeen >= SEEN_BEFORE_COMPILING) {
      const query = compileQuery(schema, document, request.operationName ?? undefined);
      if (isCompiledQuery(query)) {
        compiled.set(key, query);
        return withPlainErrors(await query.query(undefined, context, variables));
      }
    }
    compiled.set(key, { timesSeen: known.timesSeen + 1 });
    return execute({
      schema,
      document,
      contextValue: context,
      variableValues: variables,
      operationName: request.operationName,
    });
  };
}

function withPlainErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  const isRefusedBeforeExecution = result.data === undefined;
  return {
    ...result,
    errors: result.errors.map((error) => plainError(error, isRefusedBeforeExecution)),
  };
}

function plainError(error: GraphQLError, isInput: boolean): GraphQLError {
  const { message, path, locations, originalError } = error;
  const code = isInput ? { code: 'BAD_USER_INPUT' } : {};
  const plain = new GraphQLError(message, {
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: { ...code, ...error.extensions },
  });
  Object.defineProperty(plain, 'locations', { value: locations, enumerable: locations !== undefined });
  return plain;
}
