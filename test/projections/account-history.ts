import { buildHere } from '../../projections/open-generation.js';
import { rebuild } from '../../projections/rebuild.js';
import type { AccountEvent, AccountEventOf } from '../../src/domain/account/events.js';
import { type AccountPolicy, presets } from '../../src/domain/account/policy.js';
import type { Role } from '../../src/domain/account/roles.js';
import type { DomainEvent, EventActor } from '../../src/domain/event.js';
import { type EventBuilder, eventBuilder, uuidOf } from '../support/event-builder.js';
import { MemoryLog } from './memory-log.js';
import { ReadModelFixture } from './read-model-fixture.js';

/** Midnight of the n-th of January 2024. */
export const day = (n: number) => new Date(Date.UTC(2024, 0, n)).toISOString();
export const ms = (n: number) => Date.UTC(2024, 0, n);

export const who = (userId: string, accountId = 'a1') => ({
  userId,
  membershipId: uuidOf(`${accountId} ${userId}`),
});
export const invited = (userId: string, accountId = 'a1') => ({
  ...who(userId, accountId),
  invitationId: uuidOf(`invitation ${accountId} ${userId}`),
});
export const user = (id: string): EventActor => ({ kind: 'USER', id, onBehalfOf: null, authority: null });

const promised = { kind: 'STANDARD', role: 'REVIEWER', permissions: ['app-store'] } as const;
export const snapshot = { ...promised, groups: [], responsibilities: [] };

export const accountOpened = (also: Partial<AccountPolicy> = {}, operators: string[] = []): AccountEvent => ({
  type: 'AccountOpened',
  data: {
    name: 'Acme',
    kind: 'STANDARD',
    operators,
    preset: 'DEFAULT',
    policy: { ...presets.DEFAULT, ...also },
    policyVersion: 1,
  },
});

export const added = (
  userId: string,
  role: Role = 'REVIEWER',
  permissions: readonly string[] = [],
): AccountEvent => ({
  type: 'UserAdded',
  data: { ...who(userId), kind: 'STANDARD', role, permissions },
});

/** The link counts until a day. */
export const invitedUntil = (userId: string, n: number, accountId = 'a1'): AccountEventOf<'UserInvited'> => ({
  type: 'UserInvited',
  data: {
    ...invited(userId, accountId),
    ...promised,
    groupIds: ['g'],
    generation: 1,
    tokenHash: 'h1',
    expiresAt: day(n),
  },
});

export const accepted = (userId: string): AccountEvent => ({
  type: 'InvitationAccepted',
  data: { ...invited(userId), ...promised, groupIdsGone: [] },
});

export type Days = readonly (readonly [day: number, ...events: DomainEvent[]])[];

/** The read model of a log that is told day by day; `a1` is the account, other streams can be told too. */
export class AccountHistory {
  readonly log = new MemoryLog();
  readonly #fixture = new ReadModelFixture();
  readonly #builders = new Map<string, EventBuilder>();
  #connections: ReturnType<ReadModelFixture['connect']> | null = null;

  /** What happened in the account on some days; the read model follows after each. */
  given(...days: Days): Promise<void> {
    return this.givenBy({ stream: 'account-a1' }, ...days);
  }

  async givenBy(
    { stream, actor = user('olga') }: { stream: string; actor?: EventActor },
    ...days: Days
  ): Promise<void> {
    const builder = this.#builderOf(stream);
    for (const [n, ...events] of days) {
      await builder.append(this.log, events, { occurredAt: day(n), recordedAt: day(n), actor });
      await this.#fixture.catchUp(this.log);
    }
    this.#connections = null;
  }

  /** Position of the last event. */
  get position(): number {
    return this.log.events.at(-1)?.position ?? 0;
  }

  /** Id of the n-th event of the log from its end. */
  eventId(fromEnd = 1): string {
    return this.log.events.at(-fromEnd)?.id ?? '';
  }

  get members() {
    return this.#connected.members;
  }

  get audit() {
    return this.#connected.audit;
  }

  close(): void {
    this.#fixture.close();
  }

  /** A rebuild gives the very rows that following gave. */
  async rebuiltIsEqual(): Promise<boolean | null> {
    const options = this.#fixture.options(this.log);
    return (await rebuild({ folder: this.#fixture.folder, runTask: buildHere(options) })).equalToLive;
  }

  get #connected() {
    this.#connections ??= this.#fixture.connect();
    return this.#connections;
  }

  #builderOf(stream: string): EventBuilder {
    const known = this.#builders.get(stream);
    if (known !== undefined) return known;
    const accountId = stream.startsWith('account-') ? stream.slice('account-'.length) : null;
    const builder = eventBuilder({ accountId, stream, clock: () => day(1) });
    this.#builders.set(stream, builder);
    return builder;
  }
}
