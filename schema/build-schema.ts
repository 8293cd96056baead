import './no-emitted-metadata.js';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { checkArguments } from './check-arguments.js';
import { enforceAccess } from './enforce-access.js';
import { mutations } from './mutations.js';
import { noteRefusals } from './note-refusals.js';
import { nullWhereRefused } from './null-where-refused.js';
import { queries } from './queries.js';
import { noTopics, subscriptions } from './subscriptions.js';
import { validateInput } from './validate-input.js';

type Resolver = new () => object;

/**
 * The whole API, ready to serve: every root field and type has its access rule, every id and text is looked at,
 * what is refused by itself is null by itself, and what is refused as forbidden is noted.
 * @param more resolvers beside the API's own: measurements compare with a mutation that does nothing
 * @throws Error when something declares no access rule
 */
export function buildMusterSchema(more: readonly Resolver[] = []): GraphQLSchema {
  const resolvers: [Resolver, ...Resolver[]] = [...queries, ...mutations, ...subscriptions, ...more];
  const schema = buildSchemaSync({ resolvers, validateFn: validateInput, pubSub: noTopics });
  enforceAccess(schema);
  checkArguments(schema);
  nullWhereRefused(schema);
  noteRefusals(schema);
  return schema;
}

/** The text of schema/schema.graphql: the same for the same API, whatever the order of the code. */
export const printMusterSchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
