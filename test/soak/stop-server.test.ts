import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runStops } from '../../scripts/soak/run-stops.js';

const STOPS = 3;

describe('a server that is told to stop under load', function () {
  this.timeout(120_000);

  it(`answers every request it has accepted, ${STOPS} times, and ends within 10 s`, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'muster-stops-'));
    const report = await runStops({ dataDir, stops: STOPS, random: Math.random });
    expect(report.broken, `data folder ${dataDir}`).to.deep.equal([]);
    expect(report.applied).to.be.greaterThan(STOPS);
    expect(report.slowestExitMs).to.be.lessThan(10_000);
    rmSync(dataDir, { recursive: true });
  });
});
