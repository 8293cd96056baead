import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestContext } from '../context.js';
import type { AuditEntryRow } from '../ledger-reads.js';

/** The caller may not read the account any more; the connection ends with it. */
export class AccessRevoked extends Error {
  override readonly name = 'AccessRevoked';
}

/** Entries read at once; between two pages everything else gets its turn. */
const PAGE = 20;

/**
 * An account's entries in the order of positions, first those that are there, then each as it comes. Reads on only when
 * it is asked for the next one, and looks up the caller's rights before it gives any: rights as of a position that is no
 * earlier than the entry's.
 */
export class EntryFeed implements AsyncGenerator<AuditEntryRow> {
  readonly #context: RequestContext;
  readonly #accountId: string;
  readonly #following: ReturnType<RequestContext['live']['follow']>;
  #position: number;
  #page: readonly AuditEntryRow[] = [];
  #given = 0;

  constructor(context: RequestContext, { accountId, after }: { accountId: string; after: number | null }) {
    this.#context = context;
    this.#accountId = accountId;
    this.#following = context.live.follow({ accountId, userId: context.userId });
    this.#position = after ?? context.readModel.position;
  }

  /** @throws AccessRevoked, SERVICE_UNAVAILABLE */
  async next(): Promise<IteratorResult<AuditEntryRow>> {
    while (!this.#following.isClosed) {
      if (this.#given === this.#page.length) await nextTurn();
      this.#requireRight();
      const row = this.#nextRow();
      if (row !== undefined) return { done: false, value: row };
      await this.#following.next();
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<AuditEntryRow>> {
    this.#following.close();
    return { done: true, value: undefined };
  }

  throw(): Promise<IteratorResult<AuditEntryRow>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#following.close();
  }

  #requireRight(): void {
    const { rights } = this.#context;
    rights.forget();
    if (rights.on(this.#accountId).has('audit.read')) return;
    this.#following.close();
    throw new AccessRevoked('audit.read is gone');
  }

  #nextRow(): AuditEntryRow | undefined {
    if (this.#given === this.#page.length) {
      const { ledgers, readModel } = this.#context;
      const stretch = { after: this.#position, upTo: readModel.position, limit: PAGE };
      this.#page = ledgers.auditLogAfter(this.#accountId, stretch);
      this.#given = 0;
    }
    const row = this.#page[this.#given];
    if (row === undefined) return undefined;
    this.#given += 1;
    this.#position = row.position;
    return row;
  }
}
