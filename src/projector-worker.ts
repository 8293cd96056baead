import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { buildFiles } from '../projections/build-files.js';
import { LiveProjector } from '../projections/live-projector.js';
import type { GenerationOptions } from '../projections/open-generation.js';
import { ReadFolder } from '../projections/read-folder.js';
import { readModelProjections } from '../projections/read-model-projections.js';
import type { BuildTask } from '../projections/rebuild.js';
import { buildInThread } from './build-in-thread.js';
import { PatientKeyVault } from './key-vault/patient-key-vault.js';
import { PersonalData } from './key-vault/personal-data.js';
import { openEventStoreReader } from './open-event-store.js';
import { openKeyVaultToRead } from './open-key-vault.js';
import { profileOpener } from './profiles.js';
import {
  CLOSE,
  type ProjectorMessage,
  type ProjectorPaths,
  type ProjectorWork,
} from './projector-messages.js';

/** Shorter logs are rebuilt in this thread: two more would take longer to start. */
const EVENTS_WORTH_THREADS = 30_000;

/** Entry of a projector thread, with a reader of the log and writers of its own. */
if (parentPort === null) throw new Error('projector-worker only runs as a worker thread');
const port = parentPort;
const work = workerData as ProjectorWork;

const store = await openEventStoreReader(work.paths.log);
const vault = await openVault(work.paths);
const generation: GenerationOptions = {
  store,
  folder: new ReadFolder(work.paths.readPath),
  projections: readModelProjections(
    vault === null ? async () => null : profileOpener(new PersonalData({ vault, randomBytes })),
  ),
};

if (work.kind === 'BUILD') await build(work.task);
else await followLog(work.paths);

async function build({ projections: names, building, live }: BuildTask): Promise<void> {
  const projections = generation.projections.filter(({ name }) => names.includes(name));
  const onProgress = (position: number) => tell({ kind: 'PROGRESS', position });
  const files = await buildFiles({ ...generation, projections, building, live, onProgress });
  tell({ kind: 'BUILT', files });
  await close();
}

async function followLog(paths: ProjectorPaths): Promise<void> {
  const manyEvents = (await store.head()) > EVENTS_WORTH_THREADS;
  const projector = await LiveProjector.start({
    ...generation,
    ...(manyEvents ? { runTask: buildInThread(paths) } : {}),
    onRebuild: (reason) => tell({ kind: 'REBUILDING', reason }),
    onProgress: (position) => tell({ kind: 'PROGRESS', position }),
    onApplied: (position) => tell({ kind: 'APPLIED', position }),
    onSwitched: (name) => tell({ kind: 'SWITCHED', generation: name }),
    onFailed: (failure) => tell({ kind: 'FAILED', failure }),
  });
  port.on('message', async (message: unknown) => {
    if (message !== CLOSE) return;
    vault?.giveUp();
    await projector.close();
    await close();
  });
  tell({ kind: 'READY', generation: projector.generation });
}

/** A log without a vault has no names to show. */
async function openVault(paths: ProjectorPaths): Promise<PatientKeyVault | null> {
  const keys = await openKeyVaultToRead(paths);
  return keys === null ? null : new PatientKeyVault(keys);
}

async function close(): Promise<void> {
  await store.close();
  await vault?.close();
  port.close();
}

function tell(message: ProjectorMessage): void {
  port.postMessage(message);
}
