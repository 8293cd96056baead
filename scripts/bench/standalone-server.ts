import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { printSchema } from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { receiveArgument } from './child.js';

/**
 * The floor of the query figure: the same schema and the same page on Apollo's own server, from constant data: no
 * SQL, no token, no limits.
 */
const data = await receiveArgument<{ account: unknown }>();
const server = new ApolloServer({
  typeDefs: printSchema(buildMusterSchema()),
  resolvers: { Query: { account: () => data.account } },
});
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.send?.({ url });
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
