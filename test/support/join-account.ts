import { type AccountWorld, applied } from './account-world.js';

/** Adds somebody who is known already to one more account, by address, as whoever adds them must. */
export async function joinAccount(
  { muster, accountId }: AccountWorld,
  userId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { user } = await muster.root.query('query ($u: ID!) { user(id: $u) { email } }', { u: userId });
  const input = { accountId, person: { email: user.email }, role: 'CONTRIBUTOR', ...fields };
  applied(await muster.root.mutate('addUser', input));
}
