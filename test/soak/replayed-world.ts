import { carryOutErasure } from '../../src/application/erasure/carry-out-erasure.js';
import { PersonCommands } from '../../src/application/erasure/person-commands.js';
import { type ImportReport, importHistory } from '../../src/application/import/import-history.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { InstalledMuster } from '../application/installed-muster.js';
import { historyOf } from '../import/history.js';
import { asLines } from '../import/open-test-core.js';
import { commandFor, policyOf, type Wish } from '../projections/random-commands.js';

const ACCOUNTS = 4;
const IMPORT_EVERY = 200;
const PEOPLE = 5;
/** Of the erased, so many are still asked for: they come in nowhere, and what they were stays. */
const ERASED_STILL_NAMED = 2;
const MINUTE_MS = 60_000;

/** Gives numbers from 0 up to, not including, `below`. */
export type Dice = (below: number) => number;

/** What one step of the history can be; of every hundred steps, so many. Other kinds of history are another line here. */
const kindsOfStep: readonly {
  readonly share: number;
  readonly play: (world: ReplayedWorld) => Promise<void>;
}[] = [
  { share: 95, play: (world) => world.command() },
  { share: 3, play: (world) => world.repeat() },
  { share: 2, play: (world) => world.erase() },
];

/** A long history of several accounts by the real application, decided as everything is: what chance asks for. */
export class ReplayedWorld {
  readonly #accountIds = Array.from({ length: ACCOUNTS }, (_, n) => `account-of-replay-${n}`);
  readonly #imports: string[] = [];
  readonly #people: string[] = [];
  readonly #erased: string[] = [];
  readonly #dice: Dice;
  #commands = 0;
  #last: { accountId: string; command: AccountCommand; key: string } | null = null;

  private constructor(
    readonly muster: InstalledMuster,
    dice: Dice,
  ) {
    this.#dice = dice;
  }

  /** @param commands how many are asked of the application, refused ones included */
  static async live(commands: number, dice: Dice): Promise<ReplayedWorld> {
    const world = new ReplayedWorld(await InstalledMuster.install(), dice);
    await world.#open();
    for (let n = 0; n < PEOPLE; n += 1) world.#people.push(await world.#newcomer(n));
    while (world.#commands < commands) {
      await world.#step();
      if (world.#commands % IMPORT_EVERY === 0) await world.#import();
    }
    return world;
  }

  /** All accounts of the log, imported ones too. */
  async accountIds(): Promise<readonly string[]> {
    const streams = new Set<string>();
    for (let afterPosition = 0; ; ) {
      const page = await this.muster.store.readAll({ afterPosition, maxCount: 1_000 });
      const last = page.at(-1);
      if (last === undefined) break;
      for (const { stream } of page) if (stream.startsWith('account-')) streams.add(stream);
      afterPosition = last.position;
    }
    return [...streams].map((stream) => stream.slice('account-'.length)).sort();
  }

  /** How often each type of event happened. */
  async eventCounts(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (let afterPosition = 0; ; ) {
      const page = await this.muster.store.readAll({ afterPosition, maxCount: 1_000 });
      const last = page.at(-1);
      if (last === undefined) return counts;
      for (const { type } of page) counts.set(type, (counts.get(type) ?? 0) + 1);
      afterPosition = last.position;
    }
  }

  async command(): Promise<void> {
    const accountId = this.#accountIds[this.#dice(ACCOUNTS)] ?? '';
    const wish: Wish = {
      what: this.#dice(860),
      a: this.#dice(1_000),
      b: this.#dice(1_000),
      minutes: 0,
    };
    const { application, clock } = this.muster;
    const command = await application.accounts.read(accountId, ({ state }) =>
      commandFor(
        {
          state,
          now: clock.now,
          newId: application.parts.environment.newId,
          people: [...this.#people, ...this.#erased],
          mayCorrect: () => true,
        },
        wish,
      ),
    );
    if (command === null) return;
    this.#last = { accountId, command, key: application.parts.environment.newId() };
    await this.#execute(this.#last);
  }

  /** The last command again, under the same key: the answer is the first one's, and nothing is written. */
  async repeat(): Promise<void> {
    if (this.#last !== null) await this.#execute(this.#last);
  }

  /** Out of every account, then erased; somebody new comes in their place. */
  async erase(): Promise<void> {
    const place = this.#dice(PEOPLE);
    const userId = this.#people[place] ?? '';
    const { application, core, clock } = this.muster;
    const { parts, accounts } = application;
    for (const accountId of this.#accountIds) {
      const status = await accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.status);
      if (status === undefined || status === 'DELETED') continue;
      const type = this.#dice(2) === 0 && status !== 'REMOVED' ? 'removeUser' : 'deleteUser';
      const confirmation = { confirmed: true, previewToken: null, phrase: null };
      const command = { type, userId, confirmation, successors: { forAll: null, each: [] } } as const;
      await this.#execute({ accountId, command, key: parts.environment.newId() });
    }
    this.#commands += 1;
    const lists = { livingAccountIds: () => this.#accountIds, caughtUp: async () => undefined };
    const persons = new PersonCommands({ ...parts, accounts, lists, rootAccountId: async () => null });
    const { outcome } = await persons.erase({ actor: { kind: 'SYSTEM', id: 'soak' }, userId });
    if (outcome !== 'APPLIED') return;
    clock.now += this.#dice(MINUTE_MS);
    const traces = { remove: async () => ({ names: { by: 'soak' }, mails: { count: 0, by: 'soak' } }) };
    await carryOutErasure({ ...parts, ledger: core.ledger, traces }, userId);
    this.#people[place] = await this.#newcomer(place);
    this.#erased.push(userId);
    if (this.#erased.length > ERASED_STILL_NAMED) this.#erased.shift();
  }

  /** Under the address of whoever was there before. */
  async #newcomer(place: number): Promise<string> {
    const person = { name: `Person ${place}`, email: `person.${place}@example.test` };
    const actor = { kind: 'SYSTEM', id: 'soak', onBehalfOf: null, authority: null } as const;
    return (await this.muster.application.people.ensure(person, actor)) ?? '';
  }

  async #execute({ accountId, command, key }: { accountId: string; command: AccountCommand; key: string }) {
    this.#commands += 1;
    const actor =
      command.type === 'leaveAccount'
        ? ({ kind: 'USER', userId: command.userId } as const)
        : ({ kind: 'SYSTEM', id: 'soak' } as const);
    const keyed = { idempotencyKey: key, fingerprintOf: command };
    await this.muster.application.accounts.execute({ accountId, actor, commands: [command], ...keyed });
  }

  async #open(): Promise<void> {
    for (const [n, accountId] of this.#accountIds.entries())
      await this.muster.application.accounts.execute({
        accountId,
        actor: { kind: 'SYSTEM', id: 'soak' },
        commands: [
          {
            type: 'openAccount',
            accountId,
            name: accountId,
            kind: 'STANDARD',
            operators: ['operator'],
            preset: 'DEFAULT',
            policy: policyOf(n),
            owner: null,
          },
        ],
      });
  }

  async #step(): Promise<void> {
    // Now and then in the same millisecond, which a time cannot tell apart.
    if (this.#dice(10) > 0) this.muster.clock.now += 1 + this.#dice(40 * MINUTE_MS);
    let left = this.#dice(100);
    for (const { share, play } of kindsOfStep) {
      if (left < share) return play(this);
      left -= share;
    }
  }

  /** One more change set of another system's history, with times long past. */
  async #import(): Promise<ImportReport> {
    const n = this.#imports.length;
    this.#commands += 1;
    const { user, changes } =
      n % 2 === 0
        ? { user: `p${n}`, changes: [{ op: 'add', user: `p${n}`, role: n === 0 ? 'admin' : 'member' }] }
        : { user: `p${n - 1}`, changes: [{ op: 'role', user: `p${n - 1}`, from: 'member', to: 'admin' }] };
    const isFirst = n === 1;
    this.#imports.push(JSON.stringify(isFirst ? [{ op: 'team_create', team: user }] : changes));
    const lines = historyOf(this.#imports.map((line) => ({ changes: JSON.parse(line) })));
    return importHistory(this.muster.application, () => asLines(lines), {
      source: 'soak',
      newId: this.muster.application.parts.environment.newId,
    });
  }
}
