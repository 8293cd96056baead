import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileErasureLedger, readLedger } from '../../src/erasure-ledger/file-erasure-ledger.js';

const entry = (userId: string) => ({
  userId,
  requestEventId: `event-${userId}`,
  requestedAt: '2030-01-01T00:00:00.000Z',
});

describe('the erasure ledger', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-ledger-'));
    path = join(folder, 'erasures.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const made = async (...userIds: readonly string[]) => {
    const ledger = FileErasureLedger.create(path, { logId: 'log-1', entries: [] });
    for (const userId of userIds) await ledger.record(entry(userId));
    return ledger;
  };

  it('keeps what was recorded, in order, for whoever opens it next', async () => {
    await made('ann', 'ben');
    expect(readLedger(path)).to.deep.equal({ logId: 'log-1', entries: [entry('ann'), entry('ben')] });
    expect(FileErasureLedger.open(path, 'log-1').entries()).to.deep.equal([entry('ann'), entry('ben')]);
  });

  it('records a person once', async () => {
    const ledger = await made('ann', 'ann');
    await FileErasureLedger.open(path, 'log-1').record(entry('ann'));
    expect(ledger.entries()).to.have.lengthOf(1);
    expect(readLedger(path).entries).to.have.lengthOf(1);
  });

  it('drops a line that a crash has cut off, and goes on after the last whole one', async () => {
    await made('ann');
    appendFileSync(path, '{"userId":"be');
    expect(readLedger(path).entries).to.deep.equal([entry('ann')]);
    await FileErasureLedger.open(path, 'log-1').record(entry('cat'));
    expect(readLedger(path).entries).to.deep.equal([entry('ann'), entry('cat')]);
  });

  it('writes a line whole, however little the disk takes at once', async () => {
    await made();
    const ledger = FileErasureLedger.open(path, 'log-1', (file, bytes, offset) =>
      writeSync(file, bytes, offset, Math.min(7, bytes.length - offset)),
    );
    await ledger.record(entry('ann'));
    expect(readLedger(path).entries).to.deep.equal([entry('ann')]);
  });

  it('takes back the half of a line when the disk is full, and goes on when there is room', async () => {
    await made('ann');
    let room = 10;
    const ledger = FileErasureLedger.open(path, 'log-1', (file, bytes, offset) => {
      if (room === 0) throw new Error('ENOSPC');
      const written = writeSync(file, bytes, offset, Math.min(room, bytes.length - offset));
      room -= written;
      return written;
    });
    const full = await ledger.record(entry('ben')).catch((error: unknown) => error);
    expect(String(full)).to.equal('Error: ENOSPC');
    room = 1_000;
    await ledger.record(entry('ben'));
    await ledger.record(entry('cat'));
    expect(readLedger(path).entries).to.deep.equal([entry('ann'), entry('ben'), entry('cat')]);
  });

  it('refuses damage in the middle, another log, another file, and a newer version', async () => {
    await made('ann');
    expect(() => FileErasureLedger.open(path, 'log-2')).to.throw(/another log/);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}rubbish\n${JSON.stringify(entry('ben'))}\n`);
    expect(() => readLedger(path)).to.throw(/damaged in line 3/);
    writeFileSync(path, text.replace('"version":1', '"version":2'));
    expect(() => readLedger(path)).to.throw(/version 2/);
    for (const other of ['', 'name,address\n', '[]\n', '{}\n']) {
      writeFileSync(path, other);
      expect(() => readLedger(path), JSON.stringify(other)).to.throw(/no erasure ledger/);
    }
  });

  it('can be read by its owner only', async () => {
    await made();
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });
});
