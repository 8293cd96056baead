import { expect } from 'chai';
import type { GraphqlClient } from './graphql-client.js';
import { eventsAfter } from './logged-events.js';
import type { TestMuster } from './start-muster.js';

/** What an attempt of somebody's answers, once it is seen that the log has not grown by one event. */
export async function appendingNothing<Answer>(
  muster: TestMuster,
  client: GraphqlClient,
  attempt: (client: GraphqlClient) => Promise<Answer>,
): Promise<Answer> {
  // A first sign-in writes the link from the identity to the person.
  await client.query('{ viewer { subject } }');
  await muster.processManagers.settled();
  const head = await muster.core.store.head();
  const answer = await attempt(client);
  await muster.processManagers.settled();
  const written = await eventsAfter(muster, head);
  expect(
    written.map(({ type, stream }) => `${type} on ${stream}`),
    'nothing is appended',
  ).to.deep.equal([]);
  return answer;
}
