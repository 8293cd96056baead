import { expect } from 'chai';
import type { ExportScope } from '../../src/proof/export/export-file.js';
import { exportFormats } from '../../src/proof/export/formats.js';
import type { BrokenExport, ExportVerdict } from '../../src/proof/export/verdict.js';
import { verifyExport } from '../../src/proof/export/verify-export.js';
import { noteVerifier } from '../../src/proof/signed-note.js';
import type { MemoryLog } from '../projections/memory-log.js';
import { ANN, BOB, checkpointOf, exported, LOG_ID, smallLog, stranger, verifier } from './exported-log.js';

const scopes: Readonly<Record<string, ExportScope>> = {
  everything: { kind: 'ALL' },
  'a range': { kind: 'RANGE', after: 5, until: 20 },
  'an account': { kind: 'ACCOUNT', accountId: 'acme' },
  'the evidence of one person': { kind: 'EVIDENCE', accountId: 'acme', userId: ANN },
};

const verdictOn = (file: Buffer, kept: string | null = null, key = verifier): ExportVerdict =>
  verifyExport([file], { verifier: key, kept });
const problemOf = (verdict: ExportVerdict): BrokenExport['firstBad']['problem'] | null =>
  verdict.status === 'BROKEN' ? verdict.firstBad.problem : null;

describe('an export', () => {
  let log: MemoryLog;
  before(async () => {
    log = await smallLog();
  });

  for (const format of exportFormats)
    for (const [what, scope] of Object.entries(scopes)) {
      describe(`of ${what} as ${format.name}`, () => {
        let file: Buffer;
        before(async () => {
          file = await exported(log, { format, scope });
        });

        it('is proven by the key, however it is cut into pieces', () => {
          const verdict = verdictOn(file);
          expect(verdict).to.deep.include({
            status: 'PROVEN',
            logId: LOG_ID,
            format: format.name,
            scope,
            notProven: [],
          });
          for (const size of [1, 7, 1000]) {
            const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
              file.subarray(i * size, (i + 1) * size),
            );
            expect(verifyExport(pieces, { verifier, kept: null })).to.deep.equal(verdict);
          }
        });

        it('says plainly what is not proven without the key', () => {
          const verdict = verdictOn(file, null, null);
          expect(verdict.status).to.equal('UNPROVEN');
          if (verdict.status !== 'UNPROVEN') return;
          expect(verdict.proven).to.deep.equal([]);
          expect(verdict.notProven[0]).to.include('--key');
        });

        it('is refused under the key of somebody else', () => {
          expect(problemOf(verdictOn(file, null, noteVerifier(stranger.verifierKey)))).to.equal('NOT_SIGNED');
        });

        it('holds the bodies byte for byte', () => {
          const bodies = log.events.map(({ body }) => body).filter((body) => holds(file, body, format.name));
          const verdict = verdictOn(file);
          expect(bodies).to.have.lengthOf(verdict.status === 'BROKEN' ? -1 : verdict.events);
        });

        it('is what it is, and nothing else: the same log gives the same bytes', async () => {
          expect(await exported(log, { format, scope })).to.deep.equal(file);
        });
      });
    }

  it('as csv hands no formula to a spreadsheet, and keeps a row on a line', async () => {
    const csv = (
      await exported(log, { format: exportFormats[1] ?? expect.fail(), scope: { kind: 'ALL' } })
    ).toString();
    expect(csv).to.include(`"'=HYPERLINK(""http://evil.example"",""  click"")"`);
    expect(csv.split(/[\n,]/).filter((cell) => /^[=+\-@\t]/.test(cell))).to.deep.equal([]);
    expect(csv.split('\n').filter((line) => /^\d+,/.test(line))).to.have.lengthOf(log.events.length);
  });

  it('as cloudevents is one CloudEvent a line, with the body as data', async () => {
    const format = exportFormats[2] ?? expect.fail();
    const lines = (await exported(log, { format, scope: { kind: 'ALL' } })).toString().trimEnd().split('\n');
    for (const line of lines) {
      const event = JSON.parse(line) as Record<string, unknown>;
      expect(event).to.include({ specversion: '1.0' });
      expect(event).to.include.keys('id', 'source', 'type', 'data');
    }
    const last = log.events.at(-1);
    expect(lines.some((line) => line.endsWith(`,"data":${last?.body}}`))).to.equal(true);
  });

  describe('against a checkpoint that was kept elsewhere', () => {
    const scope = { kind: 'ALL' } as const;
    const [jsonl] = exportFormats;
    const format = jsonl ?? expect.fail();

    it('is a continuation of it, at every size', async () => {
      const file = await exported(log, { format, scope });
      for (let size = 1; size <= log.events.length; size += 1) {
        const verdict = verdictOn(file, checkpointOf(log, size));
        expect(verdict.status).to.equal('PROVEN');
        expect(verdict.status === 'PROVEN' && verdict.proven.at(-1)).to.include('begins with');
      }
    });

    it('is not, when the log was rewritten below it', async () => {
      const other = await smallLog();
      const [first] = other.events;
      if (first !== undefined) other.events[0] = { ...first, hash: '0'.repeat(64), body: first.body };
      const kept = checkpointOf(other, 9);
      const file = await exported(log, { format, scope });
      expect(problemOf(verdictOn(file, kept))).to.equal('NOT_CONSISTENT');
      const account = await exported(log, {
        format,
        scope: { kind: 'ACCOUNT', accountId: 'acme' },
        since: 9,
      });
      expect(problemOf(verdictOn(account, kept))).to.equal('NOT_CONSISTENT');
    });

    it('of part of a log needs the proof in the file, and says so when it has none', async () => {
      const part = { kind: 'ACCOUNT', accountId: 'acme' } as const;
      const kept = checkpointOf(log, 9);
      const without = verdictOn(await exported(log, { format, scope: part }), kept);
      expect(without.status === 'UNPROVEN' && without.notProven[0]).to.include('--checkpoint');
      const proven = verdictOn(await exported(log, { format, scope: part, since: 9 }), kept);
      expect(proven.status === 'PROVEN' && proven.proven.at(-1)).to.include('begins with');
    });

    it('needs an export that is not older than it: nothing is proven in full by one that is', async () => {
      const grown = await smallLog();
      const [first] = grown.events;
      if (first !== undefined) grown.events.push({ ...first, hash: '1'.repeat(64) });
      const size = log.events.length;
      const verdict = verdictOn(await exported(log, { format, scope }), checkpointOf(grown));
      expect(verdict.status === 'UNPROVEN' && verdict.notProven[0]).to.include(
        `this export is older than it: of ${size} events, not of ${size + 1}`,
      );
    });

    it('takes none that is of somebody else, or no checkpoint', async () => {
      const file = await exported(log, { format, scope });
      for (const kept of [checkpointOf(log, 9, stranger), 'hello\n', ''])
        expect(problemOf(verdictOn(file, kept))).to.equal('KEPT_CHECKPOINT_UNFIT');
    });
  });

  it('of evidence sums up duties, groups, seats and mails of the person', async () => {
    const format = exportFormats[0] ?? expect.fail();
    const scope = { kind: 'EVIDENCE', accountId: 'acme', userId: ANN } as const;
    const verdict = verdictOn(await exported(log, { format, scope }));
    if (verdict.status === 'BROKEN') expect.fail(verdict.firstBad.problem);
    const { summary } = verdict;
    expect(summary?.membership.map(({ type }) => type)).to.deep.equal(['UserAdded', 'UserRemoved']);
    const removal = log.events.map(({ body }) => JSON.parse(body)).find(({ type }) => type === 'UserRemoved');
    expect(removal.reason.code).to.equal('left');
    expect(summary?.membership[1]).to.deep.include({
      by: { kind: removal.actor.kind, id: removal.actor.id },
      reason: removal.reason,
      policyVersion: removal.policyVersion,
    });
    expect(summary?.duties.map(({ duty, successorId }) => ({ duty, successorId }))).to.deep.equal([
      { duty: { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null }, successorId: BOB },
    ]);
    expect(summary?.duties[0]?.until).to.be.a('string');
    expect(summary?.groups).to.have.lengthOf(1);
    expect(summary?.groups[0]?.until).to.be.a('string');
    expect(summary?.seats.map(({ type }) => type)).to.deep.equal(['TAKEN', 'FREE']);
    expect(summary?.mails.map(({ type }) => type)).to.deep.equal(['MailRequested', 'MailSent']);
  });

  it('is not made of what is not there', async () => {
    const format = exportFormats[0] ?? expect.fail();
    const scope = { kind: 'ACCOUNT', accountId: 'nobody' } as const;
    const error = await exported(log, { format, scope }).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('name', 'NothingToExport');
  });
});

function holds(file: Buffer, body: string, format: string): boolean {
  return file.includes(format === 'csv' ? body.replaceAll('"', '""') : body);
}
