import type { AccountWorld } from './account-world.js';

/** Limit, seats in use and seats held for invitations, as the owner sees them now. */
export async function seatsOf({ accountId, olga }: AccountWorld) {
  const query = 'query ($a: ID!) { account(id: $a) { seats { limit inUse reserved available } } }';
  return (await olga.client.query(query, { a: accountId })).account.seats;
}
