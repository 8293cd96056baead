/**
 * The folded state is made of tables, so that folding an event costs the same for ten members and for a hundred
 * thousand. Rows are never changed, only replaced; a journal remembers what they replaced, so that a draft of several
 * decisions can be taken back without folding the stream again.
 */
export class Table<V> {
  readonly #rows = new Map<string, V>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): V | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  set(key: string, row: V): void {
    if (this.#journal.isOpen) this.#journal.record({ table: this, key, before: this.#rows.get(key) });
    this.#rows.set(key, row);
  }

  delete(key: string): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#journal.record({ table: this, key, before });
    this.#rows.delete(key);
  }

  /** Puts back what the table itself had recorded; undefined = there was no row. */
  takeBack(key: string, before: unknown): void {
    if (before === undefined) this.#rows.delete(key);
    else this.#rows.set(key, before as V);
  }

  keys(): IterableIterator<string> {
    return this.#rows.keys();
  }

  values(): IterableIterator<V> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[string, V]> {
    return this.#rows.entries();
  }
}

/** A row that was set or deleted. */
export interface Replaced {
  readonly table: Pick<Table<unknown>, 'get' | 'takeBack'>;
  readonly key: string;
  /** Undefined when there was none. */
  readonly before: unknown;
}

/** Remembers how to take back what was done since `open()`; costs nothing while closed. */
export class Journal {
  #undo: Replaced[] | null = null;

  get isOpen(): boolean {
    return this.#undo !== null;
  }

  /** What was replaced since `open()`, oldest first. */
  get replaced(): readonly Replaced[] {
    return this.#undo ?? [];
  }

  open(): void {
    if (this.#undo !== null) throw new Error('the journal is already open');
    this.#undo = [];
  }

  record(replaced: Replaced): void {
    this.#undo?.push(replaced);
  }

  /** A point to come back to with `rollbackTo`. */
  mark(): number {
    return this.#undo?.length ?? 0;
  }

  /** Takes back, newest first, what was done since the mark; the journal stays open. */
  rollbackTo(mark: number): void {
    const undo = this.#undo ?? [];
    while (undo.length > mark) takeBack(undo.pop());
  }

  /** Keeps what was done and closes. */
  commit(): void {
    this.#undo = null;
  }

  /** Takes everything back and closes. */
  rollback(): void {
    const undo = this.#undo ?? [];
    this.#undo = null;
    for (let i = undo.length - 1; i >= 0; i -= 1) takeBack(undo[i]);
  }
}

const takeBack = (replaced: Replaced | undefined): void =>
  replaced?.table.takeBack(replaced.key, replaced.before);
