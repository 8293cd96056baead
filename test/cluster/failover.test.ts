import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runFailover } from './run-failover.js';

describe('Musters on a log whose leader dies', function () {
  this.timeout(240_000);
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'muster-failover-'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('keep every acknowledged command, once, and serve again by themselves', async () => {
    const report = await runFailover({ dir, nodes: 2, clients: 8, seconds: 6, random: Math.random });
    expect(report.broken).to.deep.equal([]);
    expect(report.afterDeath, 'answers after the death').to.be.greaterThan(report.clients);
  });
});
