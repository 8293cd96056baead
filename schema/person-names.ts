import { onlyAskedInto } from '../projections/queries/asked-in.js';
import { type NamelessRow, namelessMemberships } from '../projections/queries/nameless.js';
import { type PersonNameRow, personNames } from '../projections/queries/people.js';
import type { ReadDatabases } from './reads.js';

const nowhere: ReadonlySet<string> = new Set();

/** Names of people, looked up together: all of a list at the first one asked for. */
export class PersonNames {
  readonly #databases: () => ReadDatabases;
  readonly #known = new Map<string, PersonNameRow | null>();
  /** By user id; most people are in none. */
  readonly #nameless = new Map<string, Set<string>>();
  readonly #asked = new Map<string, Set<string>>();
  readonly #toCome = new Set<string>();

  constructor(databases: () => ReadDatabases) {
    this.#databases = databases;
  }

  /** These are likely to be asked for. */
  expect(people: readonly { readonly userId: string }[]): void {
    for (const { userId } of people) this.#toCome.add(userId);
  }

  person(userId: string): PersonNameRow | null {
    this.#lookUp(userId);
    return this.#known.get(userId) ?? null;
  }

  /** Accounts in which the person was deleted together with the name (D3-10), and is not again. */
  namelessIn(userId: string): ReadonlySet<string> {
    this.#lookUp(userId);
    return this.#nameless.get(userId) ?? nowhere;
  }

  /** Accounts into which the person was invited without ever coming in. */
  onlyAskedInto(userId: string): ReadonlySet<string> {
    this.#lookUp(userId);
    return this.#asked.get(userId) ?? nowhere;
  }

  /** Something was written meanwhile: look again. */
  forget(): void {
    this.#known.clear();
    this.#nameless.clear();
    this.#asked.clear();
  }

  #lookUp(userId: string): void {
    if (this.#known.has(userId)) return;
    const asked = [...this.#toCome.add(userId)];
    this.#toCome.clear();
    const { members } = this.#databases();
    for (const id of asked) this.#known.set(id, null);
    for (const row of personNames(members, asked)) this.#known.set(row.userId, row);
    for (const row of namelessMemberships(members, asked)) addTo(this.#nameless, row);
    for (const row of onlyAskedInto(members, asked)) addTo(this.#asked, row);
  }
}

function addTo(accounts: Map<string, Set<string>>, { userId, accountId }: NamelessRow): void {
  accounts.set(userId, (accounts.get(userId) ?? new Set()).add(accountId));
}
