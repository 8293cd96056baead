import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RequestActor } from '../../../src/application/account-commands.js';
import { Accounts } from '../../../src/application/accounts.js';
import type { BulkItemAnswer, BulkRequest, BulkResult } from '../../../src/application/application.js';
import { BulkOperations } from '../../../src/application/bulk/bulk-operations.js';
import { noSuccessors } from '../../../src/application/offboarding/operation-command.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import { type AccountPolicy, type PolicyPreset, presets } from '../../../src/domain/account/policy.js';
import type { Role } from '../../../src/domain/account/roles.js';
import { type AccountState, initialAccountState } from '../../../src/domain/account/state.js';
import type { BulkEvent } from '../../../src/domain/bulk/events.js';
import type { DomainEvent, StoredEvent } from '../../../src/domain/event.js';
import { isRejection, type Rejection } from '../../../src/domain/rejection.js';
import { verifyStreams } from '../../../src/event-store/chain.js';
import type { EventStore } from '../../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../../src/event-store/sqlite/sqlite-event-store.js';
import { SqliteSnapshotStore } from '../../../src/snapshots/sqlite-snapshot-store.js';

export const system: RequestActor = { kind: 'SYSTEM', id: 'test' };
export const user = (userId: string): RequestActor => ({ kind: 'USER', userId });
export const olga = user('olga');

/** A log on disk, and as many nodes on it as a test wants. */
export interface BulkWorld {
  readonly store: EventStore;
  /** What a node could report to nobody. */
  readonly failures: unknown[];
  newNode(store?: EventStore): BulkNode;
  pass(ms: number): void;
  /** Every event of the log, or of one stream. */
  events(stream?: string): Promise<readonly StoredEvent[]>;
  bulkEvents(bulkOperationId: string | null): Promise<readonly StoredEvent<BulkEvent>[]>;
  close(): Promise<void>;
}

export interface BulkNode {
  readonly accounts: Accounts;
  readonly bulk: BulkOperations;
  open(accountId: string, options?: OpenOptions): Promise<void>;
  /** As Muster itself; fails when it is refused. */
  does(accountId: string, ...commands: readonly AccountCommand[]): Promise<void>;
  statusOf(accountId: string, userId: string): Promise<string | null>;
}

interface OpenOptions {
  readonly preset?: PolicyPreset;
  readonly policy?: Partial<AccountPolicy>;
  readonly operators?: readonly string[];
  readonly kind?: 'STANDARD' | 'OPERATOR';
  /** Beside olga, the owner. */
  readonly members?: Readonly<Record<string, Role>>;
  readonly owner?: string;
}

export async function openBulkWorld(): Promise<BulkWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bulk-'));
  const store = await SqliteEventStore.open({ path: join(folder, 'log.sqlite') });
  const snapshots = new SqliteSnapshotStore(join(folder, 'snapshots.sqlite'));
  const failures: unknown[] = [];
  let clock = Date.parse('2026-01-01T00:00:00.000Z');
  let ids = 0;
  const environment = { now: () => clock, newId: () => `id-${++ids}` };
  const report = (error: unknown) => failures.push(error);

  const newNode = (on: EventStore = sharedStore(store)): BulkNode => {
    const accounts = new Accounts({ store: on, snapshots, environment, report }, async () => null);
    const bulk = new BulkOperations({ accounts, store: on, environment, report, lists: new FoldedLists(on) });
    const does = async (accountId: string, ...commands: readonly AccountCommand[]) => {
      const outcome = await accounts.execute({ accountId, actor: system, commands });
      if (outcome.outcome === 'REJECTED') throw new Error(JSON.stringify(outcome.rejection));
    };
    return {
      accounts,
      bulk,
      does,
      open: (accountId, options = {}) => does(accountId, ...opening(accountId, options)),
      statusOf: (accountId, userId) =>
        accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.status ?? null),
    };
  };

  const events = async (stream?: string) => {
    const all = await allEvents(store);
    return stream === undefined ? all : all.filter((event) => event.stream === stream);
  };
  return {
    store,
    failures,
    newNode,
    pass: (ms) => {
      clock += ms;
    },
    events,
    bulkEvents: async (id) => (await events(`bulk-${id}`)) as readonly StoredEvent<BulkEvent>[],
    close: async () => {
      expect((await verifyStreams(store)).status).to.equal('INTACT');
      await store.close();
      snapshots.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const opening = (accountId: string, options: OpenOptions): readonly AccountCommand[] => {
  const { preset = 'DEFAULT', policy = {}, operators = [], kind = 'STANDARD' } = options;
  const { members = {}, owner = 'olga' } = options;
  return [
    {
      type: 'openAccount',
      accountId,
      name: accountId,
      kind,
      operators,
      preset,
      policy: { ...presets[preset], ...policy },
      owner: { userId: owner, membershipId: `m-${owner}`, permissions: [] },
    },
    ...Object.entries(members).map(([userId, role]) => adding(userId, role)),
  ];
};

export const adding = (userId: string, role: Role = 'CONTRIBUTOR', permissions: readonly string[] = []) =>
  ({
    type: 'addUser',
    userId,
    membershipId: `m-${userId}`,
    kind: 'STANDARD',
    role,
    permissions,
    groupIds: [],
  }) as const;

export const people = (count: number, prefix = 'u'): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Confirmed, by olga, everything or nothing; deactivates. */
export const request = (
  selection: Readonly<Record<string, readonly string[]>>,
  also: Partial<BulkRequest> = {},
): BulkRequest => ({
  actor: olga,
  operation: 'DEACTIVATE',
  errorPolicy: 'REJECT_EVERYTHING',
  selection: Object.entries(selection).map(([accountId, userIds]) => ({
    accountId,
    items: userIds.map((userId) => ({ userId, previewToken: null })),
    successors: noSuccessors,
  })),
  confirmed: true,
  phrase: null,
  ...also,
});

export const done = (result: BulkResult | Rejection): BulkResult => {
  if (isRejection(result)) throw new Error(JSON.stringify(result));
  return result;
};

/** `account/user OUTCOME`, with the code of a refusal. */
export const told = ({ items }: BulkResult): readonly string[] =>
  items.map(({ accountId, userId, outcome, code }: BulkItemAnswer) =>
    [`${accountId}/${userId}`, outcome, ...(code === null ? [] : [code])].join(' '),
  );

/** The same log, to which other nodes append too. */
export const sharedStore = (store: EventStore, also: Partial<EventStore> = {}): EventStore => ({
  logId: store.logId,
  isExclusive: false,
  append: (events) => store.append(events),
  readStream: (stream, options) => store.readStream(stream, options),
  readAll: (options) => store.readAll(options),
  readAt: (position) => store.readAt(position),
  head: () => store.head(),
  subscribe: (options) => store.subscribe(options),
  close: () => store.close(),
  ...also,
});

const allEvents = async (store: EventStore): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for (let afterPosition = 0; ; ) {
    const page = await store.readAll({ afterPosition, maxCount: 1_000 });
    if (page.length === 0) return events;
    events.push(...page.map(({ body }) => JSON.parse(body) as StoredEvent));
    afterPosition = page.at(-1)?.position ?? afterPosition;
  }
};

/** Who is where, from the whole log. */
class FoldedLists {
  #states = new Map<string, AccountState>();

  constructor(private readonly store: EventStore) {}

  async caughtUp(): Promise<void> {
    this.#states = new Map();
    for (const event of await allEvents(this.store)) {
      if (event.accountId === null || !event.stream.startsWith('account-')) continue;
      const state = this.#states.get(event.accountId) ?? initialAccountState();
      this.#states.set(event.accountId, state);
      evolve(state, event as StoredEvent<Extract<DomainEvent, AccountEvent>>);
    }
  }

  livingAccountIds(userId: string): readonly string[] {
    const isLiving = (state: AccountState) => {
      const status = state.memberships.get(userId)?.status ?? 'REMOVED';
      return status !== 'REMOVED' && status !== 'DELETED';
    };
    return [...this.#states].filter(([, state]) => isLiving(state)).map(([accountId]) => accountId);
  }
}
