import { expect } from 'chai';
import type { EvidenceSummary } from '../../src/proof/export/evidence-summary.js';
import { base64Of, type ExportScope } from '../../src/proof/export/export-file.js';
import { headsOf } from '../../src/proof/export/export-log.js';
import { selectionOf } from '../../src/proof/export/export-scope.js';
import { ExportWriter } from '../../src/proof/export/export-writer.js';
import { jsonlFormat } from '../../src/proof/export/jsonl-format.js';
import type { FirstBad } from '../../src/proof/export/verdict.js';
import { verifyExport } from '../../src/proof/export/verify-export.js';
import { LogTree } from '../../src/proof/log-tree.js';
import { partsProof } from '../../src/proof/tree-proofs.js';
import type { MemoryLog } from '../projections/memory-log.js';
import { ANN, checkpointOf, LOG_ID, NOW, signer, smallLog, verifier } from './exported-log.js';

/** Signed with the true key, over the true log: only what is in the file, or said of it, is not what it should be. */
describe('an export that its own maker falsified', () => {
  let log: MemoryLog;
  before(async () => {
    log = await smallLog();
  });

  const account: ExportScope = { kind: 'ACCOUNT', accountId: 'acme' };

  function forged(
    scope: ExportScope,
    { without = [], summary, checkpoint }: Forgery,
  ): { readonly file: Buffer; readonly positions: readonly number[] } {
    const format = jsonlFormat;
    const writer = new ExportWriter(format, {
      muster: 'export',
      version: 1,
      format: format.name,
      logId: LOG_ID,
      exportedAt: NOW,
      scope,
    });
    const selection = selectionOf(scope);
    const tree = new LogTree();
    const lines = [writer.begin()];
    const positions: number[] = [];
    for (const [index, event] of log.events.entries()) {
      tree.add(event);
      const { stream, position, body, hash } = event;
      if (!selection.takes({ stream, position, stored: () => JSON.parse(body) })) continue;
      positions.push(position);
      if (!without.includes(positions.length - 1)) lines.push(writer.event({ index, position, body }, hash));
    }
    const facts = {
      checkpoint: checkpoint ?? checkpointOf(log),
      logProof: base64Of(partsProof(tree.tree, writer.indices, tree.size)),
      heads: headsOf(selection.streams, tree.heads()),
      consistency: null,
      summary: summary === undefined ? selection.summary() : summary(selection.summary()),
    };
    return { file: Buffer.from([...lines, ...writer.end(facts, signer)].join('')), positions };
  }

  interface Forgery {
    readonly without?: readonly number[];
    readonly summary?: (found: EvidenceSummary | null) => EvidenceSummary | null;
    readonly checkpoint?: string;
  }

  function firstBad(file: Buffer): FirstBad | null {
    const verdict = verifyExport([file], { verifier, kept: null });
    return verdict.status === 'BROKEN' ? verdict.firstBad : null;
  }

  it('is taken for what it is while nothing is falsified', () => {
    for (const scope of [
      account,
      { kind: 'ALL' },
      { kind: 'EVIDENCE', accountId: 'acme', userId: ANN },
    ] as const)
      expect(firstBad(forged(scope, {}).file)).to.equal(null);
  });

  it('leaves an event of the account out: the stream has a gap there', () => {
    const { positions } = forged(account, {});
    for (let at = 0; at < positions.length - 1; at += 1)
      expect(firstBad(forged(account, { without: [at] }).file)).to.include({
        problem: 'STREAM_MISMATCH',
        position: positions[at + 1],
      });
  });

  it('leaves the end of the account out: the stream goes on in the log that was signed', () => {
    const { positions } = forged(account, {});
    const last = positions.length - 1;
    for (const without of [[last], [last - 1, last]])
      expect(firstBad(forged(account, { without }).file)).to.have.property('problem', 'HEAD_MISMATCH');
  });

  it('leaves an event out of everything', () => {
    for (let at = 0; at < log.events.length; at += 3)
      expect(firstBad(forged({ kind: 'ALL' }, { without: [at] }).file)).to.have.property(
        'problem',
        'ROOT_MISMATCH',
      );
  });

  it('sums up something else', () => {
    const scope = { kind: 'EVIDENCE', accountId: 'acme', userId: ANN } as const;
    const { file } = forged(scope, { summary: (it) => (it === null ? null : { ...it, duties: [] }) });
    expect(firstBad(file)).to.have.property('problem', 'SUMMARY_MISMATCH');
  });

  it('carries the checkpoint of another size', () => {
    const { file } = forged(account, { checkpoint: checkpointOf(log, 12) });
    expect(firstBad(file)).to.have.property('problem', 'ROOT_MISMATCH');
  });
});
