import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { apiError } from '../../../schema/api-error.js';
import type { RequestContext } from '../../../schema/context.js';
import { tellOutages } from '../../../schema/outages.js';
import { documentLimits, MAX_TOKENS, refuseLongLists } from '../document-limits.js';
import { createErrorFormatter } from '../error-formatter.js';
import type { Log } from '../log.js';
import { faultyVariables } from '../variable-errors.js';
import { LiveResults } from './live-results.js';
import { maxSelections } from './selection-limit.js';

export interface LiveOperationParts {
  readonly schema: GraphQLSchema;
  readonly log: Log;
}

interface Asker {
  /** Made anew for every entry: what a request remembers of rights and names holds for that one only. */
  readonly context: () => RequestContext;
  /** The subscription ends with this; the caller is told by a close code. */
  readonly onFailed: (error: unknown) => void;
}

/** What one subscription sends: the document is held to the limits of queries, and errors leave by the same list. */
export class LiveOperations {
  readonly #schema: GraphQLSchema;
  readonly #log: Log;
  readonly #rules = [...specifiedRules, ...documentLimits(), maxSelections];
  readonly #format: ReturnType<typeof createErrorFormatter>;

  constructor({ schema, log }: LiveOperationParts) {
    this.#schema = schema;
    this.#log = log;
    this.#format = createErrorFormatter(log);
  }

  /** What is to be executed, or why not. */
  prepare({ query, operationName, variables }: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    try {
      const document = parsed(query);
      const faults = validate(this.#schema, document, this.#rules);
      if (faults.length > 0) return this.told(faults.map(asInvalid));
      const operation = getOperationAST(document, operationName);
      if (operation?.operation !== 'subscription')
        throw apiError(
          'GRAPHQL_VALIDATION_FAILED',
          'Only subscriptions come here: send queries and mutations over HTTP.',
        );
      const asked = { schema: this.#schema, document, operationName: operationName ?? null };
      const sent = { ...asked, variables: variables ?? {} };
      refuseLongLists({ ...sent, operation });
      const faulty = faultyVariables(sent, operation);
      return faulty.length > 0 ? this.told(faulty) : { ...asked, variableValues: sent.variables };
    } catch (error) {
      if (error instanceof GraphQLError) return this.told([error]);
      throw error;
    }
  }

  async subscribe(
    args: ExecutionArgs,
    asker: Asker,
  ): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
    const source = await createSourceEventStream({ ...args, contextValue: asker.context() });
    if (!isGenerator(source)) return this.#toldOf(source as ExecutionResult);
    return new LiveResults({
      source,
      execute: async (rootValue) =>
        this.#toldOf(await execute({ ...args, rootValue, contextValue: asker.context() })),
      onFailed: asker.onFailed,
    });
  }

  /** As they may leave. */
  told(errors: readonly GraphQLError[]): readonly GraphQLError[] {
    return tellOutages(errors, this.#log).map((error) => {
      const { message, extensions } = this.#format(error.toJSON(), error);
      const { nodes, source, positions, path } = error;
      return new GraphQLError(message, {
        nodes: nodes ?? null,
        source: source ?? null,
        positions: positions ?? null,
        path: path ?? null,
        extensions: extensions ?? null,
      });
    });
  }

  #toldOf(result: ExecutionResult): ExecutionResult {
    return result.errors === undefined ? result : { ...result, errors: this.told(result.errors) };
  }
}

function parsed(query: string) {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    throw apiError('GRAPHQL_PARSE_FAILED', error instanceof Error ? error.message : 'not GraphQL');
  }
}

const asInvalid = ({ message, nodes }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

/** The sources of this schema are all of this kind. */
const isGenerator = (source: object): source is AsyncGenerator<unknown> =>
  'next' in source && 'return' in source && Symbol.asyncIterator in source;
