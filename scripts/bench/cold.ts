import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchResult } from './bench-result.js';
import { startChild } from './child.js';
import { accountIdOf, generateLog } from './generate-log.js';
import { median } from './http-load.js';
import { sealAnew } from './seal-anew.js';

const EVENTS = 1_000_000;
const MEMBERS = 10_000;
const ROUNDS = 3;

/** The first command on a big account after a restart, with a snapshot and without one. */
export async function benchCold(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-cold-'));
  try {
    generateLog({ path: join(dataDir, 'log.sqlite'), events: EVENTS, accounts: 1, members: MEMBERS });
    await sealAnew(dataDir);
    const first = async () => {
      const child = await startChild<number>('first-command', { dataDir, accountId: accountIdOf(0) });
      await child.end();
      return child.ready;
    };
    const refolded: number[] = [];
    const values: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const suffix of ['', '-wal', '-shm'])
        rmSync(join(dataDir, `snapshots.sqlite${suffix}`), { force: true });
      refolded.push(await first());
      values.push(await first());
    }
    const [value, floor] = [median(values), median(refolded)];
    return {
      name: 'cold',
      ratio: value / floor,
      target: 0.1,
      value,
      floor,
      unit: 'ms',
      note:
        `An account of ${EVENTS.toLocaleString('en')} events and about ${MEMBERS.toLocaleString('en')} members, a fresh ` +
        'process each time. Floor: the same with snapshots.sqlite deleted. Limits: parsing the snapshot.',
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
