import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { WireNode } from '../support/wire-server/wire-node.js';
import { runRounds } from './run-rounds.js';

const NODES = 3;
const ROUNDS = 14;

describe('several Musters on one log', function () {
  this.timeout(480_000);

  it(`keep every promise over ${ROUNDS} rounds of conflicting commands, and show the same`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'muster-cluster-'));
    const wire = await WireNode.start();
    try {
      const report = await runRounds({
        dir,
        eventStoreUrl: wire.connectionString(),
        nodes: NODES,
        rounds: ROUNDS,
        random: Math.random,
      });
      expect(report.broken, `data folders in ${dir}`).to.deep.equal([]);
      expect(report.applied).to.be.greaterThan(ROUNDS);
      expect(report.applied + report.rejected + report.unchanged).to.equal(report.acknowledged);
      expect(report.rejected).to.be.greaterThan(ROUNDS / 7);
    } finally {
      await wire.stop();
    }
    rmSync(dir, { recursive: true });
  });
});
