import type { GraphqlClient, MutationAnswer } from './graphql-client.js';
import type { TestMuster } from './start-muster.js';

/** An account of its own for one test, with one person of every role, each with a client of their own. */
export interface AccountWorld {
  readonly muster: TestMuster;
  readonly accountId: string;
  readonly olga: TestMember;
  readonly adam: TestMember;
  readonly carl: TestMember;
  readonly rita: TestMember;
  /** Signed in and a member elsewhere, but a stranger to this account. */
  readonly stranger: GraphqlClient;
  /** Adds somebody and gives their user id; under SOFTWAREONE into the group Everyone, like all of them. */
  add(name: string, fields?: Readonly<Record<string, unknown>>): Promise<string>;
  createGroup(name: string, parentId?: string): Promise<string>;
  registerApplication(name: string, technicalContactUserId: string): Promise<string>;
}

export interface TestMember {
  readonly userId: string;
  readonly client: GraphqlClient;
}

const members = { olga: 'OWNER', adam: 'ADMIN', carl: 'CONTRIBUTOR', rita: 'REVIEWER' } as const;

let worlds = 0;

/** `account` goes into createAccount: the preset, or rules that differ. */
export async function accountWorld(
  muster: TestMuster,
  account: Readonly<Record<string, unknown>> = {},
): Promise<AccountWorld> {
  worlds += 1;
  const world = worlds;
  const emailOf = (name: string) => `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${world}@example.test`;
  const opened = await muster.root.mutate(
    'createAccount',
    { name: `Account ${world}`, ...account },
    'account { id }',
  );
  const accountId: string = applied(opened).account.id;
  const createGroup = async (name: string, parentId?: string): Promise<string> =>
    applied(await muster.root.mutate('createGroup', { accountId, name, parentId }, 'group { id }')).group.id;
  // Nobody comes in there without a group (SW-16).
  const groupIds = account.preset === 'SOFTWAREONE' ? [await createGroup('Everyone')] : [];
  const add = async (name: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const person = { email: emailOf(name), name };
    const input = { accountId, person, role: 'CONTRIBUTOR', groupIds, ...fields };
    return applied(await muster.root.mutate('addUser', input, 'membership { userId }')).membership.userId;
  };
  const member = async (name: keyof typeof members): Promise<TestMember> => {
    const userId = await add(name, { role: members[name] });
    const client = await muster.client({ subject: `${name}-${world}`, email: emailOf(name) });
    return { userId, client };
  };
  return {
    muster,
    accountId,
    olga: await member('olga'),
    adam: await member('adam'),
    carl: await member('carl'),
    rita: await member('rita'),
    stranger: await memberElsewhere(muster, `stranger.${world}@example.test`),
    add,
    createGroup,
    registerApplication: async (name, technicalContactUserId) => {
      const input = { accountId, name, technicalContactUserId };
      return applied(await muster.root.mutate('registerApplication', input, 'application { id }')).application
        .id;
    },
  };
}

async function memberElsewhere(muster: TestMuster, email: string): Promise<GraphqlClient> {
  const elsewhere = { name: 'Elsewhere', owner: { email, name: 'Stranger' } };
  applied(await muster.root.mutate('createAccount', elsewhere));
  return muster.client({ subject: email, email });
}

/** Fails with the refusal when it was not applied. */
export function applied(answer: MutationAnswer): MutationAnswer {
  if (answer.outcome !== 'APPLIED')
    throw new Error(`expected APPLIED, got ${answer.outcome}: ${JSON.stringify(answer.userErrors)}`);
  return answer;
}
