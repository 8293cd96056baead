import { type AccountWorld, applied } from './account-world.js';
import type { GraphqlClient } from './graphql-client.js';

/** Somebody invited into the account of a world, with a client whose token carries the verified address. */
export interface Invitee {
  readonly userId: string;
  readonly email: string;
  readonly client: GraphqlClient;
}

/** Invited by the owner, as CONTRIBUTOR unless `fields` say otherwise. */
export async function invite(
  { muster, accountId, olga }: AccountWorld,
  name = 'ivy',
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Invitee> {
  const email = `${name}.${accountId}@example.test`;
  const input = { accountId, person: { email, name }, role: 'CONTRIBUTOR', ...fields };
  const { membership } = applied(await olga.client.mutate('inviteUser', input, 'membership { userId }'));
  const client = await muster.client({ subject: email, email });
  return { userId: membership.userId, email, client };
}

/** The token that the newest mail to the person holds, copied by the owner. */
export async function tokenFor({ accountId, olga }: AccountWorld, userId: string): Promise<string> {
  const { link } = applied(await olga.client.mutate('copyInvitationLink', { accountId, userId }, 'link'));
  return tokenIn(link);
}

/** The page that takes an invitation reads the token from behind the `#`. */
export function tokenIn(link: string): string {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token');
  if (token === null) throw new Error('the link holds no token');
  return token;
}
