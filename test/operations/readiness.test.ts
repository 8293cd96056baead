import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { diskCheck, logCheck, readModelCheck } from '../../src/operations/checks.js';
import { type ProgressFailure, ProjectionProgress } from '../../src/operations/projection-progress.js';
import { type ReadinessCheck, ReadinessProbe } from '../../src/operations/readiness.js';

const NOW = Date.parse('2026-01-01T00:00:10.000Z');

describe('readiness', () => {
  it('is looked at once a second at most, however often it is asked', async () => {
    let looks = 0;
    let nowMs = 0;
    const probe = probeOf({ name: 'log', look: async () => String(++looks) }, () => nowMs);
    await Promise.all(Array.from({ length: 1_000 }, () => probe.ask()));
    expect(looks).to.equal(1);
    nowMs = 999;
    await probe.ask();
    expect(looks).to.equal(1);
    nowMs = 1_000;
    expect((await probe.ask()).checks.log).to.equal('2');
  });

  it('never waits for a check that hangs, and does not begin it again before it has come back', async () => {
    let looks = 0;
    let comeBack = (_: null) => {};
    let nowMs = 0;
    const hanging: ReadinessCheck = {
      name: 'disk',
      look: () => {
        looks += 1;
        return new Promise((resolve) => {
          comeBack = resolve;
        });
      },
    };
    const probe = probeOf(hanging, () => nowMs);
    expect((await probe.ask()).checks.disk).to.equal('no answer within 20 ms');
    nowMs += 5_000;
    expect((await probe.ask()).isReady).to.equal(false);
    expect(looks).to.equal(1);
    comeBack(null);
    await new Promise(setImmediate);
    nowMs += 5_000;
    await probe.ask();
    expect(looks).to.equal(2);
  });

  it('says at once that requests are not wanted any more, whatever was found before', async () => {
    const probe = probeOf({ name: 'log', look: async () => null });
    expect(await probe.ask()).to.deep.equal({ isReady: true, checks: { log: 'ok', serving: 'ok' } });
    probe.drain();
    const { isReady, checks } = await probe.ask();
    expect(isReady).to.equal(false);
    expect(checks.serving).to.include('shutting down');
  });

  it('tells operators of a check that breaks, and nobody else what it said', async () => {
    const reported: string[] = [];
    const probe = new ReadinessProbe({
      now: () => 0,
      report: (error, doing) => reported.push(`${doing}: ${String(error)}`),
    });
    probe.serve([{ name: 'log', look: () => Promise.reject(new Error('esdb://user:secret@host')) }]);
    expect(JSON.stringify(await probe.ask())).not.to.include('secret');
    expect(reported).to.deep.equal(['readiness: log: Error: esdb://user:secret@host']);
  });
});

describe('what has to be so', () => {
  it('the log answers and takes writes', async () => {
    expect(await logCheck({ head: async () => 7 }, () => null).look()).to.equal(null);
    expect(await logCheck({ head: async () => 7 }, () => 'the disk is full').look()).to.equal(
      'the disk is full',
    );
  });

  it('the read model follows, and is not too far behind', async () => {
    expect(await readModelLook({ waiting: 0 })).to.equal(null);
    expect(await readModelLook({ waiting: 3, recordedAt: '2026-01-01T00:00:05.000Z' })).to.equal(null);
    expect(await readModelLook({ waiting: 3, recordedAt: '2026-01-01T00:00:04.000Z' })).to.equal(
      'it is 6 s and 3 events behind the log',
    );
    const event = { type: 'UserRemoved', position: 12 };
    const failed = await readModelLook({ waiting: 0, failure: { message: 'of ann@example.com', event } });
    expect(failed).to.equal('it has stopped at UserRemoved, position 12');
  });

  it('the read model of a node is late by what the node itself has seen, whatever clock wrote the events', async () => {
    const aheadOfUs = { waiting: 3, recordedAt: '2026-01-01T01:00:00.000Z' };
    expect(await readModelLook({ ...aheadOfUs, waitingMs: 6_000 })).to.equal(
      'it is 6 s and 3 events behind the log',
    );
    const behindUs = { waiting: 3, recordedAt: '2025-12-31T23:00:00.000Z' };
    expect(await readModelLook({ ...behindUs, waitingMs: 10 })).to.equal(null);
  });

  it('the data folder takes a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-ready-'));
    expect(await diskCheck(folder).look()).to.equal(null);
    rmSync(folder, { recursive: true });
    expect(await diskCheck(folder).look()).to.equal('the data folder cannot be written (ENOENT)');
  });
});

function probeOf(check: ReadinessCheck, now = () => 0): ReadinessProbe {
  const probe = new ReadinessProbe({ now, report: () => {}, timeoutMs: 20 });
  probe.serve([check]);
  return probe;
}

interface Behind {
  readonly waiting: number;
  readonly recordedAt?: string;
  readonly failure?: ProgressFailure;
  readonly waitingMs?: number;
}

function readModelLook({ waiting, recordedAt = '', failure, waitingMs }: Behind): Promise<string | null> {
  const event = { id: '', type: '', hash: '', stream: '', revision: 0, position: 11 };
  const store = {
    head: async () => 10 + waiting,
    readAt: async () => null,
    readAll: async () =>
      Array.from({ length: waiting }, () => ({ ...event, body: JSON.stringify({ recordedAt }) })),
  };
  const readModel = { position: 10, failure: failure ?? null };
  const progress = new ProjectionProgress({
    store,
    readModel,
    now: () => NOW,
    waitingMs: waitingMs === undefined ? null : () => waitingMs,
  });
  return readModelCheck(progress, 5_000).look();
}
