import type { GraphqlClient } from './graphql-client.js';

const query = `query ($a: ID!, $u: ID!) { access(accountId: $a, userId: $u) {
  state reason mayStartSession until effectivePermissions } }`;

/** Whether somebody may use an account now, as the asker is told. */
export async function accessOf(asker: GraphqlClient, accountId: string, userId: string) {
  return (await asker.query(query, { a: accountId, u: userId })).access;
}
