import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catchUpReadModel } from '../../projections/open-generation.js';
import { fingerprintsOf, ReadConnections } from '../../projections/read-connections.js';
import { ReadFolder } from '../../projections/read-folder.js';
import { readModelProjections } from '../../projections/read-model-projections.js';
import type { EventStore } from '../../src/event-store/event-store.js';

/** Test profiles are "sealed" as their JSON; "erased" stands for a person whose key is gone. */
export const openTestProfile = async (_userId: string, sealed: string) =>
  sealed === 'erased' ? null : (JSON.parse(sealed) as { name: string | null; email: string | null });

export const projections = readModelProjections(openTestProfile);

/** A read folder of one test, gone after it. */
export class ReadModelFixture {
  readonly dir = mkdtempSync(join(tmpdir(), 'muster-read-'));
  readonly folder = new ReadFolder(this.dir);
  #open: ReadConnections[] = [];

  options(store: EventStore) {
    return { store, folder: this.folder, projections };
  }

  catchUp(store: EventStore): Promise<number> {
    return catchUpReadModel(this.options(store));
  }

  /** Connections to what is current, closed with the fixture. */
  connect(): ReadConnections {
    const connections = new ReadConnections(this.folder, this.folder.current() ?? '');
    this.#open.push(connections);
    return connections;
  }

  fingerprints() {
    return fingerprintsOf({ folder: this.folder, projections }, this.folder.current() ?? '');
  }

  close(): void {
    for (const connections of this.#open) connections.close();
    this.#open = [];
    rmSync(this.dir, { recursive: true, force: true });
  }
}
