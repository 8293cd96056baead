import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { noteSigner } from '../../src/proof/signed-note.js';
import { chained } from '../event-store/sample-events.js';
import { temporaryWireLog } from '../event-store/temporary-wire-log.js';
import { smallHistory } from '../import/history.js';
import { inTemporaryFolder, runMuster, runMusterWith } from './run-muster.js';

describe('muster export, checkpoint and verify', function () {
  this.timeout(120_000);

  async function withHistory(use: (paths: { folder: string; data: string }) => Promise<void>): Promise<void> {
    await inTemporaryFolder(async (folder) => {
      const data = join(folder, 'data');
      const history = join(folder, 'history.jsonl');
      writeFileSync(history, smallHistory.join('\n'));
      expect((await runMuster('import', history, '--data', data)).exitCode).to.equal(0);
      await use({ folder, data });
    });
  }

  const printed = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runMuster(...args);
    expect(exitCode, stderr).to.equal(0);
    return stdout;
  };

  it('the log is not read where the key of a checkpoint, or the checkpoint, is not to be had', () =>
    inTemporaryFolder(async (folder) => {
      const log = await temporaryWireLog();
      try {
        await (await log.open()).append({
          stream: 'sample',
          expectedRevision: 'NO_STREAM',
          events: chained(3),
        });
        const env = { EVENT_STORE_URL: log.node.connectionString() };
        const args = ['verify', '--data', folder, '--checkpoint', join(folder, 'kept.note')];
        const without = await runMusterWith(env, ...args);
        expect(without.stderr).to.match(/MUSTER_KEY_VAULT_URL is not set, but EVENT_STORE_URL is/);
        expect(without).to.include({ exitCode: 4, stdout: '' });
        const { verifierKey } = noteSigner('muster/log', Buffer.alloc(32, 1));
        writeFileSync(join(folder, 'muster.key'), verifierKey);
        const noNote = await runMusterWith(env, ...args, '--key', join(folder, 'muster.key'));
        expect(noNote.stderr).to.match(/--checkpoint .*kept\.note cannot be read/);
        expect(noNote).to.include({ exitCode: 1, stdout: '' });
      } finally {
        await log.remove();
      }
    }));

  it('a file is proven offline by key and kept checkpoint, and a changed one is named by position', () =>
    withHistory(async ({ folder, data }) => {
      const [key, note, file] = ['muster.key', 'kept.note', 'log.jsonl'].map((name) =>
        join(folder, name),
      ) as [string, string, string];
      writeFileSync(key, await printed('checkpoint', '--key', '--data', data));
      await printed('checkpoint', '--out', note, '--data', data);
      const answer = JSON.parse(await printed('export', '--out', file, '--data', data, '--json'));
      expect(answer).to.deep.include({ scope: { kind: 'ALL' }, format: 'jsonl' });
      expect(answer.events).to.equal(answer.size);
      expect(statSync(file).mode & 0o777).to.equal(0o600);

      const proven = await printed('verify', file, '--key', key, '--checkpoint', note);
      expect(proven)
        .to.match(/^proven: \d+ events/)
        .and.include('checkpoint that was kept');
      expect(await printed('verify', file, '--data', data)).to.match(/^proven:/);
      const without = await runMuster('verify', file);
      expect(without.exitCode, 'whoever only looks at the exit code is not told that it is proven').to.equal(
        5,
      );
      expect(without.stdout)
        .to.match(/^NOT PROVEN/)
        .and.include('--key');

      const lines = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, [...lines.slice(0, 5), ...lines.slice(6)].join('\n'));
      const { exitCode, stderr } = await runMuster('verify', file, '--key', key);
      expect(exitCode).to.equal(1);
      expect(stderr).to.include('position 5, line 6').and.include('EVENT_MISSING').and.not.include('    at ');
    }));

  it('the log itself is compared with a kept checkpoint: cut off or made anew, it is found out', () =>
    withHistory(async ({ folder, data }) => {
      const note = join(folder, 'kept.note');
      await printed('checkpoint', '--out', note, '--data', data);
      expect(await printed('verify', '--data', data, '--checkpoint', note)).to.include(
        'are those of the checkpoint',
      );
      const db = new Database(join(data, 'log.sqlite'));
      const triggers = db
        .prepare<[], { name: string; sql: string }>(
          "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        )
        .all();
      for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
      db.exec('DELETE FROM events WHERE position = (SELECT max(position) FROM events)');
      for (const { sql } of triggers) db.exec(sql);
      db.close();
      const { exitCode, stderr } = await runMuster('verify', '--data', data, '--checkpoint', note);
      expect(exitCode).to.equal(1);
      expect(stderr)
        .to.include('cut off after position')
        .and.include('If it was restored from one that is older');
    }));

  it('refuses what cannot be: no such account, no file, no key, no checkpoint, and leaves no file behind', () =>
    withHistory(async ({ folder, data }) => {
      const out = join(folder, 'x.csv');
      const none = await runMuster('export', '--account', 'nobody', '--out', out, '--data', data);
      expect(none.exitCode).to.equal(1);
      expect(none.stderr).to.include('check --account');
      expect(() => statSync(out)).to.throw();
      expect(() => statSync(`${out}.unfinished`)).to.throw();
      writeFileSync(out, 'hello');
      expect((await runMuster('verify', out)).stderr).to.include('NOT_AN_EXPORT');
      const nothing = await runMuster('verify', join(folder, 'nothing'));
      expect(nothing.exitCode).to.equal(1);
      expect(nothing.stderr).to.equal(`muster: there is no file ${join(folder, 'nothing')}\n`);
      expect((await runMuster('verify', out, '--key', out)).exitCode).to.equal(2);
      expect(
        (await runMuster('export', '--out', out, '--checkpoint', out, '--data', data)).exitCode,
      ).to.equal(2);
    }));

  it('overwrites nothing, and exports nothing that has not happened', () =>
    withHistory(async ({ folder, data }) => {
      const out = join(folder, 'kept.jsonl');
      writeFileSync(out, 'kept');
      const again = await runMuster('export', '--out', out, '--data', data);
      expect(again.exitCode).to.equal(1);
      expect(again.stderr).to.include('exists already');
      expect(readFileSync(out, 'utf8')).to.equal('kept');
      for (const option of ['--until', '--after']) {
        const beyond = join(folder, 'beyond.jsonl');
        const ended = await runMuster('export', option, '99999', '--out', beyond, '--data', data);
        expect(ended.exitCode).to.equal(2);
        expect(ended.stderr).to.match(
          new RegExp(`${option} 99999 is beyond the end of the log, which is at position \\d+`),
        );
        expect(() => statSync(beyond)).to.throw();
      }
    }));

  it('without their vault, log and backup name the variable that leads to it', () =>
    withHistory(async ({ folder, data }) => {
      rmSync(join(data, 'vault.sqlite'));
      const commands = [['checkpoint'], ['backup', '--out', join(folder, 'backup')]];
      for (const command of commands) {
        const { exitCode, stderr } = await runMuster(...command, '--data', data);
        expect(exitCode, command[0]).to.equal(3);
        expect(stderr, command[0]).to.include('set MUSTER_KEY_VAULT_URL where the keys are elsewhere');
      }
    }));
});
