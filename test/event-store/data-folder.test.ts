import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import {
  type DataFolder,
  DataFolderError,
  type OpenDataFolderOptions,
  openDataFolder,
} from '../../src/data-folder.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { startAppendChild } from '../support/start-append-child.js';

describe('the data folder', () => {
  let parent: string;
  let path: string;
  const opened: DataFolder[] = [];
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'muster-folder-'));
    path = join(parent, 'deep', 'data');
  });
  afterEach(() => {
    for (const folder of opened.splice(0)) folder.close();
    rmSync(parent, { recursive: true, force: true });
  });

  const open = (mode: OpenDataFolderOptions['mode']) => {
    const folder = openDataFolder({ path, mode });
    opened.push(folder);
    return folder;
  };
  const refusal = (mode: OpenDataFolderOptions['mode'] = 'write') => {
    try {
      open(mode);
    } catch (error) {
      expect(error).to.be.instanceOf(DataFolderError);
      return error as DataFolderError;
    }
    throw new Error('expected a refusal');
  };

  it('is made for its owner only, and says where everything is', () => {
    const folder = open('write');
    expect(folder).to.include({
      path,
      logPath: join(path, 'log.sqlite'),
      vaultPath: join(path, 'vault.sqlite'),
      snapshotsPath: join(path, 'snapshots.sqlite'),
      readPath: join(path, 'read'),
    });
    for (const made of [path, folder.readPath]) expect(statSync(made).mode & 0o777).to.equal(0o700);
    expect(statSync(join(path, 'lock.sqlite')).mode & 0o777).to.equal(0o600);
  });

  it('with a log of its own is refused where the log is on a cluster', () => {
    const folder = open('write');
    writeFileSync(folder.logPath, '');
    folder.close();
    const shared = () => openDataFolder({ path, mode: 'write', eventStoreUrl: 'esdb://127.0.0.1?tls=false' });
    expect(shared).to.throw(DataFolderError, /holds a log of its own/);
    rmSync(folder.logPath);
    const { log, close } = shared();
    close();
    expect(log).to.deep.equal({ kind: 'CLUSTER', url: 'esdb://127.0.0.1?tls=false' });
  });

  describe('has one writer:', () => {
    it('a second one in the same process is refused', () => {
      open('write');
      const error = refusal();
      expect(error.code).to.equal('LOCKED');
      expect(error.message).to.match(/another process is writing .* stop it first/);
    });

    it('closing lets the next one in', () => {
      open('write').close();
      open('write');
    });

    it('readers come and go beside it', () => {
      open('write');
      open('read').close();
      open('read');
      expect(refusal().code).to.equal('LOCKED');
    });

    it('another process keeps it until it is killed, and not longer', async () => {
      const child = startAppendChild({ folder: path, appenders: 1, appendsEach: null, maxEvents: 1 });
      child.go();
      await child.said('ACKNOWLEDGED');
      expect(refusal().code).to.equal('LOCKED');
      child.process.kill('SIGKILL');
      await child.ended;
      const { logPath } = open('write');
      const store = await SqliteEventStore.open({ path: logPath });
      expect(await store.head()).to.be.above(0);
      await store.close();
    });
  });

  describe('is refused', () => {
    it('when it is to be read and does not exist, and is not made', () => {
      expect(refusal('read').code).to.equal('NOT_A_FOLDER');
      expect(readdirSync(parent)).to.deep.equal([]);
    });

    it('when it is a file, or lies below one', () => {
      path = join(parent, 'file');
      writeFileSync(path, '');
      expect(refusal().code).to.equal('NOT_A_FOLDER');
      path = join(parent, 'file', 'data');
      expect(refusal().code).to.equal('NOT_A_FOLDER');
    });

    for (const [file, applicationId] of Object.entries({
      'log.sqlite': 0x4d53544c,
      'vault.sqlite': 0x4d535456,
    }))
      for (const mode of ['write', 'read'] as const)
        it(`for ${mode === 'read' ? 'reading' : 'writing'} when ${file} is of a newer version, before anything is written`, () => {
          open('write').close();
          rmSync(join(path, 'lock.sqlite'));
          const db = new Database(join(path, file));
          db.pragma(`application_id = ${applicationId}`);
          db.pragma('user_version = 99');
          db.close();
          const error = refusal(mode);
          expect(error.code).to.equal('NEWER_VERSION');
          expect(error.message).to.match(/format 99.*Run the newer version/);
          expect(readdirSync(path).sort()).to.deep.equal([file, 'read'].sort());
        });

    it('when the log is no database', () => {
      open('write').close();
      writeFileSync(join(path, 'log.sqlite'), 'not a database '.repeat(100));
      expect(refusal().code).to.equal('CORRUPT');
    });

    it('when this user may not write in it', () => {
      chmodSync(parent, 0o555);
      // Root may write everything: be someone else for as long as it takes.
      const isRoot = process.geteuid?.() === 0;
      if (isRoot) process.seteuid?.(65_534);
      try {
        expect(refusal().code).to.equal('READ_ONLY');
      } finally {
        if (isRoot) process.seteuid?.(0);
        chmodSync(parent, 0o755);
      }
      expect(existsSync(path)).to.equal(false);
    });
  });
});
