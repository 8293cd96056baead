import type Database from 'better-sqlite3';

/**
 * Ends of knowledge still to be written into rows that are in the file. Following, they are written with the batch;
 * in bulk at the very end in the order of the rows, because updates all over a file larger than the cache cost ten
 * times an insert. 24 bytes each.
 */
export class SupersededRows {
  readonly #update: Database.Statement<[number, number, number]>;
  #ids: number[] = [];
  #knownTo: number[] = [];
  #knownToPosition: number[] = [];

  constructor(db: Database.Database, table: string) {
    this.#update = db.prepare(`UPDATE ${table} SET known_to = ?, known_to_position = ? WHERE period_id = ?`);
  }

  add(id: number, knownTo: number, knownToPosition: number): void {
    this.#ids.push(id);
    this.#knownTo.push(knownTo);
    this.#knownToPosition.push(knownToPosition);
  }

  write(): void {
    const ids = this.#ids;
    const order = Uint32Array.from(ids.keys()).sort((a, b) => (ids[a] as number) - (ids[b] as number));
    for (const i of order)
      this.#update.run(this.#knownTo[i] as number, this.#knownToPosition[i] as number, ids[i] as number);
    this.#ids = [];
    this.#knownTo = [];
    this.#knownToPosition = [];
  }
}
