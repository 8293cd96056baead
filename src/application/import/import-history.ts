import type { ImportCursor } from '../../domain/account/state.js';
import type { EventActor } from '../../domain/event.js';
import type { MusterApplication } from '../muster-application.js';
import { ChangeSetWriter } from './change-set-writer.js';
import { checkHistory } from './check-history.js';
import { HistoryReader, type Line } from './history-reader.js';
import { importedAccountId, importedIdentity } from './identifiers.js';
import type { PlannedChangeSet } from './organisation-replay.js';

export type ImportTarget = Pick<MusterApplication, 'accounts' | 'people' | 'importCursor' | 'initialise'>;

export interface ImportOptions {
  /** Tells histories apart that name the same organisations. */
  readonly source: string;
  readonly newId: () => string;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly changeSets: number;
  readonly ofChangeSets: number;
}

export interface ImportReport {
  readonly source: string;
  readonly accounts: number;
  /** In the file. */
  readonly changeSets: number;
  /** Of these, applied now; the others had been before. */
  readonly changeSetsApplied: number;
  readonly operationsApplied: number;
  readonly operationsSkipped: number;
  /** Written to the streams of accounts by this run. */
  readonly accountEvents: number;
}

/** Change sets looked ahead: their people are made together, and their organisations proceed side by side. */
const WINDOW = 256;

const importer: EventActor = { kind: 'IMPORT', id: 'import', onBehalfOf: null, authority: null };

/**
 * Brings an existing history in through the decider: the same rules as for everyone, one append per change set. Goes
 * on exactly where an earlier run was cut off, and writes nothing the second time.
 * @param lines the file from its first line, as often as it is called
 * @throws ImportRefused nothing of the change set it names was applied
 */
export async function importHistory(
  target: ImportTarget,
  lines: () => AsyncIterable<Line>,
  { source, newId, onProgress }: ImportOptions,
): Promise<ImportReport> {
  const cursorOf = (org: string) => target.importCursor(importedAccountId(source, org), source);
  const { changeSets, cursors } = await checkHistory(lines(), { source, cursorOf });
  const { rootAccountId } = await target.initialise({ owner: null });
  const people = new ImportedPeople(target, source);
  const writer = new ChangeSetWriter(target.accounts, { source, rootAccountId, newId });

  const total = { operationsApplied: 0, operationsSkipped: 0, accountEvents: 0, changeSetsApplied: 0 };
  let done = 0;
  for await (const window of windows(lines(), new HistoryReader(source))) {
    const due = window.filter((changeSet) => isDue(changeSet, cursors.get(changeSet.org) ?? null));
    await people.ensure(due.flatMap((changeSet) => changeSet.operations.flatMap(({ user }) => user ?? [])));
    done += window.length - due.length;
    await inParallel(byOrganisation(due), async (changeSet) => {
      const written = await writer.write(changeSet, cursors.get(changeSet.org) ?? null, (user) =>
        people.idOf(user),
      );
      total.operationsApplied += written.operationsApplied;
      total.operationsSkipped += changeSet.skipped.length;
      total.accountEvents += written.events;
      total.changeSetsApplied += 1;
      done += 1;
      onProgress?.({ changeSets: done, ofChangeSets: changeSets });
    });
    onProgress?.({ changeSets: done, ofChangeSets: changeSets });
  }
  return { source, accounts: cursors.size, changeSets, ...total };
}

const isDue = ({ sequence }: PlannedChangeSet, cursor: ImportCursor | null): boolean =>
  cursor === null || sequence > cursor.sequence || (sequence === cursor.sequence && !cursor.complete);

async function* windows(
  lines: AsyncIterable<Line>,
  reader: HistoryReader,
): AsyncGenerator<readonly PlannedChangeSet[]> {
  let window: PlannedChangeSet[] = [];
  for await (const line of lines) {
    window.push(reader.read(line));
    if (window.length < WINDOW) continue;
    yield window;
    window = [];
  }
  yield window;
}

const byOrganisation = (
  changeSets: readonly PlannedChangeSet[],
): readonly (readonly PlannedChangeSet[])[] => {
  const lists = new Map<string, PlannedChangeSet[]>();
  for (const changeSet of changeSets) {
    const list = lists.get(changeSet.org);
    if (list === undefined) lists.set(changeSet.org, [changeSet]);
    else list.push(changeSet);
  }
  return [...lists.values()];
};

/** Each list strictly in its order, the lists side by side; all come to rest before the first failure is thrown. */
async function inParallel<T>(
  lists: readonly (readonly T[])[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const ended = await Promise.allSettled(
    lists.map(async (list) => {
      for (const item of list) await work(item);
    }),
  );
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** Users of the source as people of Muster; looked up once in a run. */
class ImportedPeople {
  readonly #ids = new Map<string, string>();

  constructor(
    private readonly target: ImportTarget,
    private readonly source: string,
  ) {}

  async ensure(users: readonly string[]): Promise<void> {
    const unknown = [...new Set(users)].filter((user) => !this.#ids.has(user));
    const references = unknown.map((user) => importedIdentity(this.source, user));
    const ids = await this.target.people.ensureAll(references, importer);
    for (const [index, user] of unknown.entries()) this.#ids.set(user, ids[index] ?? '');
  }

  idOf(user: string): string {
    const id = this.#ids.get(user);
    if (id === undefined || id === '')
      throw new Error('a person referred to by identity is always found or made');
    return id;
  }
}
