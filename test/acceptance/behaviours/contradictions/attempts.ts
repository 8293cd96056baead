import { expect } from 'chai';
import { type AccountWorld, applied } from '../../../support/account-world.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import type { GraphqlClient } from '../../../support/graphql-client.js';
import { eventsAfter, type LoggedEvent } from '../../../support/logged-events.js';
import type { TestMuster } from '../../../support/start-muster.js';

/** A member of an account, and what is sent along with a mutation about them. */
export interface Target {
  readonly world: AccountWorld;
  readonly userId: string;
  readonly fields: object;
}

export const on = (world: AccountWorld, userId: string, fields: object = { confirmed: true }): Target => ({
  world,
  userId,
  fields,
});

export const onCarl = (world: AccountWorld, fields?: object): Target => on(world, world.carl.userId, fields);

const send = (client: GraphqlClient, mutation: string, { world, userId, fields }: Target) =>
  client.mutate(mutation, { accountId: world.accountId, userId, ...fields });

/** Why not; the log has not grown. */
export async function refused(client: GraphqlClient, mutation: string, target: Target) {
  const answer = await appendingNothing(target.world.muster, client, () => send(client, mutation, target));
  expect(answer.outcome, mutation).to.equal('REJECTED');
  expect(answer.userErrors).to.have.lengthOf(1);
  return answer.userErrors[0];
}

/** The one event that it wrote: on the stream of the account, about the person it was asked for. */
export async function only(client: GraphqlClient, mutation: string, target: Target): Promise<LoggedEvent> {
  const [event, ...more] = await written(client, mutation, target);
  expect(typesOf(more), 'no other event').to.deep.equal([]);
  expect(event).to.include({ stream: `account-${target.world.accountId}`, subjectId: target.userId });
  return event as LoggedEvent;
}

/** What it wrote, on any stream but those of the mails that follow. */
export async function written(
  client: GraphqlClient,
  mutation: string,
  target: Target,
): Promise<readonly LoggedEvent[]> {
  // A first sign-in writes the link from the identity to the person.
  await client.query('{ viewer { subject } }');
  const events = await grownBy(target.world.muster, async () =>
    applied(await send(client, mutation, target)),
  );
  return events.filter(({ stream }) => !stream.startsWith('effect-'));
}

/** All that the log grows by, whoever writes it. */
export async function grownBy(
  muster: TestMuster,
  act: () => Promise<unknown>,
): Promise<readonly LoggedEvent[]> {
  await muster.processManagers.settled();
  const head = await muster.core.store.head();
  await act();
  await muster.processManagers.settled();
  return eventsAfter(muster, head);
}

export const typesOf = (events: readonly LoggedEvent[]): readonly string[] => events.map(({ type }) => type);
