import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runSoak } from '../../scripts/soak/run-soak.js';

const KILLS = 12;

describe('a server that is killed again and again', function () {
  this.timeout(180_000);

  it(`keeps every promise over ${KILLS} kills: nothing acknowledged lost or twice, nothing by half`, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'muster-soak-'));
    const report = await runSoak({ dataDir, kills: KILLS, random: Math.random });
    expect(report.broken, `data folder ${dataDir}`).to.deep.equal([]);
    expect(report.kills).to.equal(KILLS);
    expect(report.applied).to.be.greaterThan(KILLS);
    expect(report.applied + report.rejected + report.unchanged).to.equal(report.acknowledged);
    expect(report.lostAnswers).to.be.greaterThan(0);
    rmSync(dataDir, { recursive: true });
  });
});
