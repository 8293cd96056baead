import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { FaultLog } from '../../schema/context.js';
import { tellOutages } from '../../schema/outages.js';

const MAX_COMPILED = 500;
/** A document is compiled when it comes the second time: compiling one costs as much as running it a few times. */
const SEEN_BEFORE_COMPILING = 1;

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
export type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

type Counted = { readonly timesSeen: number } | CompiledQuery;

/**
 * Executes operations compiled by graphql-jit, which is two to three times as fast on a page of fifty.
 *
 * Two things about it are mended here. It refuses variables that leave out a non-null field which has a default; so
 * its refusals, which come before any resolver runs, are only a reason to ask graphql-js. And its errors may lack
 * `extensions`, which Apollo Server reads.
 */
export function createCompiledExecutor(schema: GraphQLSchema, log: FaultLog): Executor {
  const compiled = new LRUCache<string, Counted>({ max: MAX_COMPILED });

  return async (asked) => {
    const result = await executed(asked);
    return result.errors === undefined ? result : { ...result, errors: tellOutages(result.errors, log) };
  };

  async function executed({
    document,
    request,
    context,
    queryHash,
  }: Parameters<Executor>[0]): Promise<ExecutionResult> {
    const variables = request.variables ?? {};
    const operationName = request.operationName ?? null;
    const interpret = () =>
      execute({ schema, document, contextValue: context, variableValues: variables, operationName });
    const key = JSON.stringify([queryHash, operationName]);
    const known = compiled.get(key) ?? { timesSeen: 0 };
    if (!('timesSeen' in known)) return run(known);
    if (known.timesSeen >= SEEN_BEFORE_COMPILING) {
      const query = compileQuery(schema, document, operationName ?? undefined);
      if (isCompiledQuery(query)) {
        compiled.set(key, query);
        return run(query);
      }
    }
    compiled.set(key, { timesSeen: known.timesSeen + 1 });
    return interpret();

    async function run(query: CompiledQuery): Promise<ExecutionResult> {
      const result = (await query.query(undefined, context, variables)) as ExecutionResult;
      if (result.errors === undefined) return result;
      return result.data === undefined ? interpret() : { ...result, errors: result.errors.map(plainError) };
    }
  }
}

function plainError({ message, path, locations, originalError, extensions }: GraphQLError): GraphQLError {
  const plain = new GraphQLError(message, {
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: extensions ?? {},
  });
  Object.defineProperty(plain, 'locations', { value: locations, enumerable: locations !== undefined });
  return plain;
}
