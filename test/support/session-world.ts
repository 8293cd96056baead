import { type AccountWorld, accountWorld, applied } from './account-world.js';
import type { TestMuster } from './start-muster.js';

/** An account where access of single sign-on members lasts until their session ends (D3-23). */
export async function sessionWorld(muster: TestMuster, policy: object = {}): Promise<AccountWorld> {
  return accountWorld(muster, { policy: { ssoCutoffOnDeactivate: 'AT_SESSION_END', ...policy } });
}

/** Adds somebody who signs in through single sign-on and deactivates them, so that their access lingers. */
export async function addLingering(
  { accountId, olga, add }: AccountWorld,
  name = 'sam',
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const userId = await add(name, { kind: 'SSO', ...fields });
  applied(await olga.client.mutate('deactivateUser', { accountId, userId, confirmed: true }));
  return userId;
}

/** Ids of the members whose access outlasts their deactivation, as the owner sees them. */
export async function lingeringIn({ accountId, olga }: AccountWorld): Promise<readonly string[]> {
  const query = 'query ($a: ID!) { account(id: $a) { lingering { totalCount nodes { userId status } } } }';
  const { lingering } = (await olga.client.query(query, { a: accountId })).account;
  const ids = (lingering.nodes as readonly { userId: string }[]).map(({ userId }) => userId);
  if (lingering.totalCount !== ids.length) throw new Error('the count and the list of the lingering differ');
  return ids;
}
