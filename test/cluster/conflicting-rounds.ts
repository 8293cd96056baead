import { setTimeout as delay } from 'node:timers/promises';
import { v4 as uuidV4 } from 'uuid';
import { documentOf, randomMutation, type SoakMutation } from '../../scripts/soak/random-mutation.js';
import type { Acknowledged } from '../../scripts/soak/soak-client.js';
import type { SoakWorld } from '../../scripts/soak/soak-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { tokenIn } from '../support/invitee.js';
import type { TestPerson } from '../support/start-muster.js';
import type { ConflictAccounts } from './conflict-accounts.js';

/** What a node answered to one command. */
export interface Answer extends Acknowledged {
  readonly events: readonly (Acknowledged['events'][number] & {
    readonly data: Readonly<Record<string, unknown>>;
  })[];
  readonly replayed: boolean;
  readonly codes: readonly string[];
}

export interface RoundParts {
  readonly world: SoakWorld;
  readonly accounts: ConflictAccounts;
  readonly nodes: number;
  /** Speaks to a node as somebody; root by default. */
  readonly client: (node: number, person?: TestPerson) => Promise<GraphqlClient>;
  readonly random: () => number;
}

/** What a round came to: what must be in the log, and what must not have happened. */
export interface Round {
  readonly kind: string;
  readonly acknowledged: readonly Answer[];
  readonly broken: readonly string[];
}

const MOST_TRIES = 200;
const PAUSE_MS = 25;
const transient: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'SERVICE_UNAVAILABLE', 'OVERLOADED']);

/** Asked until the outcome is known, always the same input under the same key. */
export async function settle(client: GraphqlClient, mutation: SoakMutation): Promise<Answer> {
  const { name, input } = mutation;
  const document = documentOf(name)
    .replace('{ outcome', '{ replayed outcome')
    .replace('revision }', 'revision data }');
  for (let lostAnswers = 0; lostAnswers < MOST_TRIES; lostAnswers += 1) {
    const { data, errors } = await client.send(document, { input });
    const payload = data?.[name];
    if (errors === undefined && payload != null) {
      const { outcome, events, userErrors, replayed, position } = payload;
      const codes = userErrors.map(({ code }: { readonly code: string }) => code);
      return { mutation, outcome, events, codes, replayed, position: Number(position ?? 0), lostAnswers };
    }
    if (errors?.every(({ extensions }) => transient.has(extensions.code)) !== true)
      throw new Error(`${name} was not answered: ${JSON.stringify(errors)}`);
    await delay(PAUSE_MS);
  }
  throw new Error(`${name} was never answered`);
}

/** A query, asked until reads are served. */
export async function ask(
  client: GraphqlClient,
  query: string,
  variables: Readonly<Record<string, unknown>>,
) {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { data, errors } = await client.send(query, variables);
    if (errors === undefined) return data;
    const isLate = ({ extensions: { code } }: { readonly extensions: { readonly code: string } }) =>
      transient.has(code) || code === 'PROJECTION_LAGGING';
    if (!errors.every(isLate)) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
    await delay(PAUSE_MS);
  }
  throw new Error('reads were never served');
}

type Input = Readonly<Record<string, unknown>>;

const mutationOf = (name: string, lastEvent: string, input: Input): SoakMutation => {
  const key = uuidV4();
  const reason = { code: 'soak', ticket: key };
  return { name, key, lastEvents: [lastEvent], input: { idempotencyKey: key, reason, ...input } };
};

type Play = (parts: RoundParts) => Promise<Omit<Round, 'kind'>>;

const everyNode = async <T>(
  { nodes }: RoundParts,
  play: (node: number) => Promise<T>,
): Promise<readonly T[]> => Promise.all(Array.from({ length: nodes }, (_, node) => play(node)));

const anyNode = ({ nodes, random }: RoundParts): number => Math.floor(random() * nodes);

const settledAt = async (parts: RoundParts, node: number, mutation: SoakMutation): Promise<Answer> =>
  settle(await parts.client(node), mutation);

const sayUnless = (isKept: boolean, sentence: string): readonly string[] => (isKept ? [] : [sentence]);

const appliedOf = (answers: readonly Answer[]): readonly Answer[] =>
  answers.filter(({ outcome }) => outcome === 'APPLIED');

/** As many owners as nodes; each node takes the role from another one at the same moment. */
const lastOwner: Play = async (parts) => {
  const { accountId, ownerIds } = parts.accounts.owners;
  const changed = (userId: string, role: string) =>
    mutationOf('changeRole', 'RoleChanged', { accountId, userId, role });
  const taken = await everyNode(parts, (node) =>
    settledAt(parts, node, changed(ownerIds[node] ?? '', 'CONTRIBUTOR')),
  );
  const lost = appliedOf(taken);
  const restored = [];
  for (const { mutation } of lost)
    restored.push(await settledAt(parts, anyNode(parts), changed(`${mutation.input.userId}`, 'OWNER')));
  const refused = taken.filter(({ codes }) => codes.includes('LAST_OWNER'));
  return {
    acknowledged: [...taken, ...restored],
    broken: [
      ...sayUnless(
        lost.length === parts.nodes - 1 && refused.length === 1,
        `${lost.length} of ${parts.nodes} owners lost the role: ${JSON.stringify(taken.map(({ codes }) => codes))}`,
      ),
      ...sayUnless(appliedOf(restored).length === restored.length, 'an owner was not restored'),
    ],
  };
};

/** One seat is left, and each node gives it to somebody else at the same moment. */
const lastSeat: Play = async (parts) => {
  const { accountId } = parts.accounts.seats;
  const added = await everyNode(parts, (node) => {
    const person = { email: `${uuidV4()}@example.com`, name: 'Newcomer' };
    return settledAt(
      parts,
      node,
      mutationOf('addUser', 'UserAdded', { accountId, person, role: 'REVIEWER' }),
    );
  });
  const got = appliedOf(added);
  const freed = [];
  for (const answer of got) {
    const userId = subjectOf(answer);
    const removal = mutationOf('removeUser', 'UserRemoved', { accountId, userId, confirmed: true });
    freed.push(await settledAt(parts, anyNode(parts), removal));
  }
  const refused = added.filter(({ codes }) => codes.includes('SEAT_LIMIT_EXCEEDED'));
  return {
    acknowledged: [...added, ...freed],
    broken: [
      ...sayUnless(
        got.length === 1 && refused.length === parts.nodes - 1,
        `${got.length} people got the last seat`,
      ),
      ...sayUnless(appliedOf(freed).length === freed.length, 'a seat was not freed'),
    ],
  };
};

/** One link, taken on every node at the same moment by the person invited. */
const oneInvitation: Play = async (parts) => {
  const { accountId } = parts.accounts.invitations;
  const email = `${uuidV4()}@example.com`;
  const invited = await settledAt(
    parts,
    anyNode(parts),
    mutationOf('inviteUser', 'UserInvited', { accountId, person: { email, name: 'Ivy' }, role: 'REVIEWER' }),
  );
  const userId = subjectOf(invited);
  const root = await parts.client(anyNode(parts));
  const { link } = await root.mutate('copyInvitationLink', { accountId, userId }, 'link');
  const token = tokenIn(link);
  const taken = await everyNode(parts, async (node) =>
    settle(
      await parts.client(node, { subject: email, email }),
      mutationOf('acceptInvitation', 'InvitationAccepted', { token }),
    ),
  );
  const removal = mutationOf('removeUser', 'UserRemoved', { accountId, userId, confirmed: true });
  return {
    acknowledged: [invited, ...taken, await settledAt(parts, anyNode(parts), removal)],
    broken: sayUnless(appliedOf(taken).length === 1, `one link was taken ${appliedOf(taken).length} times`),
  };
};

/** One command under one key, sent to every node at the same moment, and to one of them again. */
const oneKey: Play = async (parts) => {
  const { accountId } = parts.accounts.invitations;
  const name = `Group ${uuidV4()}`;
  const mutation = mutationOf('createGroup', 'GroupCreated', { accountId, name, parentId: null });
  const answers = [
    ...(await everyNode(parts, (node) => settledAt(parts, node, mutation))),
    await settledAt(parts, anyNode(parts), mutation),
  ];
  const [first] = answers.map(({ events }) => JSON.stringify(events));
  return {
    acknowledged: answers.slice(0, 1),
    broken: sayUnless(
      answers.every(({ outcome, events }) => outcome === 'APPLIED' && JSON.stringify(events) === first) &&
        answers.filter(({ replayed }) => !replayed).length === 1,
      `one key was not one command: ${JSON.stringify(answers)}`,
    ),
  };
};

/** One address, made a member of two accounts by different nodes at the same moment: one person. */
const oneAddress: Play = async (parts) => {
  const person = { email: `${uuidV4()}@example.com`, name: 'Twin' };
  const [one, two] = parts.world.accounts;
  const ids = [one?.accountId ?? '', two?.accountId ?? ''];
  const added = await Promise.all(
    ids.map((accountId, index) =>
      settledAt(
        parts,
        index % parts.nodes,
        mutationOf('addUser', 'UserAdded', { accountId, person, role: 'REVIEWER' }),
      ),
    ),
  );
  const people = added.map(subjectOf);
  return {
    acknowledged: added,
    broken: sayUnless(new Set(people).size === 1, 'one address became two people'),
  };
};

/** Many commands on the same few people, from all nodes at once. */
const anything: Play = async (parts) => {
  const answers = await Promise.all(
    Array.from({ length: 4 * parts.nodes }, (_, n) =>
      settledAt(parts, n % parts.nodes, randomMutation(parts.world, parts.random, uuidV4())),
    ),
  );
  return { acknowledged: answers, broken: [] };
};

/** What one node has acknowledged is there on every other one that is given its position. */
const readElsewhere: Play = async (parts) => {
  const { accountId } = parts.accounts.invitations;
  const name = `Seen ${uuidV4()}`;
  const made = await settledAt(
    parts,
    anyNode(parts),
    mutationOf('createGroup', 'GroupCreated', { accountId, name, parentId: null }),
  );
  const query =
    'query ($a: ID!, $p: Position) { auditLog(accountId: $a, first: 50, minPosition: $p) { nodes { id } } }';
  const seen = await everyNode(parts, async (node) => {
    const { auditLog } = await ask(await parts.client(node), query, { a: accountId, p: `${made.position}` });
    return auditLog.nodes.some(({ id }: { readonly id: string }) => id === made.events[0]?.id);
  });
  return {
    acknowledged: [made],
    broken: sayUnless(seen.every(Boolean), `a write was not seen: ${seen.join()}`),
  };
};

/** Whom the first event of an answer is about. */
const subjectOf = ({ events }: Answer): string => {
  const userId = events[0]?.data.userId;
  if (typeof userId !== 'string') throw new Error(`nobody was changed: ${JSON.stringify(events)}`);
  return userId;
};

const plays: Readonly<Record<string, Play>> = {
  lastOwner,
  lastSeat,
  oneInvitation,
  oneKey,
  oneAddress,
  anything,
  readElsewhere,
};

/** Rounds come in turn, so that so many rounds hold as many of each kind. */
export async function playRound(parts: RoundParts, round: number): Promise<Round> {
  const kinds = Object.entries(plays);
  const [kind, play] = kinds[round % kinds.length] ?? ['anything', anything];
  return { kind, ...(await play(parts)) };
}
