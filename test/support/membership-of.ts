import type { AccountWorld } from './account-world.js';

/** Somebody's membership as the owner sees it now, in the fields asked for; null when there is none. */
export async function membershipOf({ accountId, olga }: AccountWorld, userId: string, fields = 'status') {
  const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { ${fields} } }`;
  return (await olga.client.query(query, { a: accountId, u: userId })).membership;
}
