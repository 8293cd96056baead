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
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { apiError } from '../../schema/api-error.js';
import type { RequestContext } from '../../schema/context.js';
import { createCompiledExecutor } from './compiled-executor.js';
import { createErrorFormatter } from './error-formatter.js';
import { listItemsOf, MAX_LIST_ITEMS } from './list-size-limit.js';
import type { Log } from './log.js';
import { namingArguments } from './variable-errors.js';

export const MAX_TOKENS = 1_000;
export const MAX_DEPTH = 12;
export const MAX_ALIASES = 30;
export const MAX_DIRECTIVES = 30;
/** Fields after fragments are spread out; a document of few tokens can mean billions. */
const MAX_SELECTIONS = 10_000;

/** The GraphQL engine with everything switched off that Muster does not use, and every limit on. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  log: Log,
): Promise<ApolloServer<RequestContext>> {
  const server = new ApolloServer<RequestContext>({
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
    validationRules: limits(),
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
): ApolloServerOptionsWithGateway<RequestContext>['gateway'] {
  return {
    onSchemaLoadOrUpdate: (use) => {
      use({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({ executor: namingArguments(schema, createCompiledExecutor(schema, log)) }),
    stop: async () => {},
  };
}

/**
 * Rules report instead of throwing: a thrown error would leave as HTTP 500. Cast because the package types its rules for
 * any visitor, graphql for its own.
 */
function limits(): ValidationRule[] {
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

const answeredWith200 = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];

function requestRules(schema: GraphQLSchema): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    didResolveOperation: async ({ document, operation, request }) => {
      if (operation === undefined) return;
      if (operation.operation === 'subscription')
        throw apiError('GRAPHQL_VALIDATION_FAILED', 'There are no subscriptions: ask by query.', {
          status: 400,
        });
      const fragments = new Map(
        document.definitions.flatMap((node) =>
          node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
        ),
      );
      const { size, longest } = listItemsOf({
        schema,
        operation,
        fragments,
        variables: request.variables ?? {},
      });
      if (size > MAX_LIST_ITEMS)
        throw apiError(
          'GRAPHQL_VALIDATION_FAILED',
          `The operation asks for up to ${size} list items, dear fields counted for several; at most ${MAX_LIST_ITEMS} are given. Most come from ${longest.join('.')}: use a smaller \`first\` there, or around it.`,
          { status: 400 },
        );
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
