import type { AccountAsOf } from '../../projections/queries/account-as-of.js';
import type { Line } from '../../src/application/import/history-reader.js';
import { importedAccountId, importedIdentity } from '../../src/application/import/identifiers.js';
import type { People } from '../../src/application/people.js';
import { type OrganisationState, parseCheckpoint } from './checkpoint.js';
import { differences } from './compare-states.js';

export interface ComparedCheckpoints {
  readonly equal: number;
  readonly of: number;
  /** The first ones, at most as many as were asked for. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** Of the file of checkpoints. */
  readonly lineNumber: number;
  readonly org: string;
  readonly at: string;
  readonly difference: string;
}

export interface CompareOptions {
  readonly source: string;
  /** What the read model says of an account at a time (ms). */
  readonly accountAsOf: (accountId: string, at: number) => AccountAsOf | Promise<AccountAsOf>;
  readonly people: Pick<People, 'find'>;
  readonly mostDifferences: number;
  readonly onProgress?: (compared: number) => void;
}

/**
 * Asks the read model for the state as of each checkpoint's time and compares it with what the checkpoint says.
 * @throws ImportRefused a line cannot be read
 */
export async function compareCheckpoints(
  lines: AsyncIterable<Line>,
  { source, accountAsOf, people, mostDifferences, onProgress }: CompareOptions,
): Promise<ComparedCheckpoints> {
  const names = new UserNames(source, people);
  const found: Difference[] = [];
  let equal = 0;
  let of = 0;
  for await (const { text, lineNumber } of lines) {
    const { org, at, state } = parseCheckpoint(text, lineNumber);
    await names.learn(usersOf(state));
    const asOf = await accountAsOf(importedAccountId(source, org), at);
    const differing = differences(state, names.inSource(asOf));
    of += 1;
    if (differing.length === 0) equal += 1;
    for (const difference of differing)
      if (found.length < mostDifferences)
        found.push({ lineNumber, org, at: new Date(at).toISOString(), difference });
    onProgress?.(of);
  }
  return { equal, of, differences: found };
}

/** The source's names of Muster's people; who has none there goes by his id, and so differs. */
class UserNames {
  readonly #asked = new Set<string>();
  readonly #names = new Map<string, string>();

  constructor(
    private readonly source: string,
    private readonly people: CompareOptions['people'],
  ) {}

  async learn(users: readonly string[]): Promise<void> {
    const unknown = users.filter((user) => !this.#asked.has(user));
    for (const user of unknown) this.#asked.add(user);
    const ids = await Promise.all(
      unknown.map((user) => this.people.find(importedIdentity(this.source, user))),
    );
    for (const [index, user] of unknown.entries()) {
      const id = ids[index] ?? null;
      if (id !== null) this.#names.set(id, user);
    }
  }

  /** The read model's answer in the words of the source: an OWNER is an admin, everyone else a member. */
  inSource({ people, groups }: AccountAsOf): OrganisationState {
    const named = (userIds: readonly string[]) => userIds.map((id) => this.#names.get(id) ?? id).sort();
    const { OWNER: owners = [], ...others } = people;
    return {
      admins: named(owners),
      members: named(Object.values(others).flat()),
      teams: new Map(
        groups.map(({ name, parentName, maintainers, members }) => [
          name,
          { parent: parentName, maintainers: named(maintainers), members: named(members) },
        ]),
      ),
    };
  }
}

function usersOf({ admins, members, teams }: OrganisationState): readonly string[] {
  const inTeams = [...teams.values()].flatMap((team) => [...team.maintainers, ...team.members]);
  return [...new Set([...admins, ...members, ...inTeams])];
}
