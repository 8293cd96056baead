import { LRUCache } from 'lru-cache';
import { v5 as uuidV5 } from 'uuid';
import type { Actor, OperatorAuthority } from '../domain/account/actor.js';
import { permissionsOf } from '../domain/account/holds.js';
import { ACCOUNT, type AccountState } from '../domain/account/state.js';
import { stableJson } from '../domain/stable-json.js';
import { entrantsOf } from '../domain/user/entrance.js';
import { hashOf } from '../event-store/chain.js';
import type { AccountCommands, BulkPartName, CommandRequest, RequestActor } from './account-commands.js';
import { type AccountView, AccountWriter, type WriterParts } from './account-writer.js';
import { CommandPlaces, defaultPlaces, type PlaceLimits } from './command-places.js';
import { erasedAmong } from './erasure/person-stream.js';
import type { Outcome } from './outcome.js';
import { actorIdOf } from './request-options.js';

/** Names of commands under an idempotency key; random, fixed for ever. */
const COMMAND_NAMESPACE = 'c5f0a7c2-4d0e-4d0f-9a53-0f6f2b9a7e11';

/** Names of commands that are parts of a bulk operation; apart from the other, so that no key ever names a part. */
const PART_NAMESPACE = 'e4b1a1c6-0f7d-4a3e-9d0b-6c2f8e5a9b37';

/** Folded rows kept in memory over all idle accounts, about half a kilobyte each. */
const MAX_CACHED_ROWS = 1_000_000;

/** An account that has grown by less keeps its place in the cache. */
const MOSTLY_UNCHANGED = 1.25;

/** Every account's queue on this node; idle ones are forgotten when memory asks for it. */
export class Accounts implements AccountCommands {
  readonly #busy = new Map<string, AccountWriter>();
  readonly #idle: LRUCache<string, AccountWriter>;
  /** Rows each counted with when it was last taken in. */
  readonly #sizes = new WeakMap<AccountWriter, number>();

  readonly #places: CommandPlaces;

  constructor(
    private readonly parts: WriterParts & { readonly places?: PlaceLimits },
    private readonly rootAccountId: () => Promise<string | null>,
    maxCachedRows = MAX_CACHED_ROWS,
  ) {
    this.#places = new CommandPlaces(parts.places ?? defaultPlaces);
    this.#idle = new LRUCache({
      maxSize: maxCachedRows,
      sizeCalculation: (writer) => Math.min(maxCachedRows, Math.max(1, writer.rows)),
      dispose: (writer, _accountId, why) => {
        // One that works is taken in again when it rests; its state may be a draft now.
        if (why === 'evict' && writer.isIdle) void writer.saveSnapshot();
      },
    });
  }

  /**
   * Most people act in their own account by their own right, so that is tried first; what they hold in operator
   * accounts, each read at its head after the request arrived, can only turn a refusal. Where some of several commands
   * may be refused and the others stay done there is no second try, so that everything he holds counts at once.
   */
  async execute(request: CommandRequest): Promise<Outcome> {
    const { accountId, actor } = request;
    const isTriedOnce = request.onRejection === 'REJECT_FAILED_ITEMS';
    if (actor.kind === 'USER' && !isTriedOnce && this.#isActiveMember(accountId, actor.userId)) {
      const outcome = await this.#executeAs(request, { ...actor, operatorAuthorities: [] });
      if (outcome.outcome !== 'REJECTED') return outcome;
    }
    return this.#executeAs(request, await this.actorFor(accountId, actor));
  }

  /** Commands without an outcome yet. */
  get waiting(): number {
    return this.#places.taken;
  }

  /** As far as this node remembers; the decision itself does not rest on it. */
  #isActiveMember(accountId: string, userId: string): boolean {
    return this.#writer(accountId).draftedState?.memberships.get(userId)?.status === 'ACTIVE';
  }

  /** A command came under this key before and wrote something: coming again, it is answered whatever the state. */
  async remembers(request: Pick<CommandRequest, 'accountId' | 'actor' | 'idempotencyKey'>): Promise<boolean> {
    const key = request.idempotencyKey ?? null;
    if (key === null) return false;
    return this.read(request.accountId, ({ state }) => state.commands.has(commandIdUnder(key, request)));
  }

  async #executeAs(request: CommandRequest, actor: Actor): Promise<Outcome> {
    const { accountId } = request;
    const knownId = knownCommandId(request);
    if (knownId !== null && request.fingerprintOf === undefined)
      throw new TypeError('a command that is remembered says what its input was (fingerprintOf)');
    const commandId = knownId ?? this.parts.environment.newId();
    const types = request.commands.map((command) => command.type);
    const entrants = request.commands.flatMap(entrantsOf);
    // Most commands bring nobody in, and go into the queue without waiting.
    const erased = entrants.length === 0 ? nobody : await erasedAmong(this.parts.store, entrants);
    return this.#with(accountId, (writer) =>
      writer.execute({
        accountId,
        actor,
        commands: request.commands,
        commandId,
        fingerprint:
          knownId === null
            ? null
            : hashOf(stableJson([types, request.fingerprintOf ?? null, request.reason ?? null])),
        dryRun: request.dryRun ?? false,
        reason: request.reason ?? null,
        correlationId: request.correlationId ?? commandId,
        causationId: request.causationId ?? null,
        occurredAt: request.occurredAt ?? null,
        onRejection: request.onRejection ?? 'REJECT_EVERYTHING',
        erased,
      }),
    );
  }

  /** Reads one account's state at the head of its stream. */
  read<T>(accountId: string, project: (view: AccountView) => T): Promise<T> {
    return this.#with(accountId, (writer) => writer.read(project));
  }

  /** Who asks, with what he holds at this moment in the operator accounts that could matter here. */
  async actorFor(accountId: string, actor: RequestActor): Promise<Actor> {
    if (actor.kind !== 'USER') return actor;
    const root = await this.rootAccountId();
    const operatorIds = new Set(await this.read(accountId, ({ state }) => operatorsOf(state)));
    if (root !== null) operatorIds.add(root);
    operatorIds.delete(accountId);
    const authorities = await Promise.all(
      [...operatorIds].map((id) => this.#operatorAuthority(id, actor.userId, id === root)),
    );
    return { kind: 'USER', userId: actor.userId, operatorAuthorities: authorities.filter((a) => a !== null) };
  }

  #operatorAuthority(accountId: string, userId: string, isRoot: boolean): Promise<OperatorAuthority | null> {
    return this.read(accountId, ({ state, head }) => {
      const account = state.account.get(ACCOUNT);
      const membership = state.memberships.get(userId);
      if (account?.kind !== 'OPERATOR' || membership?.status !== 'ACTIVE') return null;
      const { kind, role } = membership;
      return {
        accountId,
        stream: `account-${accountId}`,
        revision: head.revision,
        kind,
        role,
        permissions: permissionsOf(membership),
        isRoot,
      };
    });
  }

  /** Waits for what is queued, then leaves snapshots for a quick next start. */
  async close(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all([...this.#busy.values()].map((writer) => writer.idle()));
    for (const writer of this.#idle.values()) await writer.saveSnapshot();
  }

  async #with<T>(accountId: string, use: (writer: AccountWriter) => Promise<T>): Promise<T> {
    const writer = this.#writer(accountId);
    const wasIdle = !this.#busy.has(accountId);
    const result = use(writer);
    if (wasIdle) {
      this.#busy.set(accountId, writer);
      void this.#retireWhenIdle(accountId, writer);
    }
    return await result;
  }

  #writer(accountId: string): AccountWriter {
    return (
      this.#busy.get(accountId) ??
      this.#idle.get(accountId) ??
      new AccountWriter(accountId, this.parts, this.#places)
    );
  }

  /** The one writer of an account must not be forgotten while it works. */
  async #retireWhenIdle(accountId: string, writer: AccountWriter): Promise<void> {
    while (!writer.isIdle) await writer.idle();
    this.#busy.delete(accountId);
    const { rows } = writer;
    const isKept =
      this.#idle.peek(accountId) === writer && rows < MOSTLY_UNCHANGED * (this.#sizes.get(writer) ?? 0);
    if (rows === 0 || isKept) return;
    this.#sizes.set(writer, rows);
    this.#idle.set(accountId, writer);
  }
}

const nobody: ReadonlySet<string> = new Set();

const operatorsOf = (state: AccountState): readonly string[] => state.account.get(ACCOUNT)?.operators ?? [];

const knownCommandId = (request: CommandRequest): string | null => {
  const { accountId, partOf, idempotencyKey } = request;
  if (partOf !== undefined) return commandIdOfPart(accountId, partOf);
  return idempotencyKey == null ? null : commandIdUnder(idempotencyKey, request);
};

/** The id of every event of a command that came under an idempotency key. */
const commandIdUnder = (key: string, { accountId, actor }: Pick<CommandRequest, 'accountId' | 'actor'>) =>
  uuidV5(stableJson([accountId, actorIdOf(actor), key]), COMMAND_NAMESPACE);

/** The id of every event of one append of a bulk operation. */
export const commandIdOfPart = (accountId: string, { bulkOperationId, from }: BulkPartName): string =>
  uuidV5(stableJson([accountId, bulkOperationId, from]), PART_NAMESPACE);
