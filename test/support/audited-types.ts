import type { GraphqlClient } from './graphql-client.js';

/** Types of an account's own events, oldest first, as the audit log shows them; not its mail, nor what was refused. */
export async function auditedTypes(client: GraphqlClient, accountId: string): Promise<readonly string[]> {
  const query = 'query ($a: ID!) { auditLog(accountId: $a, first: 200) { nodes { type } } }';
  const { auditLog } = await client.query(query, { a: accountId });
  const types = (auditLog.nodes as { type: string }[]).map(({ type }) => type);
  return types.filter((type) => !type.startsWith('Mail') && type !== 'AttemptRefused').reverse();
}
