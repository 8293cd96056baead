import type { StoredEvent } from '../domain/event.js';
import { INSTALLATION_STREAM, type RootAccountNamed } from '../domain/installation/events.js';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.js';
import { encodeEvent } from './envelope.js';
import type { Environment } from './environment.js';

/** Which account is the root operator account: named once in the log, for every node. */
export class RootAccount {
  #accountId: string | null = null;

  constructor(
    private readonly store: EventStore,
    private readonly environment: Environment,
  ) {}

  /** Null before it has been named; once named it never changes. */
  async accountId(): Promise<string | null> {
    if (this.#accountId === null) {
      const [named] = await this.store.readStream(INSTALLATION_STREAM, { maxCount: 1 });
      if (named !== undefined)
        this.#accountId = (JSON.parse(named.body) as StoredEvent<RootAccountNamed>).data.accountId;
    }
    return this.#accountId;
  }

  /** The first to name it wins, on every node. */
  async ensureNamed(): Promise<string> {
    const known = await this.accountId();
    if (known !== null) return known;
    try {
      await this.#name(this.environment.newId());
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    const named = await this.accountId();
    if (named === null) throw new Error('the root account was named, but cannot be read');
    return named;
  }

  async #name(accountId: string): Promise<void> {
    const { newId, now } = this.environment;
    const at = now();
    const commandId = newId();
    const named: RootAccountNamed = { type: 'RootAccountNamed', data: { accountId } };
    const { toAppend } = encodeEvent(
      named,
      {
        actor: { kind: 'SYSTEM', id: 'muster', onBehalfOf: null, authority: null },
        commandId,
        fingerprint: null,
        correlationId: commandId,
        causationId: null,
        reason: null,
        occurredAt: at,
      },
      {
        eventId: newId(),
        stream: INSTALLATION_STREAM,
        revision: 0,
        recordedAt: at,
        accountId: null,
        subjectId: null,
        policyVersion: 0,
        previousHash: null,
      },
    );
    await this.store.append({
      stream: INSTALLATION_STREAM,
      expectedRevision: 'NO_STREAM',
      events: [toAppend],
    });
  }
}
