import { requestBytes } from './http-load.js';
import type { MeasuredServer } from './measured-server.js';

const SELECTION = `{
  outcome readable position
  userErrors { code message field }
}`;

/** The mutation measured, and the one that does nothing; both answer the same fields. */
const documents = {
  noOp: `mutation ($input: DeactivateUserInput!) { done: noOp(input: $input) ${SELECTION} }`,
  off: `mutation ($input: DeactivateUserInput!) { done: deactivateUser(input: $input) ${SELECTION} }`,
  on: `mutation ($input: ReactivateUserInput!) { done: reactivateUser(input: $input) ${SELECTION} }`,
};

/**
 * Requests that switch memberships off and on again, so that every one writes an event. Each connection has members
 * of its own: none waits for another's, and none is refused.
 */
export function switchingRequests(server: MeasuredServer, connections: number) {
  const members = server.accounts.flatMap(({ accountId, userIds }) =>
    userIds.map((userId) => ({ accountId, userId })),
  );
  const each = Math.floor(members.length / connections);
  // Neighbouring connections take members of different accounts.
  const own = Array.from({ length: connections }, (_, c) =>
    Array.from({ length: each }, (_, i) => members[i * connections + c] ?? members[0]),
  );
  const turn = new Array<number>(connections).fill(0);
  const bytes = (query: string, input: unknown) =>
    requestBytes(server.endpoint, server.token, { query, variables: { input } });
  return {
    noOp: (connection: number): Buffer => bytes(documents.noOp, own[connection]?.[0]),
    mutation: (connection: number): Buffer => {
      const n = turn[connection] ?? 0;
      turn[connection] = n + 1;
      const isOff = Math.floor(n / each) % 2 === 0;
      return bytes(isOff ? documents.off : documents.on, own[connection]?.[n % each]);
    },
  };
}

export const expectApplied = (body: string): void => expectText(body, '"outcome":"APPLIED"');
export const expectUnchanged = (body: string): void => expectText(body, '"outcome":"UNCHANGED"');

export function expectText(body: string, text: string): void {
  if (!body.includes(text)) throw new Error(`expected ${text} in ${body.slice(0, 500)}`);
}
