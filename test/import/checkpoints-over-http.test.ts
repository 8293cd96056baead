import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { AccountAsOf, GroupAsOf } from '../../projections/queries/account-as-of.js';
import { compareCheckpoints } from '../../scripts/import/compare-checkpoints.js';
import { readLines } from '../../scripts/import/read-lines.js';
import { importHistory } from '../../src/application/import/import-history.js';
import { realEnvironment } from '../../src/real-environment.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster } from '../support/start-muster.js';

const shared = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const history = join(shared, 'k8s-org-history.jsonl.gz');
const checkpoints = join(shared, 'k8s-org-checkpoints.jsonl.gz');
const SOURCE = 'history';

/** A list of a hundred groups with their people is as much as one request may ask for. */
const STATE = `query ($a: ID!, $asOf: AsOfInput, $users: String, $groups: String) {
  account(id: $a, asOf: $asOf) {
    users(first: 200, after: $users) { nodes { userId role } pageInfo { hasNextPage endCursor } }
    groups(first: 40, after: $groups) {
      nodes { id name parentId members(first: 200) { nodes { userId role } pageInfo { hasNextPage } } }
      pageInfo { hasNextPage endCursor } } } }`;

interface Place {
  readonly userId: string;
  readonly role: string;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly members: {
    readonly nodes: readonly Place[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
}

describe('eight years of seven real organisations, asked for over GraphQL', function () {
  this.timeout(180_000);

  const title = 'are as every checkpoint says, with account(asOf)';
  if (!existsSync(history)) {
    it(`${title} (needs ${history})`);
    return;
  }

  it(title, async () => {
    const muster = await startMuster();
    try {
      const { application, store } = muster.core;
      const { newId } = realEnvironment;
      await importHistory(application, () => readLines(history), { source: SOURCE, newId });
      expect(await muster.readModel.waitFor(await store.head(), 60_000)).to.equal(true);
      const compared = await compareCheckpoints(readLines(checkpoints), {
        source: SOURCE,
        accountAsOf: (accountId, at) => stateOf(muster.root, accountId, new Date(at).toISOString()),
        people: application.people,
        mostDifferences: 5,
      });
      expect(compared).to.deep.equal({ equal: 244, of: 244, differences: [] });
    } finally {
      await muster.close();
    }
  });
});

async function stateOf(client: GraphqlClient, accountId: string, at: string): Promise<AccountAsOf> {
  const people: Record<string, string[]> = {};
  const listed: Listed[] = [];
  const cursors: { users?: string; groups?: string } = {};
  for (let more = { users: true, groups: true }; more.users || more.groups; ) {
    const { account } = await client.query(STATE, { a: accountId, asOf: { at }, ...cursors });
    if (account === null) break;
    const { users, groups } = account;
    // A list that is at its end is asked for again while the other goes on.
    if (more.users)
      for (const { userId, role } of users.nodes) {
        people[role] ??= [];
        people[role].push(userId);
      }
    if (more.groups) listed.push(...groups.nodes);
    more = {
      users: more.users && users.pageInfo.hasNextPage,
      groups: more.groups && groups.pageInfo.hasNextPage,
    };
    cursors.users = users.pageInfo.endCursor ?? cursors.users;
    cursors.groups = groups.pageInfo.endCursor ?? cursors.groups;
  }
  const nameOf = new Map(listed.map(({ id, name }) => [id, name]));
  return { people, groups: listed.map((group) => asGroup(group, nameOf)) };
}

function asGroup({ id, name, parentId, members }: Listed, nameOf: ReadonlyMap<string, string>): GroupAsOf {
  if (members.pageInfo.hasNextPage) throw new Error(`group ${name} has more members than one page`);
  const of = (role: string) => members.nodes.flatMap((one) => (one.role === role ? [one.userId] : []));
  const parentName = parentId === null ? null : (nameOf.get(parentId) ?? null);
  const maintainers = of('MAINTAINER');
  return { groupId: id, name, parentId, parentName, maintainers, members: of('MEMBER') };
}
