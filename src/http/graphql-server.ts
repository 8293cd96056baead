import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { apiError } from '../../schema/api-error.js';
import { type HttpContext, idsOf } from './asked.js';
import { createCompiledExecutor } from './compiled-executor.js';
import { documentLimits, MAX_TOKENS, refuseLongLists } from './document-limits.js';
import { createErrorFormatter, noteAsker } from './error-formatter.js';
import type { Log } from './log.js';
import { namingArguments } from './variable-errors.js';

/** Fields after fragments are spread out; a document of few tokens can mean billions. */
export const MAX_SELECTIONS = 10_000;

/** The GraphQL engine with everything switched off that Muster does not use, and every limit on. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  log: Log,
): Promise<ApolloServer<HttpContext>> {
  const server = new ApolloServer<HttpContext>({
    gateway: compiledSchema(schema, log),
    apollo: {},
    nodeEnv: 'production',
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    maxRecursiveSelections: MAX_SELECTIONS,
    validationRules: documentLimits(),
    formatError: createErrorFormatter(log),
    logger: {
      debug: () => {},
      info: () => {},
      warn: (text) => log.warn(text),
      error: (text) => log.error(text),
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      requestRules(schema),
    ],
  });
  await server.start();
  return server;
}

/** A gateway is Apollo's way to bring an executor of one's own. */
function compiledSchema(
  schema: GraphQLSchema,
  log: Log,
): ApolloServerOptionsWithGateway<HttpContext>['gateway'] {
  return {
    onSchemaLoadOrUpdate: (use) => {
      use({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({ executor: namingArguments(schema, createCompiledExecutor(schema, log)) }),
    stop: async () => {},
  };
}

const answeredWith200 = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];

function requestRules(schema: GraphQLSchema): ApolloServerPlugin<HttpContext> {
  const listener: GraphQLRequestListener<HttpContext> = {
    didResolveOperation: async ({ document, operation, request, contextValue }) => {
      if (operation === undefined) return;
      if (contextValue.asked !== undefined) contextValue.asked.operation = operation.operation;
      if (operation.operation === 'subscription')
        throw apiError(
          'GRAPHQL_VALIDATION_FAILED',
          'Subscriptions come over a WebSocket at the same path, protocol graphql-transport-ws.',
          { status: 400 },
        );
      refuseLongLists({ schema, document, operation, variables: request.variables ?? {} });
    },
    didEncounterErrors: async ({ errors, contextValue }) => {
      const { asked } = contextValue;
      if (asked !== undefined) for (const error of errors) noteAsker(error, idsOf(asked));
    },
    // GraphQL over HTTP: application/json answers well-formed requests with 200, whatever GraphQL says of them.
    willSendResponse: async ({ request, response }) => {
      if (response.http.status !== 400 || response.body.kind !== 'single') return;
      if (request.http?.headers.get('accept')?.includes('graphql-response+json') === true) return;
      const codes =
        response.body.singleResult.errors?.map(({ extensions }) => String(extensions?.code)) ?? [];
      if (codes.length > 0 && codes.every((code) => answeredWith200.includes(code)))
        response.http.status = 200;
    },
  };
  return { requestDidStart: async () => listener };
}
