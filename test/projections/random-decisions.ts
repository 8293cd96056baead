import fc from 'fast-check';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { accountDecider } from '../../src/domain/account/decide.js';
import { dueEvents } from '../../src/domain/account/due.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { AccountState } from '../../src/domain/account/state.js';
import type { EventActor, StoredEvent } from '../../src/domain/event.js';
import { isRejection } from '../../src/domain/rejection.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { commandFor, FOR_EFFECTS, policyOf, type Wish } from './random-commands.js';
import { isMailCause, type MailCause, RandomEffects } from './random-effects.js';

export const wishes = (maxLength: number): fc.Arbitrary<Wish[]> =>
  fc.array(
    fc.record({
      // Without bias: small numbers would all ask for the same.
      what: fc.noBias(fc.nat(999)),
      a: fc.noBias(fc.nat(1000)),
      b: fc.noBias(fc.nat(1000)),
      minutes: fc.oneof(fc.nat(2), fc.nat(2), fc.nat(40)),
    }),
    { minLength: 1, maxLength, size: 'max' },
  );

const START = Date.parse('2020-01-01T00:00:00.000Z');
const MINUTE = 60_000;

type OnAppended = (state: AccountState, position: number) => void;

/**
 * Plays wishes into the log as the real decider answers them, with what time alone brings written first; mails and
 * bulk operations follow in streams of their own. Tells of the state after every event, at its position.
 */
export async function playDecisions(
  store: EventStore,
  plan: readonly Wish[],
  onAppended: OnAppended = () => {},
): Promise<void> {
  await new Play(store, onAppended).run(plan);
}

class Play {
  readonly #store: EventStore;
  readonly #onAppended: OnAppended;
  readonly #state = accountDecider.initialState();
  readonly #builder = eventBuilder({ accountId: 'a1', clock: () => this.#time() });
  readonly #effects: RandomEffects;
  readonly #causes: MailCause[] = [];
  /** When role or permissions of each membership changed. */
  readonly #roleChanges = new Map<string, number[]>();
  /** Revisions of the events by which somebody came in or was asked in. */
  readonly #joins = new Set<number>();
  #now = START;
  #lastOccurred = START;
  #made = 0;

  constructor(store: EventStore, onAppended: OnAppended) {
    this.#store = store;
    this.#onAppended = onAppended;
    this.#effects = new RandomEffects(store, () => this.#time());
  }

  async run(plan: readonly Wish[]): Promise<void> {
    const account = { accountId: 'a1', name: 'Acme', kind: 'STANDARD', operators: ['operator'] } as const;
    const policy = policyOf(0);
    await this.#decide({ type: 'openAccount', ...account, preset: 'DEFAULT', policy, owner: null }, 'u0');
    for (const wish of plan) {
      this.#now += wish.minutes * MINUTE;
      await this.#recordDue();
      if (wish.what >= FOR_EFFECTS) {
        await this.#effects.play(wish, this.#causes);
        continue;
      }
      const command = commandFor(this.#situation(), wish);
      if (command !== null) await this.#decide(command, `u${wish.b % 5}`);
    }
  }

  #situation() {
    return {
      state: this.#state,
      now: this.#now,
      newId: (what: string) => {
        this.#made += 1;
        return uuidOf(`${what} ${this.#made}`);
      },
      mayCorrect: (membershipId: string, revision: number, [from, to]: readonly [number, number]) =>
        !this.#joins.has(revision) ||
        !this.#roleChanges.get(membershipId)?.some((time) => time >= from && time <= to),
    };
  }

  async #recordDue(): Promise<void> {
    const actor: EventActor = { kind: 'SCHEDULER', id: 'deadlines', onBehalfOf: null, authority: null };
    for (const { event, at } of dueEvents(this.#state, this.#now))
      await this.#append(event, Math.max(at, this.#lastOccurred), actor);
  }

  async #decide(command: AccountCommand, actorId: string): Promise<void> {
    const decision = accountDecider.decide(this.#state, command, {
      actor:
        command.type === 'leaveAccount'
          ? { kind: 'USER', userId: command.userId, operatorAuthorities: [] }
          : { kind: 'SYSTEM', id: 'test' },
      occurredAt: this.#now,
      commandId: 'c',
      fingerprint: null,
      digest: (text) => text,
    });
    if (isRejection(decision)) return;
    const kind = actorId === 'u1' ? 'SERVICE' : 'USER';
    for (const event of decision)
      await this.#append(event, this.#now, { kind, id: actorId, onBehalfOf: null, authority: null });
  }

  async #append(event: AccountEvent, occurredAt: number, actor: EventActor): Promise<void> {
    const { stream, revision } = this.#builder;
    const expectedRevision = revision === -1 ? 'NO_STREAM' : revision;
    const times = { occurredAt: new Date(occurredAt).toISOString(), recordedAt: this.#time() };
    const events = this.#builder.batch([event], { ...times, actor });
    const { position } = await this.#store.append({ stream, expectedRevision, events });
    const stored = JSON.parse(events[0]?.body ?? '') as StoredEvent<AccountEvent>;
    accountDecider.evolve(this.#state, stored);
    this.#lastOccurred = occurredAt;
    this.#remember(stored, occurredAt);
    this.#onAppended(this.#state, position);
  }

  #remember(event: StoredEvent<AccountEvent>, occurredAt: number): void {
    if (isMailCause(event)) this.#causes.push(event);
    if (joinTypes.has(event.type)) this.#joins.add(event.revision);
    if (!roleTypes.has(event.type) || !('membershipId' in event.data)) return;
    const { membershipId } = event.data;
    this.#roleChanges.set(membershipId, [...(this.#roleChanges.get(membershipId) ?? []), occurredAt]);
  }

  #time(): string {
    return new Date(this.#now).toISOString();
  }
}

const joinTypes: ReadonlySet<string> = new Set([
  'UserAdded',
  'UserRejoined',
  'UserReinstated',
  'UserInvited',
  'InvitationAccepted',
]);
const roleTypes: ReadonlySet<string> = new Set(['RoleChanged', 'PermissionsGranted', 'PermissionsRevoked']);
