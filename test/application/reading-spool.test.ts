import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { AuditReading } from '../../src/application/audit-readings.js';
import { takeUpReading } from '../../src/application/reading-spool.js';
import { readingSpoolIn, spoolReading } from '../../src/reading-spool-files.js';

describe('readings in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-readings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const reading = { kind: 'EXPORT', accountIds: null, filter: { until: 7 }, at: 1_700_000_000_000 } as const;

  it('are taken up once; one that is gone meanwhile is nothing', async () => {
    const failures: unknown[] = [];
    const spool = readingSpoolIn(folder, (error) => failures.push(error));
    const recorded: AuditReading[] = [];
    const readings = { record: async (found: AuditReading) => void recorded.push(found) };
    spoolReading(folder, reading);
    const [name = ''] = spool.names(10);
    await takeUpReading({ spool, readings }, name);
    await takeUpReading({ spool, readings }, name);
    expect(recorded).to.have.lengthOf(1);
    expect(recorded[0]).to.deep.include(reading);
    expect([spool.names(10), failures]).to.deep.equal([[], []]);
  });
});
