import { INSTALLATION_STREAM, type RootAccountNamed } from '../domain/installation/events.js';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.js';
import { appendEvent } from './append-event.js';
import { decoderOf } from './decode-event.js';
import type { Environment } from './environment.js';

const decodeNaming = decoderOf<RootAccountNamed>(['RootAccountNamed']);

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
      if (named !== undefined) this.#accountId = decodeNaming(named).data.accountId;
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
    await appendEvent(
      { store: this.store, environment: this.environment },
      {
        stream: INSTALLATION_STREAM,
        previous: null,
        event: { type: 'RootAccountNamed', data: { accountId } },
        actor: { kind: 'SYSTEM', id: 'muster', onBehalfOf: null, authority: null },
        accountId: null,
        subjectId: null,
      },
    );
  }
}
