import { CHECKPOINT_STREAM, type CheckpointSigned } from '../domain/checkpoint/events.js';
import type { StoredEvent } from '../domain/event.js';
import { isRejection, type Rejection } from '../domain/rejection.js';
import { type EventStore, type RecordedEvent, WrongExpectedRevision } from '../event-store/event-store.js';
import { originOf, signCheckpoint } from '../proof/checkpoint.js';
import type { NoteSigner } from '../proof/signed-note.js';
import type { RequestActor } from './account-commands.js';
import { appendEvent } from './append-event.js';
import { decoderOf } from './decode-event.js';
import type { Environment } from './environment.js';
import { type RootAuthorityParts, rootAuthorityOf } from './erasure/root-authority.js';
import { eventActorOf } from './request-options.js';

/** What the log holds, as the read model shows it. */
export interface LogState {
  readonly size: number;
  /** Of the last event; 0 for none. */
  readonly position: number;
  readonly root: Buffer;
  readonly streams: number;
  readonly headsRoot: Buffer;
  /** Root over the first events. */
  rootAt(size: number): Buffer;
}

/** Reads the state and lets it go when `use` has ended. */
export type ReadLogState = <T>(use: (state: LogState) => T) => Promise<T>;

export interface CheckpointsParts extends RootAuthorityParts {
  readonly store: EventStore;
  readonly environment: Environment;
  readonly signer: NoteSigner;
}

export interface SignRequest {
  readonly actor: RequestActor;
  readonly dryRun?: boolean;
}

export type SignOutcome =
  | { readonly outcome: 'APPLIED'; readonly event: StoredEvent<CheckpointSigned>; readonly position: number }
  /** Nothing but checkpoints has been written since the last one, or another node was faster: this is the last one. */
  | {
      readonly outcome: 'UNCHANGED';
      readonly event: StoredEvent<CheckpointSigned>;
      readonly position: number;
    }
  | { readonly outcome: 'WOULD_APPLY' }
  | { readonly outcome: 'REJECTED'; readonly rejection: Rejection };

/** The log no longer begins with what was signed: somebody has changed it. Nothing more is signed. */
export class LogRewritten extends Error {
  override readonly name = 'LogRewritten';
  constructor(size: number) {
    super(
      `the first ${size} events are not those that an earlier checkpoint signed: run npm run verify, and restore ` +
        'the log from a backup',
    );
  }
}

/** Signs what the log holds, for those who keep the note elsewhere. */
export class Checkpoints {
  #readState: ReadLogState | null = null;

  constructor(private readonly parts: CheckpointsParts) {}

  /** The public key, for whoever verifies: `name+hash+key`. */
  get verifierKey(): string {
    return this.parts.signer.verifierKey;
  }

  /** From now on there is a read model to be signed. */
  connect(readState: ReadLogState): void {
    this.#readState = readState;
  }

  /** Needs audit.export in the root operator account. */
  async signOnDemand({ actor, dryRun = false }: SignRequest): Promise<SignOutcome> {
    const authority = await rootAuthorityOf(this.parts, actor, 'audit.export');
    if (isRejection(authority)) return { outcome: 'REJECTED', rejection: authority };
    const last = await this.#last();
    if (last !== null && !(await this.#hasGrownSince(last)))
      return { outcome: 'UNCHANGED', event: storedIn(last), position: last.position };
    if (dryRun) return { outcome: 'WOULD_APPLY' };
    const position = await this.#sign(actor, last);
    const signed = await this.#last();
    if (signed === null) throw new Error('a checkpoint was signed, but cannot be read');
    const outcome = position === null ? 'UNCHANGED' : 'APPLIED';
    return { outcome, event: storedIn(signed), position: signed.position };
  }

  /**
   * Signs when the last checkpoint is older than this and the log has grown by something else.
   * @param since Ms since the epoch: what counts as the last one while there is none
   */
  async signWhenDue({ intervalMs, since }: { intervalMs: number; since: number }): Promise<{
    readonly position: number | null;
    /** When to look again, ms since the epoch. */
    readonly next: number;
  }> {
    const now = this.parts.environment.now();
    const last = await this.#last();
    const signedAt = last === null ? since : Date.parse(storedIn(last).recordedAt);
    if (now < signedAt + intervalMs) return { position: null, next: signedAt + intervalMs };
    const next = now + intervalMs;
    if (last === null ? (await this.parts.store.head()) === 0 : !(await this.#hasGrownSince(last)))
      return { position: null, next };
    return { position: await this.#sign({ kind: 'SCHEDULER', id: 'checkpoints' }, last), next };
  }

  async #sign(actor: RequestActor, last: RecordedEvent | null): Promise<number | null> {
    const { store, environment, signer } = this.parts;
    if (this.#readState === null) throw new Error('this process has no read model to sign');
    const data = await this.#readState((state) => this.#signed(state, last, signer));
    if (data === null) return null;
    try {
      return await appendEvent(
        { store, environment },
        {
          stream: CHECKPOINT_STREAM,
          previous: last,
          event: { type: 'CheckpointSigned', data },
          actor: eventActorOf(actor),
          accountId: null,
          subjectId: null,
        },
      );
    } catch (error) {
      // Another node has signed meanwhile, which is as good.
      if (error instanceof WrongExpectedRevision) return null;
      throw error;
    }
  }

  /** Null when the read model is behind what has been signed already. */
  #signed(state: LogState, last: RecordedEvent | null, signer: NoteSigner): CheckpointSigned['data'] | null {
    const before = last === null ? null : storedIn(last).data;
    if (before !== null && state.size <= before.size) return null;
    if (before !== null && state.rootAt(before.size).toString('base64') !== before.root)
      throw new LogRewritten(before.size);
    const { size, root, position, streams, headsRoot } = state;
    const signedAt = new Date(this.parts.environment.now()).toISOString();
    const origin = originOf(this.parts.store.logId);
    const note = signCheckpoint({ origin, size, root, position, streams, headsRoot, signedAt }, signer);
    return { size, root: root.toString('base64'), headsRoot: headsRoot.toString('base64'), note };
  }

  async #last(): Promise<RecordedEvent | null> {
    const [last] = await this.parts.store.readStream(CHECKPOINT_STREAM, {
      maxCount: 1,
      direction: 'BACKWARDS',
    });
    return last ?? null;
  }

  /** Anything since but the checkpoint itself, which stands at the end when nothing has happened. */
  async #hasGrownSince(last: RecordedEvent): Promise<boolean> {
    const { size } = storedIn(last).data;
    if ((await this.parts.store.head()) > last.position) return true;
    // Written between the state that was signed and the checkpoint.
    if (this.#readState === null) return false;
    return this.#readState((state) => state.size > size + 1);
  }
}

const storedIn = decoderOf<CheckpointSigned>(['CheckpointSigned']);
