import type { ChangeSet } from './change-set.js';
import { ImportRefused } from './import-refused.js';
import { OrganisationReplay, type PlannedChangeSet } from './organisation-replay.js';
import { parseChangeSet } from './parse-change-set.js';

/** A line of the file, without its line end. */
export interface Line {
  /** From 1. */
  readonly lineNumber: number;
  readonly text: string;
}

/** Reads a history line by line: each checked by itself, then against what went before it in the file. */
export class HistoryReader {
  readonly #organisations = new Map<string, OrganisationReplay>();
  #seq = 0;

  constructor(private readonly source: string) {}

  get organisations(): ReadonlyMap<string, { readonly sequence: number }> {
    return this.#organisations;
  }

  /** @throws ImportRefused */
  read({ text, lineNumber }: Line): PlannedChangeSet {
    const changeSet = parseChangeSet(text, lineNumber);
    this.#refuseGap(changeSet, lineNumber);
    const replay =
      this.#organisations.get(changeSet.org) ?? new OrganisationReplay(this.source, changeSet.org);
    this.#organisations.set(changeSet.org, replay);
    return replay.next(changeSet, lineNumber);
  }

  #refuseGap({ seq }: ChangeSet, lineNumber: number): void {
    if (seq !== this.#seq + 1)
      throw new ImportRefused(
        'IMPORT_OUT_OF_SEQUENCE',
        lineNumber,
        null,
        `seq ${seq} cannot follow ${this.#seq}: lines are missing or out of order`,
      );
    this.#seq = seq;
  }
}
