import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isNodeId, nodeIdIn } from '../../src/node-id.js';

describe('the name of a node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-node-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is made once for a data folder, and another for each', () => {
    const made = nodeIdIn(join(folder, 'one'));
    expect(isNodeId(made)).to.equal(true);
    expect(nodeIdIn(join(folder, 'one'))).to.equal(made);
    expect(nodeIdIn(join(folder, 'other'))).not.to.equal(made);
  });

  it('is not guessed where the file is damaged', () => {
    writeFileSync(join(folder, 'damaged'), '../../etc');
    expect(() => nodeIdIn(join(folder, 'damaged'))).to.throw('MUSTER_NODE_ID');
  });
});
