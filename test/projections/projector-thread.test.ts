import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { membershipsPage } from '../../projections/queries/memberships.js';
import { type DataFolder, openDataFolder } from '../../src/data-folder.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { type ProjectorThread, startProjectorThread } from '../../src/projector-thread.js';
import { rebuildReadModel } from '../../src/rebuild-read-model.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';

const run = promisify(execFile);
const page = { limit: 50 };

describe('the projector thread', function () {
  this.timeout(60_000);
  let dir: string;
  let data: DataFolder;
  let store: SqliteEventStore;
  let thread: ProjectorThread | null;
  let account: ReturnType<typeof eventBuilder>;
  let members: number;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'muster-thread-'));
    data = openDataFolder({ path: dir, mode: 'write' });
    store = await SqliteEventStore.open({ path: data.logPath });
    account = eventBuilder({ accountId: 'a1', clock: () => '2024-01-01T00:00:00.000Z' });
    members = 0;
    thread = null;
  });

  afterEach(async () => {
    await thread?.close();
    await store.close();
    data.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const addMember = () => {
    members += 1;
    const userId = `u${members}`;
    return account.append(store, [
      {
        type: 'UserAdded',
        data: { userId, membershipId: uuidOf(userId), kind: 'STANDARD', role: 'REVIEWER', permissions: [] },
      },
    ]);
  };
  const start = async () => {
    thread = await startProjectorThread({ paths: { ...data, keyVaultUrl: null } });
    return thread.readModel;
  };
  const count = (readModel: ProjectorThread['readModel']) =>
    membershipsPage(readModel.members, { accountId: 'a1' }, page).rows.length;

  it('shows what was there before it started, and what is appended while it runs', async () => {
    await addMember();
    const readModel = await start();
    expect(count(readModel)).to.equal(1);
    const position = await addMember();
    expect(await readModel.waitFor(position, 5_000)).to.equal(true);
    expect(count(readModel)).to.equal(2);
  });

  it('says when a position does not come in time', async () => {
    const readModel = await start();
    expect(await readModel.waitFor(1, 20)).to.equal(false);
  });

  it('stops at an event this build does not know, keeps answering, and says so', async () => {
    await addMember();
    const readModel = await start();
    const [unknown] = eventBuilder({ accountId: 'a1', clock: () => '2024-01-01T00:00:00.000Z' }).batch([
      { type: 'UserLeft', data: {} } as never,
    ]);
    if (unknown === undefined) throw new Error('no event was built');
    const { position } = await store.append({
      stream: 'account-a2',
      expectedRevision: 'NO_STREAM',
      events: [{ ...unknown, type: 'UserTeleported' }],
    });
    expect(await readModel.waitFor(position, 5_000)).to.equal(false);
    expect(readModel.failure?.event).to.deep.include({ type: 'UserTeleported', position });
    expect(readModel.failure?.message).to.match(/does not know events of type UserTeleported/);
    expect(count(readModel)).to.equal(1);
  });

  it('moves over to a generation rebuilt by another process, without a failed read or going back', async () => {
    for (let i = 0; i < 5; i += 1) await addMember();
    const readModel = await start();
    const before = readModel.generation;
    const reader = readInALoop(readModel);
    const result = await rebuildInAnotherProcess(data);
    expect(result.equalToLive).to.equal(true);
    while (readModel.generation === before) await addMember().then((p) => readModel.waitFor(p, 5_000));
    const seen = await reader.stop();
    expect(seen.reads).to.be.above(10);
    expect(seen.wentBack).to.equal(false);
    expect(count(readModel)).to.equal(Math.min(members, 50));
    expect(readdirSync(data.readPath)).to.have.members(['current', readModel.generation]);
  });

  it('moves over to a generation rebuilt in its own process', async () => {
    await addMember();
    const readModel = await start();
    const before = readModel.generation;
    const { equalToLive, fingerprints } = await rebuildReadModel({ ...data, keyVaultUrl: null });
    expect(equalToLive).to.equal(true);
    while (readModel.generation === before) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(readModel.fingerprints()).to.deep.equal(fingerprints);
    expect(await readModel.waitFor(await addMember(), 5_000)).to.equal(true);
  });

  function readInALoop(readModel: ProjectorThread['readModel']) {
    let stopped = false;
    const seen = { reads: 0, wentBack: false };
    let most = 0;
    const loop = (async () => {
      while (!stopped) {
        const found = count(readModel);
        if (found < most) seen.wentBack = true;
        most = found;
        seen.reads += 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    return {
      async stop() {
        stopped = true;
        await loop;
        return seen;
      },
    };
  }
});

async function rebuildInAnotherProcess({ log, vaultPath, readPath }: DataFolder) {
  const paths = { log, vaultPath, keyVaultUrl: null, readPath };
  const module = fileURLToPath(new URL('../../src/rebuild-read-model.ts', import.meta.url));
  const script = `import(${JSON.stringify(module)})
    .then(({ rebuildReadModel }) => rebuildReadModel(${JSON.stringify(paths)}))
    .then((result) => console.log(JSON.stringify(result)));`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx/esm', '-e', script]);
  return JSON.parse(stdout) as { equalToLive: boolean | null };
}
